import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { upstreamAway } from './upstream-away.ts';

const SPEC = { kind: 'upstream-away', workers: ['purchase-worker', 'allocation-worker'], upstream: 'kafka' } as const;
const AWAY = ['away purchase-worker kafka', 'away allocation-worker kafka'];
const BACK = ['stop waiting', 'restore purchase-worker kafka', 'restore allocation-worker kafka'];

test('it fires with the first attempt that is refused since, or when a worker that ran dies of it', async () => {
  const attempts = { all: 9, refused: 2 };
  const double = createContextDouble({ attempts, running: ['purchase-worker'] });
  const active = await upstreamAway.inject(SPEC, double.context);
  expect(double.news()).toEqual(AWAY);
  expect(double.waitedFor()).toEqual({
    any: [
      ...SPEC.workers.map((worker) => ({ connected: { worker, upstream: 'kafka', refused: true, atLeast: 3 } })),
      { exited: { worker: 'purchase-worker' } },
    ],
  });
  attempts.refused = 3;
  double.comesTrue();
  expect(double.news()).toEqual(['fired: kafka refused a connection']);
  await active.heal();
  expect(double.news()).toEqual(BACK);
});

test('one that dies of the broken connection tries no other: the fault struck all the same', async () => {
  const double = createContextDouble();
  await upstreamAway.inject(SPEC, double.context);
  double.comesTrue();
  expect(double.news().at(-1)).toBe('fired: a worker that was cut off from kafka exited');
});

test('cut off from one worker only, it is undone before it is told', async () => {
  const double = createContextDouble({ failing: 'away allocation-worker kafka' });
  await expect(upstreamAway.inject(SPEC, double.context)).rejects.toThrow('cannot away allocation-worker kafka');
  expect(double.said).toEqual([...AWAY, ...BACK]);
});

test('one process that plays both parts is cut off once', async () => {
  const double = createContextDouble({ shared: true });
  const active = await upstreamAway.inject(SPEC, double.context);
  await active.heal();
  expect(double.said).toEqual(['away purchase-worker kafka', 'stop waiting', 'restore purchase-worker kafka']);
});
