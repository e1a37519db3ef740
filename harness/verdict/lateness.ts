/** When the harness itself was too late to say that something took too long, or did not come. Pure. */
import { OVERLOADED } from '../base/overloaded.ts';
import type { HistoryEvent } from '../history/events.ts';

/** ms; workers allow some seconds for an answer. */
const STALL_MS = 3000;

/** ms; a barrier that takes so long makes a trial unknown, so does whatever else was as late. */
const LATE_MS = 5000;

/** How late the harness was while a trial was played, ms each. */
export type Lateness = Pick<HistoryEvent<'trial.lags'>, 'stoodStillMs' | 'commitsMs' | 'pollsMs' | 'outputsMs'>;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Something that was too late. */
export interface TooLate {
  /** What of it all: it is told once, however late it comes to be. */
  readonly of: string;
  /** Why the trial is unknown for it. */
  readonly sentence: string;
}

const over = (of: string, ms: number, most: number, told: (span: string) => string): readonly TooLate[] =>
  ms < most ? [] : [{ of, sentence: `${told(seconds(ms))} ${OVERLOADED}` }];

/** What of it makes the trial unknown. */
export const tooLate = ({ stoodStillMs, commitsMs, pollsMs, outputsMs }: Lateness): readonly TooLate[] => [
  ...over(
    'standing still',
    stoodStillMs,
    STALL_MS,
    (span) => `the harness itself stood still for ${span}: what ran out of time meanwhile did so because of it`,
  ),
  ...over(
    'commits',
    commitsMs,
    LATE_MS,
    (span) =>
      `what PostgreSQL had committed was recorded up to ${span} later: what was waited for meanwhile may have been there`,
  ),
  ...over(
    'polls',
    pollsMs,
    LATE_MS,
    (span) => `what is read of Kafka came up to ${span} late: what was waited for meanwhile may have been there`,
  ),
  ...Object.entries(outputsMs).flatMap(([worker, ms]) =>
    over(
      `output of ${worker}`,
      ms,
      LATE_MS,
      (span) =>
        `what ${worker} wrote waited ${span} in all to be read: it may have stood still meanwhile, and what it did too late may be because of it`,
    ),
  ),
];
