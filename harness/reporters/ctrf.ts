/** `--reporter ctrf`: the run as a Common Test Report Format document (https://ctrf.io). A trial that is unknown is no pass. Pure but for the write. */
import type { TrialResult } from '../verdict/result.ts';
import { jsonText } from '../base/presentable.ts';
import { hideTokens } from '../base/redact.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { codeOf } from '../verdict/codes.ts';
import { standingIn } from '../verdict/premises.ts';
import { summarizeFailure } from './failure.ts';
import { reviseResults } from './types.ts';
import type { Reporter, RunEnd } from './types.ts';

export const CTRF_VERSION = '1.0.0';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

const STATUS = { passed: 'passed', failed: 'failed', unknown: 'other' } as const satisfies Readonly<
  Record<TrialResult['verdict']['outcome'], Status>
>;

/** The document. `labelOf`: the trial's name; `stop`: ms since the epoch. */
export const ctrfDocument = (
  run: RunEnd,
  {
    labelOf,
    stop,
    version,
    environment,
  }: {
    readonly labelOf: (result: TrialResult) => string;
    readonly stop: number;
    readonly version: string;
    readonly environment: string;
  },
): object => {
  const tests = run.results.map((result) => {
    const { verdict, earlier = [], timings, name, seed, workers, runDir } = result;
    const findings = findingsOfTrial(verdict).map(({ id }) => id);
    return {
      name: labelOf(result),
      status: STATUS[verdict.outcome],
      rawStatus: verdict.outcome,
      duration: Math.round(timings.totalMs),
      suite: [`workers ${workers}`],
      type: 'chaos',
      ...(verdict.outcome === 'passed' ? {} : { message: summarizeFailure(result, run.replayOf(result)) }),
      // The first attempts were unknown; one that passes after that is not certain to pass again.
      ...(earlier.length === 0 ? {} : { retries: earlier.length, flaky: verdict.outcome === 'passed' }),
      extra: {
        scenario: name,
        seed,
        findings: findings.map((id) => ({ id, code: codeOf(id) })),
        causes: verdict.during.causes.map(({ id, rank }) => ({ id, rank, code: codeOf(id) })),
        known: standingIn(run.premises, result) === 'known',
        replay: run.replayOf(result),
        runDir,
      },
    };
  });
  const skipped = run.notApplicable.map(({ name, reason }) => ({
    name,
    status: 'skipped',
    duration: 0,
    message: `not applicable: ${reason}`,
  }));
  const count = (status: Status): number => tests.filter((test) => test.status === status).length;
  return {
    reportFormat: 'CTRF',
    specVersion: CTRF_VERSION,
    results: {
      tool: { name: 'faultline', version },
      summary: {
        tests: tests.length + skipped.length + run.notRun,
        passed: count('passed'),
        failed: count('failed'),
        // Planned, and never run.
        pending: run.notRun,
        skipped: skipped.length,
        other: count('other'),
        start: Math.round(stop - run.durationMs),
        stop: Math.round(stop),
      },
      tests: [...tests, ...skipped],
      environment: { testEnvironment: environment, extra: { workers: run.workers.name } },
    },
  };
};

export interface CtrfOptions {
  readonly version: string;
  readonly now: () => Date;
  readonly save: (text: string) => void;
}

export const ctrfReporter = ({ version, now, save }: CtrfOptions): Reporter => {
  const labels = new Map<string, string>();
  let results: readonly TrialResult[] = [];
  let environment = 'none';
  return {
    onEnvironment: ({ mode }) => {
      environment = mode;
    },
    onResult: ({ result, label }) => {
      labels.set(result.runDir, label);
      results = [...results, result];
    },
    onRevised: (revised) => {
      results = reviseResults(results, revised);
    },
    onEnd: (run) => {
      const labelOf = (result: TrialResult): string =>
        [result, ...(result.earlier ?? [])].flatMap(({ runDir }) => labels.get(runDir) ?? [])[0] ?? result.name;
      const document = ctrfDocument({ ...run, results }, { labelOf, stop: now().getTime(), version, environment });
      save(`${hideTokens(jsonText(document, 2))}\n`);
    },
  };
};
