import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';

export interface Deadline {
  /** What is waited for, in the words of an error. */
  readonly what: string;
  /** ms */
  readonly within: number;
  /** Reject when there is no point in waiting any longer. */
  readonly unless: readonly Promise<never>[];
}

const EVERY_MS = 10;

const late = new Error('none');

/**
 * Asks again and again until an attempt succeeds. An answer that comes late belongs to an attempt that was given up: what is asked must be
 * such that it can be asked again.
 * @throws FaultlineError 'environment' after the deadline, with what was waited for and the last attempt's error
 */
export const until = async <T>(attempt: () => Promise<T>, { what, within, unless }: Deadline): Promise<T> => {
  const end = performance.now() + within;
  const given = new AbortController();
  const deadline = pause(within, undefined, { signal: given.signal }).then(() => Promise.reject(late));
  deadline.catch(() => undefined);
  let last: unknown = late;
  try {
    for (;;) {
      try {
        return await Promise.race([attempt(), deadline, ...unless]);
      } catch (error) {
        if (error instanceof FaultlineError) throw error;
        if (error !== late) last = error;
        if (performance.now() > end || error === late)
          throw new FaultlineError(
            'environment',
            `waited ${within / 1000} s for ${what}; last answer: ${last instanceof Error ? last.message : String(last)}`,
            'is the machine overloaded? `faultline doctor` shows free memory and space',
          );
        await pause(EVERY_MS);
      }
    }
  } finally {
    given.abort();
  }
};
