/** What a report's page is given. Plain data: it is written into the page as JSON. */
import type { CoverageSummary } from '../contract/coverage.ts';
import type { CheckAnswer, TrialOutcome } from '../history/verdict.ts';
import type { FindingState } from '../verdict/known.ts';

/** One sentence with the events that show it. */
export interface PageStatement {
  /** A finding's id; of a note, the invariant's. */
  readonly id: string;
  /** Stable code in the catalogue: `FL101`. */
  readonly code?: string;
  readonly message: string;
  /** `seq`. */
  readonly evidence: readonly number[];
  readonly subject?: string;
  /** Present where it is no news. */
  readonly state?: Exclude<FindingState, 'new'>;
}

export interface PageCause extends PageStatement {
  readonly rank: number;
  readonly remarks: readonly string[];
  readonly checks: readonly CheckAnswer[];
}

export interface PageAttempt {
  readonly outcome: TrialOutcome;
  readonly reasons: readonly string[];
}

export interface PageTrial {
  /** The trial's name, with the repeat where there are several. */
  readonly label: string;
  /** The scenario's. */
  readonly name: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** `not judged`: a folder without a verdict. */
  readonly outcome: TrialOutcome | 'not judged';
  /** It failed, and nothing in it is new. */
  readonly known: boolean;
  readonly seed: number;
  readonly workers: string;
  readonly totalMs: number;
  /** Earlier ones with the same seed, oldest first. */
  readonly attempts: readonly PageAttempt[];
  readonly replay: string;
  readonly folder: string;
  readonly broke: readonly PageStatement[];
  /** Why something could not be decided. */
  readonly undecided: readonly { readonly code?: string; readonly text: string }[];
  readonly causes: readonly PageCause[];
  readonly expectation: string;
  readonly notes: readonly PageStatement[];
  /** How it came to its end. */
  readonly ending: readonly string[];
  readonly faults: readonly { readonly kind: string; readonly fired: boolean }[];
  readonly invariants: readonly { readonly id: string; readonly verdict: 'holds' | 'violated' | 'unknown' }[];
  /** The first event after which a finding could no longer be undone. */
  readonly noReturn?: { readonly seq: number; readonly id: string };
  readonly versions: Readonly<Record<string, string>>;
  /** Which of the page's histories is this trial's; absent: it is not there. */
  readonly history?: number;
  /** Present where that is because it is too long for a page. */
  readonly tooLong?: true;
  /** Present where not all payments of the history are in the page. */
  readonly excerpt?: { readonly shown: number; readonly of: number; readonly called: string };
  /** A trial of the scenario that passed. */
  readonly reference?: { readonly history: number; readonly label: string };
}

export interface PageFinding {
  readonly id: string;
  readonly code?: string;
  readonly message: string;
  readonly state: FindingState;
  readonly scenarios: readonly string[];
}

export interface PageIndex {
  readonly title: string;
  /** When it was made, for people. */
  readonly made: string;
  readonly faultline: string;
  readonly trials: readonly PageTrial[];
  readonly findings: readonly PageFinding[];
  readonly notApplicable: readonly { readonly name: string; readonly reason: string }[];
  /** Planned trials without a result, and why. */
  readonly notRun?: string;
  readonly environment?: { readonly mode: string; readonly kafka: string; readonly postgres: string };
  readonly durationMs?: number;
  readonly contract?: CoverageSummary;
  /** What the codes of this page mean. */
  readonly codes: readonly {
    readonly code: string;
    readonly id: string;
    readonly kind: string;
    readonly meaning: string;
  }[];
}

/** Ids of the page's elements that hold data: gzip as base64 of JSON (the index), of NDJSON (histories). */
export const INDEX_ID = 'faultline-index';
export const historyId = (n: number): string => `faultline-history-${n}`;
