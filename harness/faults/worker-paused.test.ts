import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerPaused } from './worker-paused.ts';

const SPEC = { kind: 'worker-paused', worker: 'allocation-worker' } as const;

test('the worker is paused; healed by resuming it', async () => {
  const { context, news } = createContextDouble();
  const active = await workerPaused.inject(SPEC, context);
  expect(news()).toEqual(['pause allocation-worker', 'fired: allocation-worker is stopped by SIGSTOP']);
  await active.heal();
  expect(news()).toEqual(['resume allocation-worker']);
});

test('one that does not run stands still for another reason', async () => {
  const { context, said } = createContextDouble({ running: [] });
  await workerPaused.inject(SPEC, context);
  expect(said).toEqual(['pause allocation-worker']);
});
