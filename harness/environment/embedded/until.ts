import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';

export interface Deadline {
  /** What is waited for, in the words of an error. */
  readonly what: string;
  /** ms */
  readonly within: number;
  /** How long the first attempt is to wait for its answer, ms. Default: 1 s. */
  readonly patience?: number;
  /** Reject when there is no point in waiting any longer. */
  readonly unless: readonly Promise<never>[];
}

const EVERY_MS = 10;
const FIRST_PATIENCE_MS = 1000;

const late = new Error('none');

/**
 * Asks again and again until an attempt succeeds. It is told how long to wait for an answer, ms: twice as long after one that waited in
 * vain, so that a machine on which every answer is late becomes ready as well. A late answer belongs to an attempt that was given up:
 * what is asked must be such that it can be asked again.
 * @throws FaultlineError 'environment' after the deadline, with what was waited for and the last attempt's error
 */
export const until = async <T>(
  attempt: (patience: number) => Promise<T>,
  { what, within, patience: first = FIRST_PATIENCE_MS, unless }: Deadline,
): Promise<T> => {
  const end = performance.now() + within;
  const given = new AbortController();
  const deadline = pause(within, undefined, { signal: given.signal }).then(() => Promise.reject(late));
  deadline.catch(() => undefined);
  let last: unknown = late;
  let patience = first;
  try {
    for (;;) {
      const asked = performance.now();
      try {
        return await Promise.race([attempt(patience), deadline, ...unless]);
      } catch (error) {
        if (error instanceof FaultlineError) throw error;
        if (error !== late) last = error;
        if (performance.now() > end || error === late)
          throw new FaultlineError(
            'environment',
            `waited ${within / 1000} s for ${what}; last answer: ${last instanceof Error ? last.message : String(last)}`,
            'is the machine overloaded? `faultline doctor` shows free memory and space',
          );
        if (performance.now() - asked >= patience) patience = Math.min(2 * patience, within);
        await pause(EVERY_MS);
      }
    }
  } finally {
    given.abort();
  }
};
