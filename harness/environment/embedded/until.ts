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

/**
 * Asks again and again until an attempt succeeds.
 * @throws FaultlineError 'environment' after the deadline, with what was waited for and the last attempt's error
 */
export const until = async <T>(attempt: () => Promise<T>, { what, within, unless }: Deadline): Promise<T> => {
  const end = performance.now() + within;
  for (;;) {
    try {
      return await Promise.race([attempt(), ...unless]);
    } catch (error) {
      if (error instanceof FaultlineError) throw error;
      if (performance.now() > end)
        throw new FaultlineError(
          'environment',
          `waited ${within / 1000} s for ${what}; last answer: ${error instanceof Error ? error.message : String(error)}`,
          'is the machine overloaded? `faultline doctor` shows free memory and space',
        );
      await pause(EVERY_MS);
    }
  }
};
