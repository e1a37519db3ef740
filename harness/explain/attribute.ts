/** What the trials with a changed scenario prove of each fault, finding by finding. Pure. */
import type { TrialVerdict } from '../history/verdict.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import type { Change } from './plan.ts';

/** A trial that was played for it. */
export interface Played {
  readonly change: Change;
  readonly seed: number;
  readonly verdict: TrialVerdict;
}

export type Involvement = 'caused by' | 'contributes' | 'not involved' | 'cannot tell';

/** In how many of the trials that were decided the finding was there. */
export interface Shown {
  readonly shown: number;
  readonly decided: number;
  readonly played: number;
}

export interface FaultInvolvement {
  /** The fault's place in the scenario's list. */
  readonly fault: number;
  readonly involvement: Involvement;
  readonly without: Shown;
  /** Undefined: healing it early was not tried, as it restores nothing, or another is of its kind. */
  readonly healedAtOnce: Shown | undefined;
}

export interface Attribution {
  /** The finding's id. */
  readonly finding: string;
  /** Of the scenario as it was. */
  readonly again: Shown;
  /** Undefined: that was not tried, as there is one fault at most. */
  readonly withoutAny: Shown | undefined;
  readonly faults: readonly FaultInvolvement[];
}

/** A trial without a verdict tells nothing; one that failed for something else shows that the finding was not there. */
const showsIn = (finding: string, { verdict }: Played): boolean | undefined =>
  verdict.outcome === 'unknown' ? undefined : findingsOfTrial(verdict).some(({ id }) => id === finding);

const countIn = (finding: string, trials: readonly Played[]): Shown => {
  const answers = trials.map((trial) => showsIn(finding, trial));
  return {
    shown: answers.filter((answer) => answer === true).length,
    decided: answers.filter((answer) => answer !== undefined).length,
    played: answers.length,
  };
};

const always = ({ shown, decided, played }: Shown): boolean => played > 0 && decided === played && shown === played;

const never = ({ shown, decided, played }: Shown): boolean => played > 0 && decided === played && shown === 0;

interface Counts {
  readonly again: Shown;
  readonly withoutAny: Shown | undefined;
  /** By the fault's place. */
  readonly removed: readonly Shown[];
}

/**
 * Needed: the finding comes each time with all faults and never without this one. The only one that is needed, all else being
 * as it was, has caused it; several that are needed contribute. One that is not needed is not involved if another has caused it, or if it
 * comes without any fault as well; else each of several would do, and that is told as contributing.
 */
const involvementOf = (fault: number, { again, withoutAny, removed }: Counts): Involvement => {
  const without = removed[fault];
  if (without === undefined || !always(again) || !(always(without) || never(without))) return 'cannot tell';
  const others = removed.filter((_each, i) => i !== fault);
  // The only fault, or one that alone, without the others, would be seen to be enough only if each other one is not needed.
  if (never(without)) return others.every(always) ? 'caused by' : others.some(never) ? 'contributes' : 'cannot tell';
  if (withoutAny === undefined || always(withoutAny)) return 'not involved';
  const needed = others.some(never);
  if (needed) return others.every((other) => always(other) || never(other)) ? 'not involved' : 'cannot tell';
  return never(withoutAny) && others.every(always) ? 'contributes' : 'cannot tell';
};

/** One for each finding, in their order. `faults`: how many the scenario has. */
export const attribute = (
  findings: readonly string[],
  faults: number,
  trials: readonly Played[],
): readonly Attribution[] => {
  const of = (kind: Change['kind'], fault?: number): readonly Played[] =>
    trials.filter(
      ({ change }) => change.kind === kind && (fault === undefined || ('fault' in change && change.fault === fault)),
    );
  const places = Array.from({ length: faults }, (_none, i) => i);
  return findings.map((finding) => {
    const again = countIn(finding, of('as-it-was'));
    const withoutAnyOf = of('without-any');
    const withoutAny = withoutAnyOf.length === 0 ? undefined : countIn(finding, withoutAnyOf);
    const removed = places.map((fault) => countIn(finding, of('without', fault)));
    return {
      finding,
      again,
      withoutAny,
      faults: places.map((fault) => {
        const healed = of('healed-at-once', fault);
        return {
          fault,
          involvement: involvementOf(fault, { again, withoutAny, removed }),
          without: removed[fault]!,
          healedAtOnce: healed.length === 0 ? undefined : countIn(finding, healed),
        };
      }),
    };
  });
};
