/** `--reporter html`: the run's page in the folder of runs, and in the folder of each trial that did not pass its own. */
import { join } from 'node:path';
import { counted } from '../reporters/style.ts';
import { reviseResults } from '../reporters/types.ts';
import type { Reporter, RunEnd, Shown } from '../reporters/types.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import { NOT_RECORDED } from './collect.ts';
import type { Recorded, ReferenceTrial, Report, ReportTrial } from './collect.ts';

export const REPORT_FILE = 'report.html';

export interface HtmlOptions {
  /** The run's page; absolute. */
  readonly file: string;
  /** It was asked for: then also a run without a failure has one. */
  readonly always: boolean;
  readonly faultline: string;
  readonly now: () => Date;
  readonly recorded: (runDir: string) => Recorded;
  readonly tagsOf: (runDir: string) => readonly string[];
  /** The last trial of the scenario that passed. */
  readonly referenceFor: (result: TrialResult) => ReferenceTrial | undefined;
  readonly writePage: (file: string, report: Report) => void;
  /** Says where it is. */
  readonly write: (text: string) => void;
}

/** Of more trials than this only those that did not pass bring their histories, and of those so many: a page is to be opened. */
const MOST_HISTORIES = 300;

const notPassed = ({ verdict }: TrialResult): boolean => verdict.outcome !== 'passed';

export const htmlReporter = (options: HtmlOptions): Reporter => {
  const labels = new Map<string, string>();
  let results: readonly TrialResult[] = [];
  let environment: RunEnvironment | undefined;
  const trialOf = (run: RunEnd, result: TrialResult, withHistory: boolean): ReportTrial => ({
    label: labels.get(result.runDir) ?? result.name,
    result,
    judged: true,
    tags: options.tagsOf(result.runDir),
    replay: run.replayOf(result),
    recorded: () => (withHistory ? options.recorded(result.runDir) : NOT_RECORDED),
  });
  const reportOf = (run: RunEnd, trials: readonly ReportTrial[]): Report => ({
    title: `${counted(trials.length, 'trial')}, workers ${run.workers.name}${run.workers.note === undefined ? '' : ` (${run.workers.note})`}`,
    made: options.now(),
    faultline: options.faultline,
    trials,
    premises: run.premises,
    notApplicable: run.notApplicable,
    ...(run.notRun === 0 ? {} : { notRun: `${counted(run.notRun, 'trial')} not run: ${run.stopped ?? 'unknown why'}` }),
    ...(environment === undefined ? {} : { environment }),
    referenceFor: ({ result }) => options.referenceFor(result),
  });
  return {
    onEnvironment: (given) => {
      environment = given;
    },
    onResult: ({ result, label }: Shown) => {
      labels.set(result.runDir, label);
      results = [...results, result];
    },
    onRevised: (revised) => {
      // Run once more because of that, it is the same trial in another folder.
      for (const { runDir } of revised.earlier ?? [])
        if (labels.has(runDir)) labels.set(revised.runDir, labels.get(runDir) ?? revised.name);
      results = reviseResults(results, revised);
    },
    onEnd: (run) => {
      if (results.length === 0 || !(options.always || results.some(notPassed))) return;
      const withHistory = new Set(
        (results.length > MOST_HISTORIES ? results.filter(notPassed) : results).slice(0, MOST_HISTORIES),
      );
      const trials = results.map((result) => trialOf(run, result, withHistory.has(result)));
      options.writePage(options.file, { ...reportOf(run, trials), durationMs: run.durationMs });
      for (const trial of trials.filter(({ result }) => notPassed(result))) {
        const recorded = trial.recorded();
        if (recorded.events.length > 0)
          options.writePage(
            join(trial.result.runDir, REPORT_FILE),
            reportOf(run, [{ ...trial, recorded: () => recorded }]),
          );
      }
      options.write(`report: ${options.file}\n`);
    },
  };
};
