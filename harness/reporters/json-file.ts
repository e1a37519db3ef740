/**
 * `--json FILE`: one document about the run, rewritten after every result, so that it is there after a failure, an
 * interruption and a kill.
 */
import { dirname, join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import { jsonText } from '../base/presentable.ts';
import { hideTokens } from '../base/redact.ts';
import type { Premises } from '../verdict/premises.ts';
import { jsonDocument } from './json-document.ts';
import { removeEarlier, replaceFile, requireWritable } from '../base/replace-file.ts';
import { reviseResults } from './types.ts';
import type { Reporter } from './types.ts';

/** The same document in every folder of runs, for `faultline accept` and `--against`. */
export const lastRunFile = (outDir: string): string => join(outDir, 'last-run.json');

/** Removes an earlier run's document: what is there after this run is this run's. Errors: FaultlineError 'usage' when none can be written there. */
export const prepareJsonFile = (file: string): void => {
  requireWritable(file);
  removeEarlier(file);
};

export interface JsonFileOptions {
  /** Name of the set. */
  readonly workers: string;
  /** ms since the run began. */
  readonly sinceStart: () => number;
  readonly premises: Premises;
  readonly replayOf: (result: TrialResult) => string;
}

const reporterOf = (
  file: string,
  { workers, sinceStart, premises, replayOf }: JsonFileOptions,
  evenEmpty: boolean,
): Reporter => {
  let results: readonly TrialResult[] = [];
  let environment: RunEnvironment = { mode: 'embedded', kafka: '', postgres: '', startedInMs: 0 };
  const write = (durationMs: number): void => {
    if (results.length === 0 && !evenEmpty) return;
    const document = jsonDocument({ environment, workers, results, premises, replayOf, durationMs });
    makeFolder(dirname(file));
    replaceFile(file, `${hideTokens(jsonText(document, 2))}\n`);
  };
  return {
    onEnvironment: ({ mode, kafka, postgres, startedInMs }) => {
      environment = { mode, kafka, postgres, startedInMs };
      write(sinceStart());
    },
    onResult: ({ result }) => {
      results = [...results, result];
      write(sinceStart());
    },
    onRevised: (revised) => {
      results = reviseResults(results, revised);
      write(sinceStart());
    },
    onEnd: (run) => write(run.durationMs),
  };
};

/** The document as FILE, also of a run without a result. */
export const jsonFileReporter = (file: string, options: JsonFileOptions): Reporter => reporterOf(file, options, true);

/** The document as the last run's: one that gave no result leaves the one before. */
export const lastRunReporter = (outDir: string, options: JsonFileOptions): Reporter =>
  reporterOf(lastRunFile(outDir), options, false);
