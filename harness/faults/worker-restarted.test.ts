import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerRestarted } from './worker-restarted.ts';

const SPEC = { kind: 'worker-restarted', worker: 'allocation-worker', when: { callOpen: {} } } as const;

test('the next one is started once the old one is gone; healing has nothing to start', async () => {
  const double = createContextDouble();
  const active = await workerRestarted.inject(SPEC, double.context);
  expect(double.news()).toEqual([]);
  double.comesTrue();
  expect(double.news()).toEqual(['terminate allocation-worker']);
  await active.heal();
  expect(double.news()).toEqual([
    'stop waiting',
    'start again allocation-worker',
    'fired: allocation-worker got SIGTERM and exited with 0; the next one is started',
  ]);
  expect(double.context.workers.isRunning('allocation-worker')).toBe(true);
});

test('one that does not run is not restarted, and it has not fired', async () => {
  const double = createContextDouble({ running: [] });
  const active = await workerRestarted.inject(SPEC, double.context);
  double.comesTrue();
  await active.heal();
  expect(double.said).toEqual(['stop waiting']);
});
