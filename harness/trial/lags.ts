/** How late the harness itself was while a trial was played, and whether that was too late to say that something took too long, or did not come. */
import { OVERLOADED } from '../base/overloaded.ts';
import type { NewEvent } from '../history/events.ts';
import type { PollLag } from '../recorder/poll-lag.ts';
import type { OutputLag } from '../workers/output-lag.ts';
import type { RecorderLag } from './recorder-lag.ts';
import { watchStalls } from './stall.ts';
import type { StallWatch } from './stall.ts';

/** ms; workers allow some seconds for an answer. */
const STALL_MS = 3000;

/** ms; a barrier that takes so long makes a trial unknown, so does whatever else was as late. */
const LATE_MS = 5000;

export interface LagSources {
  readonly commits: Pick<RecorderLag, 'begin' | 'longest'>;
  readonly polls: Pick<PollLag, 'begin' | 'longest'>;
  /** By worker. */
  readonly outputs: ReadonlyMap<string, Pick<OutputLag, 'begin' | 'total'>>;
}

export interface Lags {
  readonly measured: NewEvent<'trial.lags'>;
  /** What of it makes the trial unknown, a sentence each. */
  readonly late: readonly string[];
}

export interface LagWatch {
  stop(): Lags;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** From here on: what was late while the slot was made ready concerns no worker. */
export const watchLags = ({ commits, polls, outputs }: LagSources, stalls: StallWatch = watchStalls()): LagWatch => {
  for (const each of [commits, polls, ...outputs.values()]) each.begin();
  const over = (ms: number, most: number, told: (span: string) => string): readonly string[] =>
    ms < most ? [] : [`${told(seconds(ms))} ${OVERLOADED}`];
  return {
    stop: () => {
      const stoodStill = stalls.stop();
      const totals = [...outputs].map(([worker, lag]) => [worker, lag.total()] as const);
      return {
        measured: {
          kind: 'trial.lags',
          source: 'trial',
          stoodStillMs: Math.round(stoodStill),
          commitsMs: Math.round(commits.longest()),
          pollsMs: Math.round(polls.longest()),
          outputsMs: Object.fromEntries(totals.map(([worker, ms]) => [worker, Math.round(ms)])),
        },
        late: [
          ...over(
            stoodStill,
            STALL_MS,
            (span) => `the harness itself stood still for ${span}: what ran out of time meanwhile did so because of it`,
          ),
          ...over(
            commits.longest(),
            LATE_MS,
            (span) =>
              `what PostgreSQL had committed was recorded up to ${span} later: what was waited for meanwhile may have been there`,
          ),
          ...over(
            polls.longest(),
            LATE_MS,
            (span) =>
              `what is read of Kafka came up to ${span} late: what was waited for meanwhile may have been there`,
          ),
          ...totals.flatMap(([worker, ms]) =>
            over(
              ms,
              LATE_MS,
              (span) =>
                `what ${worker} wrote waited ${span} in all to be read: it may have stood still meanwhile, and what it did too late may be because of it`,
            ),
          ),
        ],
      };
    },
  };
};
