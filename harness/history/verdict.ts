/** What judging a history gives: three-valued, with evidence by `seq`. Pure data, JSON-serialisable. */
import type { ContractCoverage } from '../contract/coverage.ts';
import type { BarrierSource } from './events.ts';

/** The invariants of the shipped pipeline, in the order they are reported. Meaning of each: docs/semantics in its own file. */
export const INVARIANT_IDS = [
  'mark-follows-effect',
  'one-active-allocation',
  'one-active-purchase',
  'allocation-has-purchase',
  'purchase-has-payment',
  'ids-agree',
  'announced-means-committed',
  'no-event-lost',
  'dead-letter-once',
  'messages-honour-contract',
  'calls-honour-contract',
  'payment-gets-purchase',
  'purchase-gets-event',
  'purchase-gets-allocation',
  'purchase-is-announced',
  'allocation-is-announced',
  'event-gets-marked',
  'groups-drain',
] as const;

export type InvariantId = (typeof INVARIANT_IDS)[number];

/** The seven root causes, in the order of the incident report's checks. */
export const CAUSE_IDS = [
  'worker-not-running',
  'topic-missing',
  'event-not-emitted',
  'guard-marked-without-allocation',
  'event-not-consumed',
  'api-not-called',
  'api-failing',
] as const;

export type CauseId = (typeof CAUSE_IDS)[number];

/** One thing found wrong (or undecidable), in the domain's words. */
export interface Finding {
  readonly message: string;
  /** `seq` of the history's events that show it. */
  readonly evidence: readonly number[];
  /** Name of the worker whose doing it is, where that is known. */
  readonly worker?: string;
  /** What is wrong, without ids, as a stable kebab-case name within the invariant: `never-committed`. */
  readonly shape?: string;
  /** Name of the subject (purchase) concerned, when there is one. */
  readonly subject?: string;
}

export interface InvariantResult {
  /** One of INVARIANT_IDS, or of another pipeline's. */
  readonly id: string;
  readonly verdict: 'holds' | 'violated' | 'unknown';
  /** Empty when it holds; why it is violated or cannot be decided otherwise. */
  readonly findings: readonly Finding[];
  /** Seen and worth showing, but no accusation. */
  readonly notes?: readonly Finding[];
}

/** One of the report's checks as asked of this history. */
export interface CheckAnswer {
  readonly question: string;
  readonly answer: string;
  /** Where it was read, in words: "members of trainer-allocation-workers, described by the coordinator". */
  readonly readFrom: string;
  readonly evidence: readonly number[];
}

export interface Cause {
  readonly id: CauseId;
  /** 1 is the repair that this payment needs now. Undecided causes share a rank. */
  readonly rank: number;
  /** This cause is only a consequence of that one. */
  readonly consequenceOf?: CauseId;
  /** There is no evidence to tell it from another listed cause. */
  readonly undecided?: boolean;
  /** Sources of a live system that it would rest on as well, and that there was no way to ask. */
  readonly unasked?: readonly BarrierSource[];
  /** One sentence in the domain's words. */
  readonly message: string;
  /** Who wrote the guard row, for guard-marked-without-allocation; null: a worker. */
  readonly writer?: string | null;
  readonly subject?: string;
  readonly checks: readonly CheckAnswer[];
  /**
   * Of which payment and which stage, by what it brings about, the checks were asked: causes of one subject and stage were asked the same, so that
   * their checks need showing once. Several stages may bring about the same: `role` tells them apart. Absent in verdicts of before it was told.
   */
  readonly checked?: { readonly subject: string; readonly stage: string; readonly role?: string };
  readonly evidence: readonly number[];
}

export type TrialOutcome = 'passed' | 'failed' | 'unknown';

export interface ExpectationResult {
  readonly met: boolean;
  /** Which case of the scenario's ordered list applied; null when nothing was asserted or no case applied. */
  readonly case: number | null;
  readonly expected: readonly string[] | null;
  readonly actual: readonly string[];
  readonly message: string;
  /** It rests on a fault that did not fire, or on steps that were left out: whether it is met accuses nobody. */
  readonly unjudged?: true;
}

/** One of the scenario's own conditions at the end. */
export interface ConditionResult {
  readonly met: boolean;
  readonly message: string;
  /** As for an expectation. */
  readonly unjudged?: true;
}

export interface TrialVerdict {
  readonly outcome: TrialOutcome;
  /** Why it is unknown, when it is. */
  readonly unknown: readonly string[];
  readonly during: { readonly causes: readonly Cause[]; readonly expectation: ExpectationResult };
  /** The scenario's own conditions at the end. */
  readonly after: readonly ConditionResult[];
  readonly invariants: readonly InvariantResult[];
  readonly faults: readonly { readonly kind: string; readonly fired: boolean }[];
  /** What the traffic shows of the contract; absent where nothing was judged, and in verdicts of before it was told. */
  readonly contract?: ContractCoverage;
}
