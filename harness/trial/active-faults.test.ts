import { expect, test } from 'vitest';
import { createContextDouble } from '../faults/testing/context.ts';
import type { DoubleOptions } from '../faults/testing/context.ts';
import type { FaultSpec } from '../scenario/types.ts';
import { createActiveFaults } from './active-faults.ts';
import { openTestLog } from './testing/log.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const PAUSED: FaultSpec = { kind: 'worker-paused', worker: 'purchase-worker' };
const STOPPED: FaultSpec = { kind: 'worker-stopped', worker: 'allocation-worker' };
const WRONG: FaultSpec = {
  kind: 'worker-misconfigured',
  worker: 'allocation-worker',
  setting: 'new-group',
  start: 'after-act',
};

const setUp = (specs: readonly FaultSpec[], options: DoubleOptions = {}) => {
  const log = openTestLog();
  const double = createContextDouble(options);
  const faults = createActiveFaults({
    specs,
    pipeline: pipelineOf(shippedPipeline),
    log,
    namesOf: (role) => [`our ${role}`],
    contextOf: (fired) => ({ ...double.context, fired }),
  });
  const told = (): readonly string[] =>
    log.events.flatMap((event) =>
      event.source === 'fault' ? [`${event.kind.slice('fault.'.length)} ${event.fault} ${event.faultKind}`] : [],
    );
  return { faults, told, log, ...double };
};

test('each is armed with its heal before it is injected, in order; healed in reverse order, once', async () => {
  const { faults, told, said, log } = setUp([PAUSED, STOPPED]);
  await faults.inject();
  expect(told()).toEqual([
    'armed 1 worker-paused',
    'fired 1 worker-paused',
    'armed 2 worker-stopped',
    'fired 2 worker-stopped',
  ]);
  expect(log.events.find((event) => event.kind === 'fault.armed')).toMatchObject({
    target: 'purchase-worker',
    heal: 'send SIGCONT to purchase-worker',
  });
  await faults.heal();
  await faults.heal();
  expect(told().slice(4)).toEqual(['healed 2 worker-stopped', 'healed 1 worker-paused']);
  expect(said.slice(-2)).toEqual(['start again allocation-worker', 'resume purchase-worker']);
});

test('a fault fires once, however often it says so', async () => {
  const { faults, told, call } = setUp([{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ada' }]);
  await faults.inject();
  expect(told()).toEqual(['armed 1 api-behaviour']);
  call(1);
  call(2);
  expect(told()).toEqual(['armed 1 api-behaviour', 'fired 1 api-behaviour']);
});

test('those that begin after the act begin then', async () => {
  const { faults, told } = setUp([PAUSED, WRONG]);
  await faults.inject();
  expect(told()).not.toContain('fired 2 worker-misconfigured');
  await faults.afterAct();
  expect(told().at(-1)).toBe('fired 2 worker-misconfigured');
});

test('one that cannot be injected is armed and not fired; those before it are healed', async () => {
  const { faults, told } = setUp([PAUSED, STOPPED], { failing: 'stop allocation-worker' });
  await expect(faults.inject()).rejects.toThrow('cannot stop allocation-worker');
  await faults.heal();
  expect(told().slice(2)).toEqual(['armed 2 worker-stopped', 'healed 1 worker-paused']);
});

test('one that cannot be healed is a problem of the harness, and keeps none of the others', async () => {
  const { faults, told, log } = setUp([PAUSED, STOPPED], { failing: 'start again allocation-worker' });
  await faults.inject();
  await faults.heal();
  expect(told().slice(4)).toEqual(['healed 1 worker-paused']);
  expect(log.events.filter((event) => event.kind === 'trial.harness-error')).toMatchObject([
    { message: 'cannot start again allocation-worker' },
  ]);
});

test('credentials in a misconfiguration are not told', async () => {
  const { faults, log, context } = setUp([]);
  const secret = createActiveFaults({
    specs: [{ kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'new-group' }],
    pipeline: pipelineOf(shippedPipeline),
    log,
    namesOf: (role) => [role],
    contextOf: (fired) => ({
      ...context,
      fired,
      workers: { ...context.workers, misconfigured: () => ({ DATABASE_URL: 'postgres://me:hunter22@db/x' }) },
    }),
  });
  await faults.heal();
  await secret.inject();
  expect(JSON.stringify(log.events)).not.toContain('hunter22');
  expect(JSON.stringify(log.events)).toContain('DATABASE_URL=');
});

test('several that begin after the act begin in the order they were injected', async () => {
  const { faults, told } = setUp([{ ...WRONG, worker: 'purchase-worker' }, WRONG]);
  await faults.inject();
  await faults.afterAct();
  expect(told().slice(2)).toEqual(['fired 1 worker-misconfigured', 'fired 2 worker-misconfigured']);
});

test('armed, fired and healed carry what it strikes as facts, workers by the names they have in the trial', async () => {
  const { faults, log, call } = setUp([STOPPED, { kind: 'api-behaviour', behaviour: 'fails', subject: 'ada' }]);
  await faults.inject();
  call(1);
  await faults.heal();
  const facts = (id: number): unknown[] =>
    log.events.flatMap((event) =>
      event.source === 'fault' && event.fault === id
        ? [{ workers: event.workers, upstream: event.upstream, topic: event.topic, subject: event.subject }]
        : [],
    );
  const [worker, api] = [
    { workers: ['our allocation-worker'] },
    { workers: undefined, upstream: 'admin-service', subject: 'ada' },
  ];
  expect(facts(1)).toEqual([worker, worker, worker]);
  expect(facts(2)).toEqual([api, api, api]);
});
