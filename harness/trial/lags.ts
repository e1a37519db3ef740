/** How late the harness itself was while a trial was played. */
import type { NewEvent } from '../history/events.ts';
import type { RecorderLag } from '../recorder/recorder-lag.ts';
import type { SlotLags } from '../slot/slot.ts';
import { tooLate } from '../verdict/lateness.ts';
import { watchStalls } from './stall.ts';
import type { StallWatch } from './stall.ts';

export interface LagSources extends SlotLags {
  readonly commits: Pick<RecorderLag, 'begin' | 'longest'>;
}

export interface Lags {
  readonly measured: NewEvent<'trial.lags'>;
  /** What of it makes the trial unknown, a sentence each. */
  readonly late: readonly string[];
}

export interface LagWatch {
  stop(): Lags;
}

/** From here on: what was late while the slot was made ready concerns no worker. */
export const watchLags = ({ commits, polls, outputs }: LagSources, stalls: StallWatch = watchStalls()): LagWatch => {
  for (const each of [commits, polls, ...outputs.values()]) each.begin();
  return {
    stop: () => {
      const measured = {
        stoodStillMs: stalls.stop(),
        commitsMs: commits.longest(),
        pollsMs: polls.longest(),
        outputsMs: Object.fromEntries([...outputs].map(([worker, lag]) => [worker, lag.total()])),
      };
      return {
        measured: {
          kind: 'trial.lags',
          source: 'trial',
          stoodStillMs: Math.round(measured.stoodStillMs),
          commitsMs: Math.round(measured.commitsMs),
          pollsMs: Math.round(measured.pollsMs),
          outputsMs: Object.fromEntries(
            Object.entries(measured.outputsMs).map(([worker, ms]) => [worker, Math.round(ms)]),
          ),
        },
        late: tooLate(measured),
      };
    },
  };
};
