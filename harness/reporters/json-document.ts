/** The document of `--json FILE`: what a run gave, for programs. Pure. */
import type { CoverageSummary } from '../contract/coverage.ts';
import type { Cause, InvariantResult, TrialVerdict } from '../history/verdict.ts';
import { attemptsOf } from '../runner/attempts.ts';
import type { RunEnvironment, Timings, TrialResult } from '../verdict/result.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import type { FindingState, KnownFinding } from '../verdict/known.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { coverageOfRun } from './contract.ts';
import { findingsOf } from './run-findings.ts';
import { countTotals } from './types.ts';
import type { Totals } from './types.ts';

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
  /** `notes`: seen and no accusation; absent where there are none. */
  readonly invariants: readonly Pick<InvariantResult, 'id' | 'verdict' | 'findings' | 'notes'>[];
  readonly faults: TrialVerdict['faults'];
  /** Ids of what is wrong in it. */
  readonly findings: readonly string[];
  /** Present when it failed and nothing in it is new: known, or in the run given by --against. */
  readonly standing?: 'known';
  readonly timings: Timings;
  /** Every attempt with this seed, oldest first, when there were several; the last one's verdict is the row's. */
  readonly attempts?: readonly JsonAttempt[];
}

export interface JsonFinding {
  readonly id: string;
  /** As the first trial that shows it says it. */
  readonly message: string;
  readonly state: FindingState;
  /** Scenarios that show it. */
  readonly scenarios: readonly string[];
  /** Those of them in which it is not known. */
  readonly open: readonly string[];
  readonly first: {
    readonly scenario: string;
    readonly seed: number;
    readonly runDir: string;
    /** The command that runs it again. */
    readonly replay: string;
  };
  /** Entries of faultline.known.json that answer for it; absent where there are none. */
  readonly known?: readonly Omit<KnownFinding, 'finding'>[];
}

export interface JsonComparison {
  readonly base: string;
  /** Ids. */
  readonly new: readonly { readonly id: string; readonly scenarios: readonly string[] }[];
  readonly still: readonly string[];
  readonly fixed: readonly string[];
  /** In the base; not all of its scenarios ran and were decided. */
  readonly notLookedAt: readonly string[];
}

export interface JsonDocument {
  readonly version: typeof JSON_VERSION;
  readonly environment: RunEnvironment;
  /** Name of the set. */
  readonly workers: string;
  readonly scenarios: readonly JsonScenario[];
  /** What is wrong, told once, those seen in most scenarios first. */
  readonly findings: readonly JsonFinding[];
  /** Known findings that were not seen although their scenarios ran; absent where there are none. */
  readonly notSeen?: readonly {
    readonly finding: string;
    readonly owner: string;
    readonly scenarios: readonly string[];
  }[];
  /** Present with --against. */
  readonly against?: JsonComparison;
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

const scenarioRow = (result: TrialResult, premises: Premises): JsonScenario => ({
  name: result.name,
  verdict: result.verdict.outcome,
  seed: result.seed,
  runDir: result.runDir,
  during: { causes: result.verdict.during.causes.map(causeOf) },
  invariants: result.verdict.invariants.map(({ id, verdict, findings, notes }) => ({
    id,
    verdict,
    findings,
    ...(notes === undefined ? {} : { notes }),
  })),
  faults: result.verdict.faults,
  findings: findingsOfTrial(result.verdict).map(({ id }) => id),
  ...(standingIn(premises, result) === 'known' ? { standing: 'known' } : {}),
  timings: result.timings,
  ...(result.earlier === undefined ? {} : { attempts: attemptsOf(result).map(attemptRow) }),
});

const answerOf = ({ scenarios, owner, reason, until }: KnownFinding): Omit<KnownFinding, 'finding'> => ({
  scenarios,
  owner,
  reason,
  until,
});

type Findings = Pick<JsonDocument, 'findings' | 'notSeen' | 'against'>;

const findingsPart = (
  results: readonly TrialResult[],
  premises: Premises,
  replayOf: (result: TrialResult) => string,
): Findings => {
  const found = findingsOf(results, premises);
  const findings = found.findings.map(
    ({ id, message, state, scenarios, open, trials: [first], entries }): JsonFinding => ({
      id,
      message,
      state,
      scenarios,
      open,
      first: { scenario: first.name, seed: first.seed, runDir: first.runDir, replay: replayOf(first) },
      ...(entries.length === 0 ? {} : { known: entries.map(answerOf) }),
    }),
  );
  const unseen = found.notSeen.map(({ entry: { finding, owner }, scenarios }) => ({ finding, owner, scenarios }));
  const { comparison } = found;
  return {
    findings,
    ...(unseen.length === 0 ? {} : { notSeen: unseen }),
    ...(comparison === undefined || premises.base === undefined
      ? {}
      : {
          against: {
            base: premises.base.name,
            new: comparison.added.map(({ group, scenarios }) => ({ id: group.id, scenarios })),
            still: comparison.still.map(({ id }) => id),
            fixed: comparison.fixed.map(({ id }) => id),
            notLookedAt: comparison.open,
          },
        }),
  };
};

export interface JsonRun {
  readonly environment: RunEnvironment;
  /** Name of the set. */
  readonly workers: string;
  readonly results: readonly TrialResult[];
  readonly premises: Premises;
  readonly replayOf: (result: TrialResult) => string;
  readonly durationMs: number;
}

export const jsonDocument = ({
  environment,
  workers,
  results,
  premises,
  replayOf,
  durationMs,
}: JsonRun): JsonDocument => {
  const contract = coverageOfRun(results);
  return {
    version: JSON_VERSION,
    environment,
    workers,
    scenarios: results.map((result) => scenarioRow(result, premises)),
    ...findingsPart(results, premises, replayOf),
    totals: countTotals(results),
    durationMs: Math.round(durationMs),
    ...(contract === undefined ? {} : { contract }),
  };
};
