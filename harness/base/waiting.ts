/** Waiting, always with an end: for a promise, for what a look shows, for an answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { FaultlineError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

/** What the promise gives when it does so within so many ms; undefined when it has not. */
export const within = async <T>(ms: number, promise: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The same promise, or after `ms` an error that says what was waited for. The work itself is not ended. */
export const withDeadline = async <T>(
  work: Promise<T>,
  ms: number,
  what: string,
  code: ErrorCode = 'environment',
): Promise<T> => {
  const done = await within(
    ms,
    work.then((value) => ({ value })),
  );
  if (done !== undefined) return done.value;
  throw new FaultlineError(
    code,
    `${what} took longer than ${ms / 1000} s`,
    'Is the machine overloaded? `faultline doctor` shows it.',
  );
};

/** Does the condition hold within so many ms? It is looked at now, and every so often until then. */
export const holdsWithin = async (ms: number, everyMs: number, condition: () => boolean): Promise<boolean> => {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(everyMs);
  }
  return true;
};

export interface Looking<Missing> {
  readonly ms: number;
  /** Between two looks, ms; 0: a look itself takes its time. */
  readonly everyMs: number;
  /** The error when the time is over and this is still missing. */
  readonly late: (missing: Missing) => Error;
}

/** Looks until nothing is missing: `look` gives what is, or undefined. One look is always taken. */
export const waitUntil = async <Missing>(
  look: () => Promise<Missing | undefined>,
  { ms, everyMs, late }: Looking<Missing>,
): Promise<void> => {
  const deadline = performance.now() + ms;
  for (;;) {
    const missing = await look();
    if (missing === undefined) return;
    if (performance.now() > deadline) throw late(missing);
    if (everyMs > 0) await delay(everyMs);
  }
};

/** Asks again for so long as what it is refused with may pass; after `ms` that is thrown. */
export const askAgain = async <T>(
  ask: () => Promise<T>,
  options: { readonly ms: number; readonly everyMs: number; readonly mayPass: (error: unknown) => boolean },
): Promise<T> => {
  const deadline = performance.now() + options.ms;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!options.mayPass(error) || performance.now() > deadline) throw error;
      await delay(options.everyMs);
    }
  }
};
