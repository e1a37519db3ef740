/** What `faultline explain` found, as one document: kept in the run folder, and told as text. */
import { always } from '../explain/attribute.ts';
import type { Attribution } from '../explain/attribute.ts';
import type { BakedIn } from '../explain/baked-in.ts';
import type { TrialOutcome } from '../history/verdict.ts';

export interface ExplainedFinding {
  readonly id: string;
  /** Absent for what is none of the documented rules. */
  readonly code?: string;
  readonly message: string;
  /** For each payment that it was found of; none for a condition of the scenario's. */
  readonly bakedIn: readonly (BakedIn & { readonly event?: string })[];
  readonly proof: Omit<Attribution, 'finding'>;
}

export interface Explanation {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly workers: string;
  /** Each in words, in the scenario's order. */
  readonly faults: readonly string[];
  readonly findings: readonly ExplainedFinding[];
  /** Findings that say how the causes stand to what the scenario expects of its faults: a trial without them cannot show that. */
  readonly notAsked: readonly string[];
  readonly trials: readonly {
    readonly label: string;
    readonly seed: number;
    readonly verdict: TrialOutcome;
    readonly findings: readonly string[];
    /** Absolute. */
    readonly folder: string;
  }[];
}

/** Is it told of each finding what it came of? Where there is no fault, that it comes each time is all there is to tell. */
export const tellsAll = ({ findings }: Explanation): boolean =>
  findings.every(({ proof }) =>
    proof.faults.length === 0
      ? always(proof.again)
      : proof.faults.every(({ involvement }) => involvement !== 'cannot tell'),
  );
