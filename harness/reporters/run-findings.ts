/** The findings of a run as its reports tell them: held against what is known and against the base. Pure data. */
import type { TrialResult } from '../verdict/result.ts';
import { compareWithBase } from '../verdict/against.ts';
import type { Comparison } from '../verdict/against.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { notSeen, review } from '../verdict/known.ts';
import type { ReviewedFinding, Unseen } from '../verdict/known.ts';
import type { Premises } from '../verdict/premises.ts';

export interface NumberedFinding extends ReviewedFinding<TrialResult> {
  /** From 1, as the reports name it. */
  readonly number: number;
}

/** What one scenario shows: findings of several scenarios, and what is its own. */
export interface ScenarioFindings {
  readonly name: string;
  readonly shared: readonly NumberedFinding[];
  readonly besides: readonly NumberedFinding[];
}

export interface RunFindings {
  readonly findings: readonly NumberedFinding[];
  readonly byScenario: readonly ScenarioFindings[];
  readonly notSeen: readonly Unseen[];
  readonly comparison: Comparison<TrialResult> | undefined;
}

export const findingsOf = (results: readonly TrialResult[], premises: Premises): RunFindings => {
  const findings = review(results, premises.acceptance).map((finding, i) => ({ ...finding, number: i + 1 }));
  const names = [
    ...new Set(results.filter(({ verdict }) => findingsOfTrial(verdict).length > 0).map(({ name }) => name)),
  ];
  return {
    findings,
    byScenario: names.map((name) => {
      const own = findings.filter(({ scenarios }) => scenarios.includes(name));
      return {
        name,
        shared: own.filter(({ scenarios }) => scenarios.length > 1),
        besides: own.filter(({ scenarios }) => scenarios.length === 1),
      };
    }),
    notSeen: notSeen(results, premises.acceptance, premises.whole),
    comparison: premises.base === undefined ? undefined : compareWithBase(results, premises.base),
  };
};

/** `seen in 18 scenarios, first in healthy`. */
export const seenText = ({ scenarios, trials }: ReviewedFinding<TrialResult>): string => {
  const [first] = trials;
  if (scenarios.length === 1)
    return trials.length === 1 ? `seen in ${first.name}` : `seen in ${trials.length} trials of ${first.name}`;
  return `seen in ${scenarios.length} scenarios, first in ${first.name}`;
};

/** `3 findings: 2 new, 1 known`; the states only where something is known. */
export const countText = (findings: readonly Pick<ReviewedFinding, 'state'>[]): string => {
  const words = { new: 'new', expired: 'no longer known', known: 'known' } as const;
  const states = (['new', 'expired', 'known'] as const).flatMap((state) => {
    const count = findings.filter((finding) => finding.state === state).length;
    return count === 0 ? [] : [`${count} ${words[state]}`];
  });
  const total = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  return findings.every(({ state }) => state === 'new') ? total : `${total}: ${states.join(', ')}`;
};
