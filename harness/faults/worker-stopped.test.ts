import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerStopped } from './worker-stopped.ts';

test('the worker is stopped, then it has fired; healed by starting it', async () => {
  const { context, news } = createContextDouble();
  const active = await workerStopped.inject({ kind: 'worker-stopped', worker: 'allocation-worker' }, context);
  expect(news()).toEqual(['stop allocation-worker', 'fired: allocation-worker is not running']);
  await active.heal();
  expect(news()).toEqual(['start again allocation-worker']);
});

test('a worker that cannot be stopped has not fired', async () => {
  const { context, said } = createContextDouble({ failing: 'stop allocation-worker' });
  await expect(
    workerStopped.inject({ kind: 'worker-stopped', worker: 'allocation-worker' }, context),
  ).rejects.toThrow();
  expect(said).toEqual(['stop allocation-worker']);
});
