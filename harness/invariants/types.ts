import type { History } from '../history/history.ts';
import type { Finding, InvariantId } from '../history/verdict.ts';

/** What checking found: `violated` beats `unknown` beats `holds`. */
export interface Findings {
  readonly violations: readonly Finding[];
  readonly undecided?: readonly Finding[];
  readonly notes?: readonly Finding[];
}

/** A statement that must be true of every correct pipeline, as a pure function of a whole history. */
export interface Invariant {
  readonly id: InvariantId;
  /** One sentence: what must hold. */
  readonly title: string;
  check(history: History): Findings;
}
