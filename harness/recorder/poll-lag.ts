/** How late Kafka's long polls were answered: what was in its logs by then was recorded as late. */

export interface PollLag {
  /** A poll that was sent then (monotonic, ms) is answered now; it might have taken `allowedMs`. */
  answered(askedAt: number, allowedMs: number): void;
  /** From here on: what came late before concerns nobody. */
  begin(): void;
  /** The longest since, ms. */
  longest(): number;
}

/** `now` is monotonic, ms. */
export const createPollLag = (now: () => number = () => performance.now()): PollLag => {
  let beganAt = now();
  let longest = 0;
  return {
    answered: (askedAt, allowedMs) => {
      longest = Math.max(longest, now() - Math.max(askedAt, beganAt) - allowedMs);
    },
    begin: () => {
      beganAt = now();
      longest = 0;
    },
    longest: () => longest,
  };
};
