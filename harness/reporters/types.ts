/** What a reporter is told about a run. */
import type { HistoryEvent } from '../history/events.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import type { Premises } from '../verdict/premises.ts';

/** A scenario that these workers cannot be put through, and why. */
export interface NotApplicable {
  readonly name: string;
  readonly reason: string;
}

export interface RunStart {
  readonly workers: { readonly name: string; readonly note?: string };
  readonly seed: number;
  /** Trials planned. */
  readonly trials: number;
  readonly notApplicable: readonly NotApplicable[];
}

/** A trial's result with what can be shown of it. */
export interface Shown {
  readonly result: TrialResult;
  /** The trial's name, with the repeat where there are several. */
  readonly label: string;
  /** The command that runs exactly this trial again. */
  readonly replayCommand: string;
  /** The trial's history; empty when it cannot be read. Read on demand: a passed trial needs none. */
  readonly events: () => readonly HistoryEvent[];
  /** Where its scenario stands; undefined where that is not known. */
  readonly place: () => { readonly file: string; readonly line: number } | undefined;
  /** An error ended the run in it; the command tells that one at its end, with the way out, and nobody else need. */
  readonly endedRun?: true;
}

export interface RunEnd {
  readonly results: readonly TrialResult[];
  readonly notApplicable: readonly NotApplicable[];
  /** Planned trials without a result. */
  readonly notRun: number;
  /** Run folder of the trial in which an error ended the run, if one did. */
  readonly endedIn?: string;
  /** Why trials were not run; undefined when all were. */
  readonly stopped: string | undefined;
  readonly workers: { readonly name: string; readonly note?: string };
  readonly durationMs: number;
  /** What its findings are held against. */
  readonly premises: Premises;
  /** The command that runs exactly that trial again. */
  readonly replayOf: (result: TrialResult) => string;
}

/** Everything is optional: a reporter says only what it has to say. */
export interface Reporter {
  onStart?(run: RunStart): void;
  /** The environment answers. */
  onEnvironment?(environment: RunEnvironment): void;
  onTrial?(label: string): void;
  /** An attempt was unknown: the trial is run once more with the same seed. */
  onAgain?(shown: Shown): void;
  /** A trial's last word; earlier attempts are in the result. */
  onResult?(shown: Shown): void;
  /**
   * A result told before has changed: something arrived after its verdict (the same runDir), or the trial was run once
   * more because of that (the result told before is in `earlier`).
   */
  onRevised?(result: TrialResult): void;
  onEnd?(run: RunEnd): void;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly unknown: number;
}

/** The results with the one that `revised` speaks of replaced. */
export const reviseResults = (results: readonly TrialResult[], revised: TrialResult): readonly TrialResult[] => {
  const same = new Set([revised.runDir, ...(revised.earlier ?? []).map(({ runDir }) => runDir)]);
  return results.map((result) => (same.has(result.runDir) ? revised : result));
};

export const countTotals = (results: readonly TrialResult[]): Totals => {
  const count = (outcome: string): number => results.filter((result) => result.verdict.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), unknown: count('unknown') };
};
