/** How long a trial waits for what, in ms, where its scenario does not say. */

/** The documented retries of the allocation-worker end well within this, its call's time-out included. */
const OBSERVE_DEADLINE_MS = 60_000;

/** At least the longest time-out (a call, 30 s) plus the longest back-off that a documented worker gets to (16 s). */
const SETTLE_DEADLINE_MS = 60_000;

/** The longest time-out that a documented worker has, of a call. */
const LONGEST_TIMEOUT_MS = 30_000;

/** Workers that say their timers are longer than the documented ones' are waited for longer. */
const withTimer = (usualMs: number, longestTimerMs = 0): number =>
  Math.max(usualMs, LONGEST_TIMEOUT_MS + longestTimerMs);

export const observeDeadline = (longestTimerMs?: number): number => withTimer(OBSERVE_DEADLINE_MS, longestTimerMs);

export const settleDeadline = (longestTimerMs?: number): number => withTimer(SETTLE_DEADLINE_MS, longestTimerMs);

/** A scenario's step of waiting. */
export const WAIT_DEADLINE_MS = 60_000;

/** Longer than a worker may take to get ready: whatever exceeds this hangs. */
export const PHASE_DEADLINE_MS = 90_000;

/** What PostgreSQL is asked takes some ms: a server that needs so long for it does not answer at all, ms. */
export const ASKING_DEADLINE_MS = 10_000;
