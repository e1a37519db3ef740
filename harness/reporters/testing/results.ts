/** For tests only: results of trials, and the end of a run, in few words. */
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { presentable } from '../../base/presentable.ts';
import type { HistoryEvent, NewEvent } from '../../history/events.ts';
import type { TrialVerdict } from '../../history/verdict.ts';
import type { TrialResult } from '../../verdict/result.ts';
import { NO_PREMISES } from '../../verdict/premises.ts';
import type { Premises } from '../../verdict/premises.ts';
import { found, verdictWith } from '../../verdict/testing/trials.ts';
import type { TextOptions } from '../list.ts';
import type { RunEnd, Shown } from '../types.ts';

export const resultWith = (name: string, verdict: TrialVerdict): TrialResult => ({
  name,
  title: `${name}.`,
  seed: 7,
  workers: 'ours',
  verdict,
  runDir: `/runs/${name}`,
  timings: { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 5 },
});

/** One that shows `no-event-lost/w/<shape>` for every shape; passed without any. */
export const showing = (name: string, ...shapes: readonly string[]): TrialResult =>
  resultWith(
    name,
    verdictWith(shapes.map((shape) => ['no-event-lost', found(`${shape} of ada`, { worker: 'w', shape })])),
  );

export const unknownFor = (name: string, ...unknown: readonly string[]): TrialResult =>
  resultWith(name, verdictWith([], { outcome: 'unknown', unknown }));

export const knownOf = (finding: string, ...scenarios: readonly string[]): Premises => ({
  acceptance: {
    known: [{ finding, scenarios, owner: 'allocations', reason: 'FL-1', until: '2026-12-31' }],
    today: '2026-11-26',
  },
  base: undefined,
  whole: true,
});

export const endOf = (results: readonly TrialResult[], more: Partial<RunEnd> = {}): RunEnd => ({
  results,
  notApplicable: [],
  notRun: 0,
  stopped: undefined,
  workers: { name: 'ours' },
  durationMs: 5,
  premises: NO_PREMISES,
  replayOf: ({ name }) => `again ${name}`,
  ...more,
});

export const shownAs = (result: TrialResult, events: readonly HistoryEvent[] = []): Shown => ({
  result,
  label: result.name,
  replayCommand: `again ${result.name}`,
  events: () => events,
  place: () => ({ file: `/work/scenarios/${result.name}.ts`, line: 3 }),
});

export const textOptions = (write: (text: string) => void, more: Partial<TextOptions> = {}): TextOptions => ({
  write: (text) => write(presentable(text)),
  colour: false,
  width: 100,
  premises: NO_PREMISES,
  verbose: false,
  root: '/work',
  inActions: false,
  ...more,
});

/** A history of these events, 10 ms apart, with two workers. */
export const historyWith = (...events: readonly NewEvent[]): readonly HistoryEvent[] => {
  const started: NewEvent<'trial.started'> = {
    kind: 'trial.started',
    pipeline: shippedPipeline,
    source: 'trial',
    scenario: 'healthy',
    seed: 7,
    subjects: [],
    workers: [
      { name: 'purchase-worker', role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' },
      { name: 'allocation-worker', role: 'allocation-worker', consumerGroup: 'trainer-allocation-workers' },
    ],
    workerSet: 'ours',
    quietMs: 0,
    clocks: { wall: 0, monotonic: 0 },
    sharedClock: true,
    versions: {},
    catalogue: { invariants: [], causes: [] },
  };
  return [started, ...events].map((event, i) => ({ seq: i + 1, at: i * 10, ...event }) as HistoryEvent);
};
