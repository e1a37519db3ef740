/**
 * How often a broker is asked: at once, unless nobody waits for any single record; then, when answer follows answer, what comes meanwhile is
 * read together, as each poll costs the broker and us as much as the few records in it.
 */

/** So many polls may follow each other at once: more than the records and commits of a few payments take. */
const AT_ONCE = 16;
/** Another one for each so many ms: seldom enough to be cheap, and nobody waits for what comes in between. */
const EVERY_MS = 25;

export interface Pace {
  /** Resolves when the next poll may be sent. */
  next(): Promise<void>;
  /** Somebody waits for what the next polls bring: they are sent at once. */
  hurry(): void;
}

/** `mayWait`: does nobody wait for any single record now? `now` is monotonic, ms. */
export const createPace = (mayWait: () => boolean, now: () => number = () => performance.now()): Pace => {
  let left = AT_ONCE;
  let countedAt = now();
  let goOn = (): void => undefined;
  const count = (): void => {
    const at = now();
    left = Math.min(AT_ONCE, left + (at - countedAt) / EVERY_MS);
    countedAt = at;
  };
  return {
    next: async () => {
      count();
      left = mayWait() ? left - 1 : AT_ONCE;
      if (left >= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, -left * EVERY_MS);
        goOn = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    hurry: () => {
      count();
      left = AT_ONCE;
      goOn();
    },
  };
};
