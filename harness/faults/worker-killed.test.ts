import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerKilled } from './worker-killed.ts';

const SPEC = { kind: 'worker-killed', worker: 'allocation-worker', when: { callOpen: {} } } as const;

test('nothing happens until the condition holds; then it is killed', async () => {
  const double = createContextDouble();
  const active = await workerKilled.inject(SPEC, double.context);
  expect(double.waitedFor()).toEqual({ all: [{ callOpen: {} }, { running: { worker: 'allocation-worker' } }] });
  expect(double.news()).toEqual([]);
  double.comesTrue();
  expect(double.news()).toEqual(['stop allocation-worker']);
  await active.heal();
  expect(double.news()).toEqual([
    'stop waiting',
    'fired: allocation-worker is killed',
    'start again allocation-worker',
  ]);
});

test('healing before the condition held stops the waiting, and starts nobody', async () => {
  const double = createContextDouble();
  const active = await workerKilled.inject(SPEC, double.context);
  await active.heal();
  double.comesTrue();
  expect(double.said).toEqual(['stop waiting']);
});

test('one that has just exited by itself is killed once it runs again, and the moment is not used up', async () => {
  const double = createContextDouble({ running: [] });
  const active = await workerKilled.inject(SPEC, double.context);
  double.comesTrue();
  expect(double.news()).toEqual([]);
  await double.context.workers.startAgain('allocation-worker');
  double.comesTrue();
  expect(double.news()).toEqual(['start again allocation-worker', 'stop allocation-worker']);
  await active.heal();
  expect(double.news()).toContain('fired: allocation-worker is killed');
});

test('a kill that fails in the background is a problem of the harness', async () => {
  const double = createContextDouble({ failing: 'stop allocation-worker' });
  const active = await workerKilled.inject(SPEC, double.context);
  double.comesTrue();
  await expect(active.heal()).rejects.toThrow('cannot stop allocation-worker');
  expect(double.said).toContain('failed: cannot stop allocation-worker');
});
