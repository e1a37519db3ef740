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

/** Is an event of this type told by a stage? Then it comes some time after the act, with which healing begins. */
type IsTold = (event: string) => boolean;

/** Is the act one step for one subject, which does not tell the event itself? While it does more, a stage may be past it. */
const isOneStep = (act: Scenario['act'], event: string): boolean => {
  const [only, ...others] = act;
  const subjects = only !== undefined && 'subjects' in only ? only.subjects : [];
  return others.length === 0 && subjects.length === 1 && !JSON.stringify(only).includes(JSON.stringify(event));
};

/** Healing it earlier restores nothing: it is over by itself, or nobody can tell whether that is before the worker meets it. */
const isOverAnyway = (fault: FaultSpec, act: Scenario['act'], isTold: IsTold): boolean =>
  (fault.kind === 'guard-marked' && !(isTold(fault.event) && isOneStep(act, fault.event))) ||
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

/** A row that stays while the scenario lasts is what somebody would take away who repairs it. */
const healable = (fault: FaultSpec): FaultSpec =>
  fault.kind === 'guard-marked' ? { ...fault, heal: 'remove-row' } : fault;

/**
 * Healing is what follows the observation, so it is over as soon as the fault has struck. All faults are healed at once: with several it would
 * be told of no one of them.
 */
const healedOf = (scenario: Scenario, isTold: IsTold): readonly Variant[] => {
  const [only, ...others] = scenario.faults;
  if (only === undefined || others.length > 0 || isOverAnyway(only, scenario.act, isTold)) return [];
  return [
    {
      change: { kind: 'healed-at-once', fault: 0 },
      label: `${faultLabel(only)} healed as soon as it struck`,
      scenario: {
        ...expectingNothing(scenario),
        faults: [healable(only)],
        observeUntil: { fired: { fault: only.kind } },
        observeAt: 'condition',
      },
    },
  ];
};

/** What tells whether a fault is needed, in the order of what it tells. */
const removalsOf = (scenario: Scenario): readonly Variant[] => {
  const each = scenario.faults.map((_fault, i) => without(scenario, i));
  if (each.length < 2) return each;
  return [...each, { change: { kind: 'without-any' }, label: 'without any fault', scenario: withoutAny(scenario) }];
};

/**
 * The rounds to play, the trial's own seed first: at most `MOST_TRIALS` trials in all, whole rounds only. A scenario with too many faults
 * is asked about the first ones. `isTold`: is an event of this type told by a stage of the pipeline?
 */
export const planExplanation = (
  scenario: Scenario,
  seed: number,
  furtherSeeds: readonly number[],
  isTold: IsTold,
): readonly PlannedRound[] => {
  const asItWas: Variant = { change: { kind: 'as-it-was' }, label: 'as it was', scenario };
  const variants = [asItWas, ...removalsOf(scenario), ...healedOf(scenario, isTold)].slice(0, MOST_TRIALS);
  const rounds = Math.min(MOST_SEEDS, Math.floor(MOST_TRIALS / variants.length));
  return [seed, ...furtherSeeds].slice(0, rounds).map((own) => ({ seed: own, variants }));
};
