/** What broke in a trial, as sentences in the domain's words. Pure. */
import type { TrialVerdict } from '../history/verdict.ts';

export interface Breakage {
  /** The rule that broke: an invariant's id, or which expectation. */
  readonly rule: string;
  readonly message: string;
  /** `seq` of the events that show it. */
  readonly evidence: readonly number[];
  readonly subject?: string;
}

const expectations = (verdict: TrialVerdict): readonly Breakage[] => {
  const during = verdict.during.expectation;
  return [
    ...(during.met || during.unjudged === true
      ? []
      : [{ rule: 'expected while the fault lasts', message: during.message, evidence: [] }]),
    ...verdict.after
      .filter((condition) => !condition.met && condition.unjudged !== true)
      .map(({ message }) => ({ rule: 'expected at the end', message, evidence: [] })),
  ];
};

const violated = (verdict: TrialVerdict): readonly Breakage[] =>
  verdict.invariants
    .filter((invariant) => invariant.verdict === 'violated')
    .flatMap(({ id, findings }) => findings.map((finding) => ({ rule: id, ...finding })));

const undecided = (verdict: TrialVerdict): readonly Breakage[] =>
  verdict.unknown.map((message) => ({ rule: 'unknown', message, evidence: [] }));

/** Violated invariants and unmet expectations; of a trial that is unknown, why. Empty when it passed. */
export const breakagesOf = (verdict: TrialVerdict): readonly Breakage[] => [
  ...violated(verdict),
  ...expectations(verdict),
  ...undecided(verdict),
];
