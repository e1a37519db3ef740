import { expect, test } from 'vitest';
import { workerOf } from '../config/testing/worker.ts';
import type { WorkerConfig, WorkerSet } from '../config/types.ts';
import { loadScenarios, ownScenarios } from '../scenario/load.ts';
import type { Scenario } from '../scenario/types.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { notApplicable } from './applicability.ts';
import { obstacleOfMissingParts } from './missing-parts.ts';

const allocation = workerOf({ role: 'allocation-worker', consumerGroup: 'trainer-allocation-workers' });
const purchase = { role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' } as const;
const set = (...workers: readonly WorkerConfig[]): WorkerSet => ({
  name: 'ours',
  pipeline: shippedPipeline,
  stubs: {},
  acts: {},
  quietMs: 20,
  workers,
});

const scenarios = (await loadScenarios([ownScenarios], pipelineOf(shippedPipeline))).map(({ scenario }) => scenario);
const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`${name} is gone`);
  return found;
};

test('what begins with a payment needs everybody that it passes', () => {
  expect(obstacleOfMissingParts(named('healthy'), set(allocation))).toBe(
    'the workers ours have no purchase-worker, and nothing would come of what the scenario begins',
  );
  expect(notApplicable(named('healthy'), set({ ...allocation, ...purchase }))).toContain('have no allocation-worker');
});

test('what begins with an event needs who consumes it, and who follows', () => {
  expect(obstacleOfMissingParts(named('duplicate-event'), set(allocation))).toEqual(expect.any(String));
  const { act, ...rest } = named('poison-event');
  const later = { ...rest, act: act.filter((step) => step.do !== 'pay') };
  expect(obstacleOfMissingParts(later, set(allocation))).toBeUndefined();
  expect(obstacleOfMissingParts(later, set({ ...allocation, ...purchase }))).toContain('have no allocation-worker');
});

test('a fault needs whom it strikes', () => {
  const idle = {
    ...named('healthy'),
    act: [],
    faults: [{ kind: 'worker-stopped', worker: 'purchase-worker' } as const],
  };
  expect(obstacleOfMissingParts(idle, set(allocation))).toContain('have no purchase-worker');
});

test('one process that plays both parts has both', () => {
  for (const scenario of scenarios)
    expect(obstacleOfMissingParts(scenario, set({ ...allocation, also: [purchase] }))).toBeUndefined();
});
