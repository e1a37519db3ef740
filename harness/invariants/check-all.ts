import type { History } from '../history/history.ts';
import type { InvariantResult } from '../history/verdict.ts';
import { INVARIANTS } from './catalogue.ts';
import type { Invariant } from './types.ts';

/** One invariant's verdict on a history: `violated` beats `unknown` beats `holds`. */
export const checkInvariant = (invariant: Invariant, history: History): InvariantResult => {
  const { violations, undecided = [], notes = [] } = invariant.check(history);
  const verdict = violations.length > 0 ? 'violated' : undecided.length > 0 ? 'unknown' : 'holds';
  return {
    id: invariant.id,
    verdict,
    findings: verdict === 'violated' ? violations : undecided,
    ...(notes.length === 0 ? {} : { notes }),
  };
};

/** Judges a whole history. Pure; never throws, whatever the workers wrote. */
export const checkInvariants = (history: History): InvariantResult[] =>
  INVARIANTS.map((invariant) => checkInvariant(invariant, history));
