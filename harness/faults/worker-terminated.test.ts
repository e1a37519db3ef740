import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerTerminated } from './worker-terminated.ts';

const SPEC = { kind: 'worker-terminated', worker: 'allocation-worker', when: { callOpen: {} } } as const;

test('it is asked to stop when the condition holds, and it has fired when it is gone', async () => {
  const double = createContextDouble();
  const active = await workerTerminated.inject(SPEC, double.context);
  expect(double.waitedFor()).toEqual({ all: [{ callOpen: {} }, { running: { worker: 'allocation-worker' } }] });
  expect(double.news()).toEqual([]);
  double.comesTrue();
  expect(double.news()).toEqual(['terminate allocation-worker']);
  await active.heal();
  expect(double.news()).toEqual([
    'stop waiting',
    'fired: allocation-worker got SIGTERM and exited with 0',
    'start again allocation-worker',
  ]);
});

test.each([
  [{ code: null, signal: 'SIGTERM' }, 'got SIGTERM and exited by SIGTERM'],
  [{ code: 1 }, 'got SIGTERM and exited with 1'],
  [{ code: null, signal: 'SIGKILL' }, 'got SIGTERM, was still there after 35000 ms and was killed'],
])('how it ended is told: %j', async (ended, words) => {
  const double = createContextDouble({ ended });
  const active = await workerTerminated.inject(SPEC, double.context);
  double.comesTrue();
  await active.heal();
  expect(double.said).toContain(`fired: allocation-worker ${words}`);
});

test('one that has exited by itself was not asked, and what restarts exited workers brings it back', async () => {
  const double = createContextDouble({ running: [] });
  const active = await workerTerminated.inject(SPEC, double.context);
  double.comesTrue();
  await active.heal();
  expect(double.said.filter((what) => what.startsWith('fired'))).toEqual([]);
});

test('healed before the condition held, nobody is stopped or started', async () => {
  const double = createContextDouble();
  const active = await workerTerminated.inject(SPEC, double.context);
  await active.heal();
  double.comesTrue();
  expect(double.said).toEqual(['stop waiting']);
});

test('what goes wrong in the background is a problem of the harness', async () => {
  const double = createContextDouble({ failing: 'terminate allocation-worker' });
  const active = await workerTerminated.inject(SPEC, double.context);
  double.comesTrue();
  await expect(active.heal()).rejects.toThrow('cannot terminate allocation-worker');
  expect(double.said).toContain('failed: cannot terminate allocation-worker');
});
