/** A trial that was begun and never judged still has a row in the report. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedTrial } from '../runner/plan.ts';
import type { TrialResult } from '../verdict/result.ts';

/** The newest run folder of that scenario under `outDir`, or `outDir` itself when there is none: names begin with their time. */
const newestRunDir = (outDir: string, scenario: string): string => {
  let names: readonly string[];
  try {
    names = readdirSync(outDir);
  } catch {
    names = [];
  }
  const own = names.filter((name) => /^\d{4}-[\dT-]+-(.+?)(-\d+)?$/.exec(name)?.[1] === scenario).sort();
  return join(outDir, own.at(-1) ?? '.');
};

/** The trial as `unknown`, for the reason given. */
export const unjudgedResult = (
  trial: PlannedTrial,
  reason: string,
  context: { readonly workers: string; readonly outDir: string; readonly ranForMs: number },
): TrialResult => ({
  name: trial.scenario.name,
  title: trial.scenario.title,
  seed: trial.seed,
  workers: context.workers,
  verdict: {
    outcome: 'unknown',
    unknown: [reason],
    during: {
      causes: [],
      expectation: { met: true, case: null, expected: null, actual: [], message: 'not judged' },
    },
    after: [],
    invariants: [],
    faults: [],
  },
  runDir: newestRunDir(context.outDir, trial.scenario.name),
  timings: { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: Math.round(context.ranForMs) },
});
