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

const over = (ms: number, most: number, told: (span: string) => string): readonly string[] =>
  ms < most ? [] : [`${told(seconds(ms))} ${OVERLOADED}`];

/** What of it makes the trial unknown, a sentence each. */
export const tooLate = ({ stoodStillMs, commitsMs, pollsMs, outputsMs }: Lateness): readonly string[] => [
  ...over(
    stoodStillMs,
    STALL_MS,
    (span) => `the harness itself stood still for ${span}: what ran out of time meanwhile did so because of it`,
  ),
  ...over(
    commitsMs,
    LATE_MS,
    (span) =>
      `what PostgreSQL had committed was recorded up to ${span} later: what was waited for meanwhile may have been there`,
  ),
  ...over(
    pollsMs,
    LATE_MS,
    (span) => `what is read of Kafka came up to ${span} late: what was waited for meanwhile may have been there`,
  ),
  ...Object.entries(outputsMs).flatMap(([worker, ms]) =>
    over(
      ms,
      LATE_MS,
      (span) =>
        `what ${worker} wrote waited ${span} in all to be read: it may have stood still meanwhile, and what it did too late may be because of it`,
    ),
  ),
];
