/**
 * Which trials prove what a failed trial came of: the scenario as it was, without each of its faults, without any, and with each
 * healed at the moment it struck. Pure.
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

/** Their heal restores nothing that they have brought about: healing them earlier tells nothing. */
const UNHEALED: readonly FaultSpec['kind'][] = ['guard-marked'];

/** What it expects of its faults, and when it looks for their causes, says nothing of a trial without them. */
const withFaults = (scenario: Scenario, faults: readonly FaultSpec[]): Scenario => {
  const { during: _during, observeUntil: _until, observeAt: _at, ...rest } = scenario;
  return { ...rest, faults };
};

const without = (scenario: Scenario, fault: number): Variant => ({
  change: { kind: 'without', fault },
  label: `without ${faultLabel(scenario.faults[fault]!)}`,
  scenario: withFaults(scenario, scenario.faults.toSpliced(fault, 1)),
});

/** Healing is what follows the observation, so it is over as soon as the fault has struck. */
const healedAtOnce = (scenario: Scenario, fault: number): Variant => {
  const { kind } = scenario.faults[fault]!;
  return {
    change: { kind: 'healed-at-once', fault },
    label: `${faultLabel(scenario.faults[fault]!)} healed as soon as it struck`,
    scenario: {
      ...withFaults(scenario, scenario.faults),
      observeUntil: { fired: { fault: kind } },
      observeAt: 'condition',
    },
  };
};

/** Two of a kind cannot be told apart by the condition that one has struck. */
const isHealable = ({ faults }: Scenario, fault: number): boolean => {
  const { kind } = faults[fault]!;
  return !UNHEALED.includes(kind) && faults.filter((other) => other.kind === kind).length === 1;
};

/** What tells whether a fault is needed, in the order of what it tells. */
const removalsOf = (scenario: Scenario): readonly Variant[] => {
  const each = scenario.faults.map((_fault, i) => without(scenario, i));
  if (each.length < 2) return each;
  return [...each, { change: { kind: 'without-any' }, label: 'without any fault', scenario: withFaults(scenario, []) }];
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
  const healed = scenario.faults.flatMap((_fault, i) => (isHealable(scenario, i) ? [healedAtOnce(scenario, i)] : []));
  const whole = [...needed, ...healed].slice(0, MOST_TRIALS);
  const further = furtherSeeds.slice(0, MOST_SEEDS - 1);
  const variants = whole.length * (1 + further.length) <= MOST_TRIALS ? whole : needed;
  const left = Math.floor((MOST_TRIALS - whole.length) / variants.length);
  return [{ seed, variants: whole }, ...further.slice(0, left).map((other) => ({ seed: other, variants }))];
};
