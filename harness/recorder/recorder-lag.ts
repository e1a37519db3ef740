/**
 * How late it was recorded what PostgreSQL had committed, by the clock that both share. A recorder that is behind lets what a
 * scenario waits for run out of time, though it happened.
 */
import type { HistoryEvent } from '../history/events.ts';

export interface RecorderLag {
  /** Must be called as the event arrives. */
  observe(event: HistoryEvent): void;
  /** From here on: what came late before concerns nobody. */
  begin(): void;
  /** The longest since, ms. */
  longest(): number;
}

/** `now` is the wall clock, ms. */
export const createRecorderLag = (sharedClock: boolean, now: () => number = Date.now): RecorderLag => {
  let beganAt = -Infinity;
  let longest = 0;
  return {
    observe: (event) => {
      if (sharedClock && event.kind === 'postgres.commit')
        longest = Math.max(longest, now() - Math.max(event.committedAt, beganAt));
    },
    begin: () => {
      beganAt = now();
      longest = 0;
    },
    longest: () => longest,
  };
};
