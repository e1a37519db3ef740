/**
 * Which trials prove what a failed trial came of: the scenario as it was, without each of its faults, without any, and with the
 * only one healed at the moment it struck. Pure.
 */
import type { FaultSpec, Scenario } from '../scenario/types.ts';
import { faultLabel } from './fault-label.ts';

/** What is changed of the scenario; `fault`: its place in the scenario's list. */
export type Change =
  | { readonly kind: 'as-it-was' }
  | { readonly kind: 'without'; readonly fault: number }
  | { readonly kind: 'without-any' }
  | { readonly kind: 'healed-at-once'; readonly fault: number };

export interface Variant {
  readonly change: Change;
  /** In words: `without worker-killed (allocation-worker)`. */
  readonly label: string;
  readonly scenario: Scenario;
}

export interface PlannedRound {
  readonly seed: number;
  readonly variants: readonly Variant[];
}

/** No more trials than this, however many faults there are. */
export const MOST_TRIALS = 10;

/** What may come out otherwise is played with so many seeds. */
export const MOST_SEEDS = 3;

/** Healing it earlier restores nothing: it is a row that stays, or it is over by itself. */
const isOverAnyway = (fault: FaultSpec): boolean =>
  fault.kind === 'guard-marked' ||
  fault.kind === 'worker-restarted' ||
  (fault.kind === 'api-behaviour' && fault.times !== undefined);

/** What it expects of the causes of its faults says nothing of a trial with others. */
const expectingNothing = ({ during: _during, ...rest }: Scenario): Scenario => rest;

/** The default observation waits for no fault. */
const withUsualObservation = ({ observeUntil: _until, observeAt: _at, ...rest }: Scenario): Scenario => rest;

/** Does it wait for a fault of that kind to strike? */
const waitsFor = (condition: Scenario['observeUntil'], kind: FaultSpec['kind']): boolean =>
  JSON.stringify(condition ?? {}).includes(JSON.stringify({ fired: { fault: kind } }));

const withoutAny = (scenario: Scenario): Scenario =>
  withUsualObservation({ ...expectingNothing(scenario), faults: [] });

/** What the other faults rest on stays as it was, the moment of the observation too. */
const withoutOne = (scenario: Scenario, fault: number): Scenario => {
  const faults = scenario.faults.toSpliced(fault, 1);
  if (faults.length === 0) return withoutAny(scenario);
  const left = { ...expectingNothing(scenario), faults };
  return waitsFor(scenario.observeUntil, scenario.faults[fault]!.kind) ? withUsualObservation(left) : left;
};

const without = (scenario: Scenario, fault: number): Variant => ({
  change: { kind: 'without', fault },
  label: `without ${faultLabel(scenario.faults[fault]!)}`,
  scenario: withoutOne(scenario, fault),
});

/** Healing is what follows the observation, so it is over as soon as the fault has struck. */
const healedAtOnce = (scenario: Scenario, fault: number): Variant => {
  const { kind } = scenario.faults[fault]!;
  return {
    change: { kind: 'healed-at-once', fault },
    label: `${faultLabel(scenario.faults[fault]!)} healed as soon as it struck`,
    scenario: {
      ...expectingNothing(scenario),
      observeUntil: { fired: { fault: kind } },
      observeAt: 'condition',
    },
  };
};

/** All faults are healed at once, so with several it would be told of no one of them. */
const healedOf = (scenario: Scenario): readonly Variant[] => {
  const [fault] = scenario.faults;
  return scenario.faults.length === 1 && fault !== undefined && !isOverAnyway(fault) ? [healedAtOnce(scenario, 0)] : [];
};

/** What tells whether a fault is needed, in the order of what it tells. */
const removalsOf = (scenario: Scenario): readonly Variant[] => {
  const each = scenario.faults.map((_fault, i) => without(scenario, i));
  if (each.length < 2) return each;
  return [...each, { change: { kind: 'without-any' }, label: 'without any fault', scenario: withoutAny(scenario) }];
};

/**
 * The rounds to play, the trial's own seed first: at most `MOST_TRIALS` trials in all, whole rounds only. The first round heals early as
 * well; where that leaves too few trials, the others do not. A scenario with too many faults is asked about the first ones.
 */
export const planExplanation = (
  scenario: Scenario,
  seed: number,
  furtherSeeds: readonly number[],
): readonly PlannedRound[] => {
  const asItWas: Variant = { change: { kind: 'as-it-was' }, label: 'as it was', scenario };
  const needed = [asItWas, ...removalsOf(scenario)].slice(0, MOST_TRIALS);
  const whole = [...needed, ...healedOf(scenario)].slice(0, MOST_TRIALS);
  const further = furtherSeeds.slice(0, MOST_SEEDS - 1);
  const variants = whole.length * (1 + further.length) <= MOST_TRIALS ? whole : needed;
  const left = Math.floor((MOST_TRIALS - whole.length) / variants.length);
  return [{ seed, variants: whole }, ...further.slice(0, left).map((other) => ({ seed: other, variants }))];
};
