/** Known findings in words. Pure. */
import { findingsOfTrial } from '../verdict/findings.ts';
import type { JudgedTrial } from '../verdict/findings.ts';
import { answerFor } from '../verdict/known.ts';
import type { FindingState, KnownFinding } from '../verdict/known.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';

/** `known: allocations, until 2026-12-31: FL-1`. */
export const answerText = (state: FindingState, { owner, until, reason }: KnownFinding): string =>
  state === 'expired'
    ? `was known to ${owner} until ${until}, which is over: ${reason}`
    : `known: ${owner}, until ${until}: ${reason}`;

/** Why a trial that failed is nothing new; undefined when something in it is, or it did not fail. */
export const excuseOf = (result: JudgedTrial, premises: Premises): string | undefined => {
  if (standingIn(premises, result) !== 'known') return undefined;
  const answers = findingsOfTrial(result.verdict).map(({ id }) => {
    const { state, entry } = answerFor(premises.acceptance, id, result.name);
    return state === 'known' && entry !== undefined
      ? `${id}: ${answerText(state, entry)}`
      : `${id}: there before, in ${premises.base?.name ?? ''}`;
  });
  return `nothing new: ${answers.join('; ')}`;
};
