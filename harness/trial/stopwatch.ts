/** How long the phases of a trial took. */
import type { Timings } from '../verdict/result.ts';

export type Lap = 'prepare' | 'act' | 'settle' | 'judge';

export interface Stopwatch {
  /** The phase ends now. One that was never ended took no time, and the next one all of it. */
  lap(phase: Lap): void;
  timings(): Timings;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

export const createStopwatch = (now: () => number = () => performance.now()): Stopwatch => {
  const began = now();
  let last = began;
  const took: Record<Lap, number> = { prepare: 0, act: 0, settle: 0, judge: 0 };
  return {
    lap: (phase) => {
      const at = now();
      took[phase] = at - last;
      last = at;
    },
    timings: () => ({
      prepareMs: round(took.prepare),
      actMs: round(took.act),
      settleMs: round(took.settle),
      judgeMs: round(took.judge),
      totalMs: round(last - began),
    }),
  };
};
