import type { Contract } from '../contract/contract.ts';
import { gapsOf, isComplete } from '../history/completeness.ts';
import type { History } from '../history/history.ts';
import type { Finding, InvariantResult } from '../history/verdict.ts';
import { invariantsOf } from './catalogue.ts';
import type { Claim, Invariant, Told } from './types.ts';

const told = (claim: Claim): Told => {
  const { restsOn: _restsOn, ...finding } = claim;
  return finding;
};

/** A claim without what it rests on: shown, with what is missing, and accusing nobody. */
const open = (history: History, claim: Claim): Told => ({
  ...told(claim),
  message: `${claim.message}: that stands only if nothing is missing, and ${gapsOf(history, claim.restsOn)
    .map(({ message }) => message)
    .join('; ')}`,
});

const gapsIn = (history: History, { needs }: Invariant): readonly Finding[] =>
  gapsOf(history, needs).map((gap) => ({ ...gap, shape: 'source-incomplete' }));

/** One invariant's verdict on a history: `violated`, by what stands, beats `unknown` beats `holds`. */
export const checkInvariant = (invariant: Invariant, history: History, contract: Contract): InvariantResult => {
  const { violations, undecided = [], notes = [] } = invariant.check(history, contract);
  const stands = ({ restsOn }: Claim): boolean => isComplete(history, ...restsOn);
  const standing = violations.filter(stands).map(told);
  const unsettled = [
    ...gapsIn(history, invariant),
    ...violations.filter((claim) => !stands(claim)).map((claim) => open(history, claim)),
    ...undecided,
  ];
  const verdict = standing.length > 0 ? 'violated' : unsettled.length > 0 ? 'unknown' : 'holds';
  return {
    id: invariant.id,
    verdict,
    findings: verdict === 'violated' ? standing : unsettled,
    ...(notes.length === 0 ? {} : { notes }),
  };
};

/** Judges a whole history by the pacts that hold for it. Pure; never throws, whatever the workers wrote. */
export const checkInvariants = (history: History, contract: Contract): InvariantResult[] =>
  invariantsOf(history.pipeline).map((invariant) => checkInvariant(invariant, history, contract));
