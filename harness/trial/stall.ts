/**
 * How long this process stood still: then answers of admin-service, the proxies of the wires and what is recorded stood still
 * with it, and a worker that ran out of time did so because of us.
 */

const LOOK_EVERY_MS = 50;

export interface StallWatch {
  /** The longest time until now in which nothing could be done, ms. */
  longest(): number;
  /** Ends it: the longest time in which nothing could be done, ms. */
  stop(): number;
}

export const watchStalls = (now: () => number = () => performance.now()): StallWatch => {
  let looked = now();
  let longest = 0;
  const look = (): void => {
    longest = Math.max(longest, now() - looked - LOOK_EVERY_MS);
    looked = now();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    longest: () => {
      look();
      return longest;
    },
    stop: () => {
      clearInterval(timer);
      // It may stand still at this very moment.
      look();
      return longest;
    },
  };
};
