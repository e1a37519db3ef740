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

/**
 * A trial without a verdict tells nothing. One that failed for something else shows that the finding was not there only where nothing
 * was left open in it: no source, no fault that did not strike, no step that was left out.
 */
const showsIn = (finding: string, { verdict }: Played): boolean | undefined => {
  if (verdict.outcome === 'unknown') return undefined;
  if (findingsOfTrial(verdict).some(({ id }) => id === finding)) return true;
  const isOpen = verdict.unknown.length > 0 || verdict.after.some(({ unjudged }) => unjudged === true);
  return isOpen ? undefined : false;
};

const countIn = (finding: string, trials: readonly Played[]): Shown => {
  const answers = trials.map((trial) => showsIn(finding, trial));
  return {
    shown: answers.filter((answer) => answer === true).length,
    decided: answers.filter((answer) => answer !== undefined).length,
    played: answers.length,
  };
};

/** In each trial that was played. */
export const always = ({ shown, decided, played }: Shown): boolean =>
  played > 0 && decided === played && shown === played;

const never = ({ shown, decided, played }: Shown): boolean => played > 0 && decided === played && shown === 0;

const isSame = (shown: Shown): boolean => always(shown) || never(shown);

interface Counts {
  readonly again: Shown;
  readonly withoutAny: Shown | undefined;
  /** By the fault's place. */
  readonly removed: readonly Shown[];
}

/** The only fault: with it always, and without it never or always. */
const ofOne = (without: Shown): Involvement => (never(without) ? 'caused by' : 'not involved');

/**
 * Of several. Needed is a fault without which the finding never comes. Of two, one that is needed beside one that is not has caused it: it
 * came with that alone. Where none is needed each of two would do; of more than two, those that are not needed may stand in for one
 * another, and only a single one of them is proven not to be involved.
 */
const ofSeveral = (fault: number, removed: readonly Shown[]): Involvement => {
  const needed = removed.filter(never).length;
  const spare = removed.length - needed;
  const isPair = removed.length === 2;
  if (never(removed[fault]!)) return isPair && spare === 1 ? 'caused by' : 'contributes';
  if (spare === 1) return 'not involved';
  return isPair ? 'contributes' : 'cannot tell';
};

/** Only what came out the same in each trial is told. */
const involvementOf = (fault: number, { again, withoutAny, removed }: Counts): Involvement => {
  const without = removed[fault];
  if (without === undefined || !always(again) || !isSame(without)) return 'cannot tell';
  if (removed.length === 1) return ofOne(without);
  if (withoutAny === undefined || !isSame(withoutAny)) return 'cannot tell';
  // The workers do it by themselves.
  if (always(withoutAny)) return always(without) ? 'not involved' : 'cannot tell';
  return removed.every(isSame) ? ofSeveral(fault, removed) : 'cannot tell';
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
