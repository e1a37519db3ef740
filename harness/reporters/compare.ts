/** Whether two verdicts on one scenario are the same, and if not, in what they differ. Pure. */
import type { TrialVerdict } from '../history/verdict.ts';

const causesOf = (verdict: TrialVerdict): string =>
  verdict.during.causes
    .map((cause) => `${cause.rank}. ${cause.id}`)
    .sort()
    .join(', ') || 'none';

const invariantsOf = (verdict: TrialVerdict): ReadonlyMap<string, string> =>
  new Map(verdict.invariants.map((invariant) => [invariant.id, invariant.verdict]));

const firedOf = (verdict: TrialVerdict): string =>
  verdict.faults.map((fault) => `${fault.kind} ${fault.fired ? 'fired' : 'did not fire'}`).join(', ') || 'none';

const metOf = (verdict: TrialVerdict): string =>
  [verdict.during.expectation, ...verdict.after]
    .map(({ met, unjudged }) => (unjudged === true ? 'not judged' : met ? 'met' : 'not met'))
    .join(', ');

const changed = (what: string, before: string, now: string): string[] =>
  before === now ? [] : [`${what}: was ${before}, now ${now}`];

/** One sentence a difference; empty when the verdicts are the same. Evidence and wording are not compared. */
export const differences = (before: TrialVerdict, now: TrialVerdict): readonly string[] => {
  const [then, current] = [invariantsOf(before), invariantsOf(now)];
  const ids = [...new Set([...then.keys(), ...current.keys()])];
  return [
    ...changed('verdict', before.outcome, now.outcome),
    ...changed('causes', causesOf(before), causesOf(now)),
    ...changed('expectations', metOf(before), metOf(now)),
    ...ids.flatMap((id) => changed(id, then.get(id) ?? 'not judged', current.get(id) ?? 'not judged')),
    ...changed('faults', firedOf(before), firedOf(now)),
  ];
};
