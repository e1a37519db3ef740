import { expect, test } from 'vitest';
import { loadScenarios, ownScenarios } from '../harness/scenario/load.ts';
import type { CauseId } from '../harness/history/verdict.ts';
import type { Condition } from '../harness/history/conditions.ts';
import type { ExpectedCause, FaultSpec, Scenario } from '../harness/scenario/types.ts';
import { pipelineOf } from '../harness/pipeline/queries.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';

const loaded = await loadScenarios([ownScenarios], pipelineOf(shippedPipeline));
const byName = new Map(loaded.map(({ scenario }) => [scenario.name, scenario]));

interface Promised {
  /** Kinds of the faults, in order. */
  readonly faults: readonly FaultSpec['kind'][];
  /** Causes of each case, in order; '–': not asserted. */
  readonly causes: readonly (readonly CauseId[] | '–')[];
}

const NONE: Promised = { faults: [], causes: ['–'] };
const api: Promised = { faults: ['api-behaviour'], causes: ['–'] };

/** The table of scenarios that the harness was asked for. */
const TABLE: Readonly<Record<string, Promised>> = {
  healthy: { faults: [], causes: [[]] },
  'worker-down': { faults: ['worker-stopped'], causes: [['worker-not-running']] },
  'topic-missing': { faults: ['topic-missing'], causes: [['topic-missing', 'worker-not-running']] },
  'topic-missing-left-running': { faults: ['topic-missing'], causes: [['topic-missing', 'worker-not-running']] },
  'event-never-emitted': { faults: [], causes: [['event-not-emitted']] },
  'api-silent-failure': {
    faults: ['api-behaviour'],
    causes: [['guard-marked-without-allocation', 'api-failing'], ['api-failing']],
  },
  'guard-marked-early': { faults: ['guard-marked'], causes: [['guard-marked-without-allocation'], []] },
  'emitter-pre-marks': { faults: ['guard-marked'], causes: [['guard-marked-without-allocation'], []] },
  'worker-hung': { faults: ['worker-paused'], causes: [['event-not-consumed']] },
  'group-misconfigured': { faults: ['worker-misconfigured'], causes: [['event-not-consumed']] },
  'group-misconfigured-new-group': { faults: ['worker-misconfigured'], causes: ['–', ['event-not-consumed']] },
  'api-never-called': { faults: ['bytes-withheld'], causes: [['api-not-called']] },
  'api-fails-then-recovers': { faults: ['api-behaviour'], causes: [['api-failing']] },
  'api-late-commit': api,
  'api-commits-then-drops': api,
  'api-wrong-id': api,
  'api-hangs': api,
  'no-trainer-free': { faults: ['api-behaviour'], causes: [[]] },
  'poison-event': NONE,
  'duplicate-event': { faults: [], causes: [[]] },
  'payment-confirmed-twice': { faults: [], causes: [[]] },
  'two-payments-one-course': { faults: [], causes: [[]] },
  'odd-metadata': NONE,
  'worker-killed-mid-call': { faults: ['api-behaviour', 'worker-killed'], causes: ['–'] },
  'worker-terminated-mid-call': { faults: ['api-behaviour', 'worker-terminated'], causes: ['–'] },
  'worker-killed-after-early-commit': { faults: ['api-behaviour', 'worker-killed'], causes: ['–'] },
  'worker-restarted-between': { faults: ['worker-restarted'], causes: ['–'] },
  'purchase-worker-terminated-mid-event': { faults: ['writes-held', 'worker-terminated'], causes: ['–'] },
  'purchase-worker-killed-mid-event': { faults: ['writes-held', 'worker-killed'], causes: ['–'] },
  'purchase-worker-restarted-between': { faults: ['worker-restarted'], causes: ['–'] },
  'purchase-worker-down': { faults: ['worker-stopped'], causes: [['worker-not-running']] },
  'database-away': { faults: ['upstream-away'], causes: ['–'] },
  'broker-away': { faults: ['upstream-away'], causes: ['–'] },
};

const idsOf = (causes: readonly ExpectedCause[] | 'any'): readonly CauseId[] | '–' =>
  causes === 'any' ? '–' : causes.map(({ id }) => id);

test('there are exactly the promised scenarios, each in the file of its name', () => {
  expect([...byName.keys()].sort()).toEqual(Object.keys(TABLE).sort());
  for (const { scenario, file } of loaded) expect(file).toMatch(new RegExp(`/${scenario.name}\\.ts$`));
});

