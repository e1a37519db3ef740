import { expect, test } from 'vitest';
import type { FaultSpec, Scenario } from '../scenario/types.ts';
import { scenarioProblems } from '../scenario/validate.ts';
import { MOST_TRIALS, planExplanation } from './plan.ts';

const stopped: FaultSpec = { kind: 'worker-stopped', worker: 'allocation-worker' };
const marked: FaultSpec = { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'x' };
const missing: FaultSpec = { kind: 'topic-missing', topic: 'purchase-created', heal: 'create-only' };

/** Told by a stage, where what the act tells is not. */
const isTold = (event: string): boolean => event === 'PURCHASE_CREATED';

const scenarioWith = (...faults: readonly FaultSpec[]): Scenario => ({
  name: 'any',
  title: 'any',
  tags: [],
  given: { subjects: { ada: {} } },
  faults,
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { exited: { worker: 'allocation-worker' } },
  observeAt: 'condition',
  during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
});

const labels = (...faults: readonly FaultSpec[]) =>
  planExplanation(scenarioWith(...faults), 7, [8, 9], isTold).map(({ seed, variants }) => [
    seed,
    variants.map(({ label }) => label),
  ]);

test('one fault is taken away and healed at once, with three seeds', () => {
  const all = [
    'as it was',
    'without worker-stopped (allocation-worker)',
    'worker-stopped (allocation-worker) healed as soon as it struck',
  ];
  expect(labels(stopped)).toEqual([
    [7, all],
    [8, all],
    [9, all],
  ]);
});

test('a row that stays while the scenario lasts is taken away by whoever repairs it', () => {
  const [round] = planExplanation(scenarioWith(marked), 7, [], isTold);
  expect(round?.variants.map(({ label, scenario }) => [label, scenario.faults])).toEqual([
    ['as it was', [marked]],
    ['without guard-marked (PURCHASE_CREATED)', []],
    ['guard-marked (PURCHASE_CREATED) healed as soon as it struck', [{ ...marked, heal: 'remove-row' }]],
  ]);
  for (const { scenario } of round?.variants ?? []) expect(scenarioProblems(scenario, undefined)).toEqual([]);
});

test('of an event that the act tells nobody knows whether the row is away before the worker reads it', () =>
  expect(labels({ ...marked, event: 'PURCHASE_CONFIRMED' })[0]?.[1]).toEqual([
    'as it was',
    'without guard-marked (PURCHASE_CONFIRMED)',
  ]));

test('nor while the act goes on', () => {
  const twice: Scenario = { ...scenarioWith(marked), act: [...scenarioWith().act, ...scenarioWith().act] };
  expect(planExplanation(twice, 7, [], isTold)[0]?.variants).toHaveLength(2);
  const several: Scenario = { ...scenarioWith(marked), act: [{ do: 'pay', subjects: ['ada', 'ben'] }] };
  expect(planExplanation(several, 7, [], isTold)[0]?.variants).toHaveLength(2);
});

test('two of a kind are not told apart', () => {
  expect(labels(stopped, { ...stopped, worker: 'purchase-worker' })[0]?.[1]).toEqual([
    'as it was',
    'without worker-stopped (allocation-worker)',
    'without worker-stopped (purchase-worker)',
    'without any fault',
  ]);
});

test('of two faults either is taken away, and both; healing heals both and would tell of none', () => {
  const needed = [
    'as it was',
    'without worker-stopped (allocation-worker)',
    'without topic-missing (purchase-created)',
    'without any fault',
  ];
  expect(labels(stopped, missing)).toEqual([
    [7, needed],
    [8, needed],
  ]);
});

test('a fault that is over by itself is not healed', () => {
  const once: FaultSpec = { kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada', times: 1 };
  expect(labels(once)[0]?.[1]).toEqual(['as it was', 'without api-behaviour (hangs)']);
});

test('what the other faults rest on stays as it was: the observation, unless it waits for the one that is away', () => {
  const observeUntil = {
    all: [{ fired: { fault: 'topic-missing' as const } }, { emitted: { event: 'PURCHASE_CREATED' } }],
  };
  const [round] = planExplanation({ ...scenarioWith(stopped, missing), observeUntil }, 7, [], isTold);
  expect(
    round?.variants.map(({ scenario }) => [scenario.faults.length, scenario.observeUntil, scenario.during]),
  ).toEqual([
    [2, observeUntil, [expect.anything()]],
    [1, observeUntil, undefined],
    [1, undefined, undefined],
    [0, undefined, undefined],
  ]);
});

test('a scenario without a fault is only played again', () => {
  expect(labels()).toEqual([
    [7, ['as it was']],
    [8, ['as it was']],
    [9, ['as it was']],
  ]);
});

test('never more trials than that, and each a scenario that may be played', () => {
  for (let count = 0; count < 14; count += 1) {
    const faults = Array.from({ length: count }, (_none, i) => [stopped, marked, missing][i % 3]!);
    const rounds = planExplanation(scenarioWith(...faults), 7, [8, 9], isTold);
    const trials = rounds.flatMap(({ variants }) => variants);
    expect(trials.length).toBeLessThanOrEqual(MOST_TRIALS);
    expect(rounds[0]?.variants[0]?.change).toEqual({ kind: 'as-it-was' });
    expect(trials.flatMap(({ scenario }) => scenarioProblems(scenario, undefined))).toEqual([]);
  }
});

test('without its fault nothing is expected of a cause, and nobody waits for what only the fault brings about', () => {
  const [round] = planExplanation(scenarioWith(stopped), 7, [], isTold);
  expect(round?.variants[1]?.scenario).toEqual({
    name: 'any',
    title: 'any',
    tags: [],
    given: { subjects: { ada: {} } },
    faults: [],
    act: [{ do: 'pay', subjects: ['ada'] }],
  });
});
