/** The results of a run as they come, kept and passed on to the reporters. */
import { join } from 'node:path';
import { linesToBeShown } from '../base/read-own.ts';
import type { HistoryEvent } from '../history/events.ts';
import { parseHistoryLines } from '../history/file.ts';
import { reviseResults } from '../reporters/types.ts';
import type { NotApplicable, Reporter, RunEnd, Shown } from '../reporters/types.ts';
import { locateScenario } from '../runner/locate.ts';
import type { PlannedTrial } from '../runner/plan.ts';
import type { TrialResult } from '../verdict/result.ts';

export interface LedgerOptions {
  readonly reporter: Required<Reporter>;
  readonly workers: RunEnd['workers'];
  readonly premises: RunEnd['premises'];
  readonly replayOf: RunEnd['replayOf'];
  /** ms since the command began. */
  readonly sinceStart: () => number;
}

export interface Ledger {
  readonly results: readonly TrialResult[];
  add(trial: PlannedTrial, result: TrialResult): void;
  /** The same of the trial in which an error ends the run: that is told by itself. */
  addLast(trial: PlannedTrial, result: TrialResult): void;
  /** Tells of an unknown attempt whose trial is run once more. It is no result. */
  again(trial: PlannedTrial, result: TrialResult): void;
  /** Replaces the result of the same run folder, or that of the attempt before. */
  revise(result: TrialResult): void;
  /** Tells the reporters that the run is over. */
  end(how: {
    readonly notApplicable: readonly NotApplicable[];
    readonly notRun: number;
    readonly stopped: string | undefined;
  }): void;
}

/** The trial's recorded events; none when they cannot be read, or are too many. */
export const readEvents = (result: TrialResult): readonly HistoryEvent[] => {
  try {
    return parseHistoryLines(linesToBeShown(join(result.runDir, 'history.ndjson')));
  } catch {
    // The verdict stands without its timeline.
    return [];
  }
};

export const createLedger = ({ reporter, workers, premises, replayOf, sinceStart }: LedgerOptions): Ledger => {
  let results: readonly TrialResult[] = [];
  let endedIn: string | undefined;
  const shown = (trial: PlannedTrial, result: TrialResult): Shown => ({
    result,
    label: trial.label,
    replayCommand: replayOf(result),
    events: () => readEvents(result),
    place: () => locateScenario(trial.file, trial.scenario.name),
  });
  return {
    get results() {
      return results;
    },
    add: (trial, result) => {
      results = [...results, result];
      reporter.onResult(shown(trial, result));
    },
    addLast: (trial, result) => {
      endedIn = result.runDir;
      results = [...results, result];
      reporter.onResult({ ...shown(trial, result), endedRun: true });
    },
    again: (trial, result) => reporter.onAgain(shown(trial, result)),
    revise: (revised) => {
      results = reviseResults(results, revised);
      reporter.onRevised(revised);
    },
    end: (how) =>
      reporter.onEnd({
        ...how,
        results,
        workers,
        premises,
        replayOf,
        durationMs: sinceStart(),
        ...(endedIn === undefined ? {} : { endedIn }),
      }),
  };
};
