import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const GIVE_UP_MS = 15 * 60_000;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Whose numbers processes have: a folder may be shared with another container or machine, which count their own. */
const place = () => {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
};

const take = (path) => {
  try {
    writeFileSync(path, `${process.pid} ${place()}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
};

/** Its number is 0 when it was just released, or just taken and not written yet. */
const holderOf = (path) => {
  try {
    const [, pid, where] = /^(\d+)(?: (.+))?$/s.exec(readFileSync(path, 'utf8')) ?? [];
    return { pid: Number(pid ?? 0), isHere: where === undefined || where === place() };
  } catch {
    return { pid: 0, isHere: true };
  }
};

/** Nobody holds it any more. Whoever removes it for that does so in turn: between a look and the next another may have it. */
const isGone = (path) => {
  const { pid, isHere } = holderOf(path);
  return pid !== 0 && isHere && !isAlive(pid);
};

/**
 * Does the work while no other process does work under the same lock file; waits for it, and takes over from one that was
 * killed. Of one in another container or on another machine nobody can tell that: its lock is waited for.
 */
export const whileLocked = async (path, work) => {
  const end = Date.now() + GIVE_UP_MS;
  let said = false;
  while (!take(path)) {
    const { pid: holder, isHere } = holderOf(path);
    if (isGone(path)) await whileLocked(`${path}.next`, () => isGone(path) && rmSync(path, { force: true }));
    else if (!said && holder !== 0) {
      process.stderr.write(`waiting for process ${holder}, which is installing or building\n`);
      said = true;
    }
    if (Date.now() > end)
      throw new Error(
        `${path} is held by process ${holder} for more than ${GIVE_UP_MS / 60_000} minutes${isHere ? '' : ', in another container or on another machine: remove it if that has ended'}`,
      );
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
};
