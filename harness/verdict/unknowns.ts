/** Why a trial is unknown, each reason told once. Pure. */
import { OVERLOADED } from '../base/overloaded.ts';
import type { TrialVerdict } from '../history/verdict.ts';

const HARNESS = 'the harness itself had a problem: ';

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** Invariants that cannot be decided for one and the same reason are one sentence. */
const undecided = ({ invariants }: TrialVerdict): readonly string[] => {
  const byReason = new Map<string, readonly string[]>();
  for (const { id, verdict, findings } of invariants)
    if (verdict === 'unknown') {
      const reason = findings[0]?.message ?? '';
      byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
    }
  return [...byReason].map(([reason, ids]) => `${list(ids)} cannot be decided${reason === '' ? '' : `: ${reason}`}`);
};

/** What went wrong with the harness itself, word for word; empty when nothing did. */
export const harnessErrors = ({ unknown }: TrialVerdict): readonly string[] => [
  ...new Set(unknown.flatMap((reason) => (reason.startsWith(HARNESS) ? [reason.slice(HARNESS.length)] : []))),
];

/**
 * Was it unknown because the harness got too little of its machine, and had no other problem? What else is told beside that does not
 * matter: faults that did not fire and barriers that were not reached follow from it.
 */
export const isOfOverload = (verdict: TrialVerdict): boolean => {
  const errors = harnessErrors(verdict);
  return errors.length > 0 && errors.every((error) => error.endsWith(OVERLOADED));
};

/** The reasons of `verdict.unknown`, without saying one thing for every invariant. */
export const reasonsOf = (verdict: TrialVerdict): readonly string[] => {
  const harness = verdict.unknown.filter((reason) => reason.startsWith(HARNESS));
  // What the harness spoiled follows from that: barriers, faults and invariants have nothing to add.
  if (harness.length > 0) return [...new Set(harness)];
  const each = new Set(
    verdict.invariants.flatMap(({ id, verdict: is }) => (is === 'unknown' ? [`${id} cannot be decided`] : [])),
  );
  const others = verdict.unknown.filter((reason) => ![...each].some((start) => reason.startsWith(start)));
  return [...new Set([...others, ...undecided(verdict)])];
};