test.each(Object.entries(TABLE))('%s has the promised faults and expects the promised causes', (name, promised) => {
  const scenario = byName.get(name);
  expect(scenario?.faults.map(({ kind }) => kind)).toEqual(promised.faults);
  const cases = scenario?.during?.map(({ causes }) => idsOf(causes)) ?? [];
  expect(cases.length === 0 ? ['–'] : cases).toEqual(promised.causes);
});

const scenarios: readonly Scenario[] = loaded.map(({ scenario }) => scenario);

test.each(scenarios)('$name: a title of one sentence, and tags', ({ title, tags }) => {
  expect(title).toMatch(/^[A-Za-z].*\.$/);
  expect(title.slice(0, -1)).not.toMatch(/[.!?]\s/);
  expect(tags.length).toBeGreaterThan(0);
  expect(new Set(tags).size).toBe(tags.length);
});

test.each(scenarios)('$name is plain data: it survives JSON', (scenario) => {
  expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
});

test.each(scenarios)('$name: the last case of its expectation always applies', ({ during }) => {
  if (during !== undefined) expect(during.at(-1)?.when).toEqual({ always: true } satisfies Condition);
});

test.each(scenarios.filter(({ faults }) => faults.length > 0))(
  '$name: causes that are asserted while a fault lasts are read at a moment of its own, or once the worker has decided',
  ({ observeUntil, during, faults }) => {
    // Under a fault that keeps the worker from deciding, the default moment never comes.
    const halting = faults.some(({ kind }) => kind !== 'api-behaviour' && kind !== 'guard-marked');
    if (halting || during?.length === 2) expect(observeUntil).toBeDefined();
  },
);

test('the incident is told with its own ids', () => {
  expect(byName.get('event-never-emitted')?.given.subjects['ada']?.ids).toEqual({
    paymentId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
    studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6',
    courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092',
  });
});

test('what the table says beyond faults and causes', () => {
  const of = (name: string): Scenario => byName.get(name) as Scenario;
  expect(of('healthy').act).toEqual([{ do: 'pay', subjects: ['ada', 'ben', 'cem', 'dia', 'eve'] }]);
  expect(of('topic-missing').during?.[0]?.causes).toEqual([
    { id: 'topic-missing' },
    { id: 'worker-not-running', consequenceOf: 'topic-missing', optional: true },
  ]);
  expect(of('topic-missing').faults).toMatchObject([{ heal: 'restart-consumers' }]);
  expect(of('topic-missing-left-running').faults).toMatchObject([{ heal: 'create-only' }]);
  expect(of('api-fails-then-recovers').faults).toMatchObject([{ behaviour: 'fails', status: 500, times: 3 }]);
  for (const name of ['api-late-commit', 'api-commits-then-drops', 'api-wrong-id'])
    expect(of(name).faults).toMatchObject([{ behaviour: name.slice('api-'.length), times: 1 }]);
  expect(of('api-silent-failure').faults).toMatchObject([{ behaviour: 'silent-success' }]);
  expect(of('api-silent-failure').faults[0]).not.toHaveProperty('times');
  expect(of('guard-marked-early').faults).toMatchObject([{ event: 'PURCHASE_CREATED' }]);
  expect(of('guard-marked-early').during?.[0]?.causes).toMatchObject([{ writer: 'payment-service' }]);
  expect(of('emitter-pre-marks').faults).toMatchObject([{ event: 'PURCHASE_CONFIRMED', writer: 'payment-service' }]);
  expect(of('worker-hung').observeDeadlineMs).toBeLessThanOrEqual(20_000);
  expect(of('no-trainer-free').after).toEqual([
    {
      must: { not: { emitted: { event: 'TRAINER_ALLOCATED' } } },
      message: expect.stringContaining('announced') as string,
    },
  ]);
  expect(of('poison-event').given.subjects).toMatchObject({ poison: { mayDeadLetter: true } });
  expect(of('broker-away').observeUntil).toMatchObject({
    all: [1, 2].map(() => ({ any: [{ connected: { refused: true } }, { exited: {} }] })),
  });
  expect(of('database-away').observeUntil).toMatchObject({ any: [{ connected: { refused: true } }, { exited: {} }] });
});

test('what a process is ended in the middle of is held until it has been, never for a time alone', () => {
  const ending = ['worker-killed', 'worker-terminated'];
  for (const { name, faults } of scenarios.filter(({ faults: all }) => all.some(({ kind }) => ending.includes(kind)))) {
    const held = faults.filter(({ kind }) => kind === 'api-behaviour' || kind === 'writes-held');
    expect(held, name).toHaveLength(1);
    expect(JSON.stringify(held), name).not.toContain('delayMs');
  }
});
