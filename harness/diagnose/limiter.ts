/** How fast a live system is read: nobody else is to notice. Pure: the clock is told. */

export interface Limiter {
  /** Bytes of one answer at most, so that no answer is worth more than a second. */
  readonly answerBytes: number;
  /**
   * Notes bytes that came. `now`: of any clock that only goes on, ms. Gives for how many ms nothing is to be asked; a pause
   * before does not count as saved.
   */
  after(bytes: number, now: number): number;
}

const MOST_ANSWER_BYTES = 1024 * 1024;

/** Together with the database's one, and one that is just being ended, these are four at most. */
export const MOST_KAFKA_CONNECTIONS = 2;

export const createLimiter = (bytesPerSecond: number): Limiter => {
  /** Until then what came is paid for. */
  let paidAt = 0;
  return {
    answerBytes: Math.min(MOST_ANSWER_BYTES, bytesPerSecond),
    after: (bytes, now) => {
      paidAt = Math.max(paidAt, now) + (bytes / bytesPerSecond) * 1000;
      return paidAt - now;
    },
  };
};
