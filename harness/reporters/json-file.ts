/**
 * `--json FILE`: one document about the run, rewritten after every result, so that it is there after a failure, an
 * interruption and a kill.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import type { CoverageSummary } from '../contract/coverage.ts';
import type { Cause, InvariantResult, TrialVerdict } from '../history/verdict.ts';
import { attemptsOf } from '../runner/attempts.ts';
import type { Timings, TrialHost, TrialResult } from '../trial/types.ts';
import { coverageOfRun } from './contract.ts';
import { replaceFile } from './replace-file.ts';
import { countTotals, reviseResults } from './types.ts';
import type { Reporter, Totals } from './types.ts';

/** Version of this format; it changes when a reader of the file would have to. */
export const JSON_VERSION = 1;

interface JsonCause {
  readonly id: string;
  readonly rank: number;
  readonly consequenceOf?: string;
  readonly undecided?: boolean;
  /** `seq` of events in the run folder's history.ndjson. */
  readonly evidence: readonly number[];
}

interface JsonAttempt {
  readonly verdict: TrialVerdict['outcome'];
  /** Why it is unknown, when it is. */
  readonly unknown: readonly string[];
  /** Absolute. */
  readonly runDir: string;
  readonly timings: Timings;
}

export interface JsonScenario {
  readonly name: string;
  readonly verdict: TrialVerdict['outcome'];
  readonly seed: number;
  /** Absolute. */
  readonly runDir: string;
  readonly during: { readonly causes: readonly JsonCause[] };
  readonly invariants: readonly Pick<InvariantResult, 'id' | 'verdict' | 'findings'>[];
  readonly faults: TrialVerdict['faults'];
  readonly timings: Timings;
  /** Every attempt with this seed, oldest first, when there were several; the last one's verdict is the row's. */
  readonly attempts?: readonly JsonAttempt[];
}

export interface JsonDocument {
  readonly version: typeof JSON_VERSION;
  readonly environment: TrialHost['environment'];
  /** Name of the set. */
  readonly workers: string;
  readonly scenarios: readonly JsonScenario[];
  readonly totals: Totals;
  readonly durationMs: number;
  /** What the run's traffic shows of the contract; absent until a trial has been judged. */
  readonly contract?: CoverageSummary;
}

const causeOf = (cause: Cause): JsonCause => ({
  id: cause.id,
  rank: cause.rank,
  ...(cause.consequenceOf === undefined ? {} : { consequenceOf: cause.consequenceOf }),
  ...(cause.undecided === undefined ? {} : { undecided: cause.undecided }),
  evidence: cause.evidence,
});

const attemptRow = ({ verdict, runDir, timings }: TrialResult): JsonAttempt => ({
  verdict: verdict.outcome,
  unknown: verdict.unknown,
  runDir,
  timings,
});

export const scenarioRow = (result: TrialResult): JsonScenario => ({
  name: result.name,
  verdict: result.verdict.outcome,
  seed: result.seed,
  runDir: result.runDir,
  during: { causes: result.verdict.during.causes.map(causeOf) },
  invariants: result.verdict.invariants.map(({ id, verdict, findings }) => ({ id, verdict, findings })),
  faults: result.verdict.faults,
  timings: result.timings,
  ...(result.earlier === undefined ? {} : { attempts: attemptsOf(result).map(attemptRow) }),
});

/** Makes the folder and removes an earlier run's file. Errors: FaultlineError 'usage' when it cannot be written there. */
export const prepareJsonFile = (file: string): void => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    // Finding out now costs nothing; finding out after the trials costs their verdicts.
    writeFileSync(`${file}.${process.pid}.tmp`, '');
    rmSync(`${file}.${process.pid}.tmp`);
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `cannot write the JSON file ${file}: ${(error as Error).message}`,
      'Name a file in a folder that you may write to.',
    );
  }
};

/** `sinceStart` gives ms since the run began. */
export const jsonFileReporter = (file: string, workers: string, sinceStart: () => number): Reporter => {
  let results: readonly TrialResult[] = [];
  let environment: TrialHost['environment'] = { mode: 'embedded', kafka: '', postgres: '', startedInMs: 0 };
  const write = (durationMs: number): void => {
    const contract = coverageOfRun(results);
    const document: JsonDocument = {
      version: JSON_VERSION,
      environment,
      workers,
      scenarios: results.map(scenarioRow),
      totals: countTotals(results),
      durationMs: Math.round(durationMs),
      ...(contract === undefined ? {} : { contract }),
    };
    replaceFile(file, `${JSON.stringify(document, null, 2)}\n`);
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
