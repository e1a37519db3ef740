import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const take = (path) => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
};

const holderOf = (path) => {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return 0;
  }
};

/** Does the work while no other process does work under the same lock file; waits for it, and takes over from one that was killed. */
export const whileLocked = async (path, work) => {
  const end = Date.now() + GIVE_UP_MS;
  let said = false;
  while (!take(path)) {
    const holder = holderOf(path);
    // 0: just released, or just taken and not written yet.
    if (holder !== 0 && !isAlive(holder)) rmSync(path, { force: true });
    else if (!said && holder !== 0)
      process.stderr.write(`waiting for process ${holder}, which is installing or building\n`);
    said ||= holder !== 0;
    if (Date.now() > end)
      throw new Error(`${path} is held by process ${holder} for more than ${GIVE_UP_MS / 60_000} minutes`);
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
};
