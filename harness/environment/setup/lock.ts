import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isGone, readOwner, thisProcess } from '../embedded/owner.ts';

/** ms; a set-up that takes longer is not waited for. */
const WAIT_AT_MOST = 20 * 60_000;
/** ms between creating a lock file and its content being there. */
const WRITTEN_WITHIN = 10_000;

const take = (path: string): boolean => {
  try {
    writeFileSync(path, JSON.stringify(thisProcess()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
};

const isAbandoned = (path: string): boolean => {
  try {
    return isGone(readOwner(path));
  } catch {
    try {
      return Date.now() - lstatSync(path).mtimeMs > WRITTEN_WITHIN;
    } catch {
      // Released meanwhile.
      return false;
    }
  }
};

/**
 * Does the work unless another process is doing it: then waits for that one and does nothing. The lock of a process that was killed is
 * taken over. It saves work and no more: should two ever hold it, their results do not harm each other.
 */
export const unlessDoneByOther = async (
  lock: string,
  isDone: () => boolean,
  work: () => Promise<void>,
): Promise<void> => {
  const end = Date.now() + WAIT_AT_MOST;
  while (!take(lock)) {
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    else await pause(100);
    if (isDone()) return;
    if (Date.now() > end) return work();
  }
  try {
    if (!isDone()) await work();
  } finally {
    rmSync(lock, { force: true });
  }
};
