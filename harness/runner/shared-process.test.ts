import { expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { workerOf } from '../config/testing/worker.ts';
import type { WorkerConfig, WorkerSet } from '../config/types.ts';
import { loadScenarios, ownScenarios } from '../scenario/load.ts';
import { genericScenarios } from '../scenario/templates.ts';
import { obstacleOfSharing } from './shared-process.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const process: WorkerConfig = {
  ...workerOf({ role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' }),
  misconfigured: { 'wrong-topic': { TOPIC: 'x' }, 'new-group': { GROUP: 'x' } },
};
const allocation = { role: 'allocation-worker', consumerGroup: 'trainer-allocation-workers' } as const;
const set = (workers: readonly WorkerConfig[]): WorkerSet => ({
  name: 'ours',
  pipeline: shippedPipeline,
  stubs: {},
  acts: {},
  quietMs: 20,
  workers,
});
const SHARED = set([{ ...process, also: [allocation] }]);
const APART = set([process, { ...process, ...allocation }]);

const scenarios = (await loadScenarios([ownScenarios], pipelineOf(shippedPipeline))).map(({ scenario }) => scenario);

test('a fault that lasts on the one part cannot be played where the other one is awaited', () => {
  const left = scenarios.filter((scenario) => obstacleOfSharing(scenario, SHARED) !== undefined);
  expect(left.map(({ name }) => name).sort()).toEqual(['group-misconfigured-new-group', 'worker-down', 'worker-hung']);
  const [first] = left;
  expect(first === undefined ? '' : obstacleOfSharing(first, SHARED)).toBe(
    'allocation-worker and purchase-worker are one process of these workers: what halts the one halts the other, which the scenario needs',
  );
});

test('for workers with a process each, everything can be played', () => {
  expect(scenarios.filter((scenario) => obstacleOfSharing(scenario, APART) !== undefined)).toEqual([]);
});

test('a fault on both at once can be played', () => {
  const [down] = scenarios.filter(({ name }) => name === 'worker-down');
  if (down === undefined) throw new Error('worker-down is gone');
  const both = { ...down, faults: [...down.faults, { kind: 'worker-stopped', worker: 'purchase-worker' } as const] };
  expect(obstacleOfSharing(both, SHARED)).toBeUndefined();
});

test('a part is needed too where what another one waits for comes from it by several stages', () => {
  const shop = pipelineOf(orderToShipment);
  const planner = { role: 'planner', consumerGroup: 'planners' } as const;
  const dispatcher = { ...process, role: 'dispatcher', consumerGroup: 'dispatchers' } as const;
  const mailer = { ...process, role: 'mailer', consumerGroup: 'mailers' } as const;
  const workers = { ...set([{ ...mailer, also: [planner] }, dispatcher]), pipeline: orderToShipment };
  const scenariosOfShop = genericScenarios(shop, shop.roles);
  const left = scenariosOfShop.filter((scenario) => obstacleOfSharing(scenario, workers) !== undefined);
  expect(left.map(({ name }) => name).sort()).toEqual(['mailer-down', 'mailer-hung', 'mailer-new-group']);
  // Of what the scenario tells itself nobody else need tell.
  const [down] = left;
  if (down === undefined) throw new Error('there is none');
  const tells = { do: 'publish-raw', topic: 'shipments-planned', subject: 'ada', value: '{}' } as const;
  expect(obstacleOfSharing({ ...down, act: [tells] }, workers)).toBeUndefined();
  const apart = { ...workers, workers: [{ ...process, ...planner }, dispatcher, mailer] };
  expect(scenariosOfShop.filter((scenario) => obstacleOfSharing(scenario, apart) !== undefined)).toEqual([]);
});
