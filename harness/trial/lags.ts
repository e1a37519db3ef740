/** How late the harness itself was while a trial was played. */
import type { NewEvent } from '../history/events.ts';
import type { RecorderLag } from '../recorder/recorder-lag.ts';
import type { SlotLags } from '../slot/slot.ts';
import { tooLate } from '../verdict/lateness.ts';
import type { Lateness, TooLate } from '../verdict/lateness.ts';
import { watchStalls } from './stall.ts';
import type { StallWatch } from './stall.ts';

export interface LagSources extends SlotLags {
  readonly commits: Pick<RecorderLag, 'begin' | 'longest'>;
}

/** Told while the trial is played: a history that is cut short says it as well. */
export interface LagsTold {
  record(measured: NewEvent<'trial.lags'>): void;
  /** What makes the trial unknown, a sentence. */
  problem(sentence: string): void;
}

export interface LagWatch {
  /** Tells what was measured in all, and what is over its bound and was not told yet. */
  stop(): void;
}

const LOOK_EVERY_MS = 1000;

/** From here on: what was late while the slot was made ready concerns no worker. */
export const watchLags = (
  { commits, polls, outputs }: LagSources,
  told: LagsTold,
  stalls: StallWatch = watchStalls(),
): LagWatch => {
  for (const each of [commits, polls, ...outputs.values()]) each.begin();
  const known = new Set<string>();
  const measure = (stoodStillMs: number): Lateness => ({
    stoodStillMs,
    commitsMs: commits.longest(),
    pollsMs: polls.longest(),
    outputsMs: Object.fromEntries([...outputs].map(([worker, lag]) => [worker, lag.total()])),
  });
  /** Each is told once, as late as it was when it was found. */
  const tell = (measured: Lateness, late: readonly TooLate[]): void => {
    told.record({
      kind: 'trial.lags',
      source: 'trial',
      stoodStillMs: Math.round(measured.stoodStillMs),
      commitsMs: Math.round(measured.commitsMs),
      pollsMs: Math.round(measured.pollsMs),
      outputsMs: Object.fromEntries(Object.entries(measured.outputsMs).map(([worker, ms]) => [worker, Math.round(ms)])),
    });
    for (const { of, sentence } of late) {
      known.add(of);
      told.problem(sentence);
    }
  };
  const newIn = (measured: Lateness): readonly TooLate[] => tooLate(measured).filter(({ of }) => !known.has(of));
  const timer = setInterval(() => {
    const measured = measure(stalls.longest());
    const late = newIn(measured);
    if (late.length > 0) tell(measured, late);
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      const measured = measure(stalls.stop());
      tell(measured, newIn(measured));
    },
  };
};
