import { setTimeout as pause } from 'node:timers/promises';
import { isHold, takeHold } from '../embedded/hold.ts';

/** ms; a set-up that takes longer is not waited for. */
const WAIT_AT_MOST = 20 * 60_000;

/**
 * Does the work unless another process is doing it: then waits for that one and does nothing. The lock of a process that was killed is
 * taken over. It saves work and no more: one that is held for too long (on another host, nobody can tell) is not waited for.
 */
export const unlessDoneByOther = async (
  lock: string,
  isDone: () => boolean,
  work: () => Promise<void>,
): Promise<void> => {
  const end = Date.now() + WAIT_AT_MOST;
  let taken = takeHold(lock);
  while (!isHold(taken)) {
    await pause(100);
    if (isDone()) return;
    if (Date.now() > end) return work();
    taken = takeHold(lock);
  }
  try {
    if (!isDone()) await work();
  } finally {
    taken.release();
  }
};
