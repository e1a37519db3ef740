import type { Contract } from '../contract/contract.ts';
import type { BarrierSource } from '../history/events.ts';
import type { History } from '../history/history.ts';
import type { Finding } from '../history/verdict.ts';

/** A finding with the name of what is wrong: findings of one shape and worker are one defect. */
export interface Told extends Finding {
  readonly shape: string;
}

/**
 * An accusation, with the sources that must be complete for it to stand: those in which something is absent, and those
 * whose lost tail might hold what excuses it. None: what is present proves it.
 */
export interface Claim extends Told {
  readonly restsOn: readonly BarrierSource[];
}

/** What checking found: a claim that stands beats `unknown` beats `holds`. */
export interface Findings {
  readonly violations: readonly Claim[];
  /** What cannot be decided for another reason than an incomplete source. */
  readonly undecided?: readonly Told[];
  readonly notes?: readonly Told[];
}

/** A statement that must be true of every correct pipeline, as a pure function of a whole history and the contract. */
export interface Invariant {
  /** Of the rule, and of what it speaks of: `one-active-allocation`. */
  readonly id: string;
  /** One sentence: what must hold. */
  readonly title: string;
  /**
   * It is broken by something that happened: with the last event of a finding's evidence that can no longer be undone. Left
   * out: by something that did not happen, which might have come until the end.
   */
  readonly byAnEvent?: true;
  /** The sources that must be complete for it to be said to hold: whatever violates it shows in one of them. */
  readonly needs: readonly BarrierSource[];
  check(history: History, contract: Contract): Findings;
}
