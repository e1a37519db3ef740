import { lstatSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';
import { StuckHold, UnreadableHold, isHold, takeHold } from '../embedded/hold.ts';
import type { Hold } from '../embedded/hold.ts';

/** ms; a set-up that takes longer is not waited for. */
const WAIT_AT_MOST = 20 * 60_000;

/** ms; who takes it over and does not go on is looked after again, as is whether the work has been done meanwhile. */
const TURN_WITHIN_MS = 2000;

/** ms that a lock stays of which nobody can tell whose it is. */
const UNREADABLE_FOR = 10_000;

/** Errors: FaultlineError 'setup' when it is old and cannot be removed. */
const removeOld = (file: string): void => {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || Date.now() - found.mtimeMs <= UNREADABLE_FOR) return;
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw new FaultlineError(
      'setup',
      `${file} is in the way, and nobody can tell which set-up it belongs to: ${(error as Error).message}`,
      'Remove it if no other set-up is running, or name another folder with FAULTLINE_HOME.',
    );
  }
};

/** Undefined while another one holds it. */
const take = async (lock: string): Promise<Hold | undefined> => {
  try {
    const taken = await takeHold(lock, TURN_WITHIN_MS);
    return isHold(taken) ? taken : undefined;
  } catch (error) {
    if (error instanceof StuckHold) return undefined;
    if (!(error instanceof UnreadableHold)) throw error;
    removeOld(error.file);
    return undefined;
  }
};

/**
 * Does the work unless another process is doing it: then waits for that one and does nothing. The lock of a process that was killed is
 * taken over. It saves work and no more: one that is held for too long (on another host, nobody can tell) is not waited for.
 * Errors: FaultlineError 'setup' when something else has the lock's name and stays.
 */
export const unlessDoneByOther = async (
  lock: string,
  isDone: () => boolean,
  work: () => Promise<void>,
): Promise<void> => {
  const end = Date.now() + WAIT_AT_MOST;
  let taken = await take(lock);
  while (taken === undefined) {
    await pause(100);
    if (isDone()) return;
    if (Date.now() > end) return work();
    taken = await take(lock);
  }
  try {
    if (!isDone()) await work();
  } finally {
    taken.release();
  }
};
