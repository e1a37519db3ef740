import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NewEvent } from '../history/events.ts';
import type { Scenario } from '../scenario/types.ts';
import type { AwaitCondition } from './await-condition.ts';
import { observe } from './observe.ts';
import { createdRecord, logLine, openTestLog } from './testing/log.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** An observation with barriers that bring to light what the test puts before them. */
const setUp = (scenario: Partial<Scenario>) => {
  const log = openTestLog();
  const unseen: (readonly NewEvent[])[] = [];
  const looks: number[] = [];
  const barriers: number[] = [];
  const slot = {
    look: async () => void looks.push(log.lastSeq()),
    barrier: async () => {
      for (const event of unseen.shift() ?? []) log.record(event);
      barriers.push(log.record({ kind: 'trial.barrier', source: 'trial', passed: true, missing: [], tookMs: 0 }));
      return true;
    },
  };
  const awaitCondition: AwaitCondition = async (condition, ms) => ({
    ...(await log.watch.until(condition, ms)),
    hopeless: false,
  });
  void observe({ observeDeadlineMs: 1000, ...scenario }, { log, slot, awaitCondition });
  const observed = () => log.events.find((event) => event.kind === 'trial.observed');
  return { ...log, unseen, looks, barriers, observed };
};

const EMITTED: Partial<Scenario> = { observeUntil: { emitted: { event: 'PURCHASE_CREATED' } } };

test('causes are read up to the barrier that follows the condition, after a look at what lives', async () => {
  const { record, observed, looks, barriers } = setUp(EMITTED);
  await pass(5);
  expect([observed(), looks]).toEqual([undefined, []]);
  const met = record(createdRecord());
  await pass(0);
  expect(looks).toEqual([met]);
  expect(observed()).toMatchObject({ met: true, waitedMs: 5, upTo: barriers[0] });
  expect(observed()).toHaveProperty('description', expect.stringContaining('PURCHASE_CREATED'));
});

test('at the condition: up to the very event that met it', async () => {
  const { record, observed, barriers } = setUp({ ...EMITTED, observeAt: 'condition' });
  const met = record(createdRecord());
  record(logLine('after it'));
  await pass(0);
  expect(observed()).toMatchObject({ met: true, upTo: met });
  expect(barriers).toEqual([]);
});

test('what the barrier brings to light can show that the moment had not come yet', async () => {
  const { unseen, record, observed, barriers } = setUp({
    observeUntil: { any: [{ not: { emitted: { event: 'PURCHASE_CREATED' } } }, { deadLettered: {} }] },
  });
  unseen.push([createdRecord()]);
  await pass(0);
  expect([observed(), barriers.length]).toEqual([undefined, 1]);
  record({ ...(createdRecord() as NewEvent<'kafka.record'>), topic: 'dead-letter-queue' });
  // What is scheduled while the clock is moved comes a millisecond later.
  await pass(1);
  expect(observed()).toMatchObject({ met: true, upTo: barriers[1] });
});

test('what the barrier brings to light at the deadline still counts', async () => {
  const { unseen, observed } = setUp(EMITTED);
  unseen.push([createdRecord()]);
  await pass(1000);
  expect(observed()).toMatchObject({ met: true, waitedMs: 1000 });
});

test('a moment that does not come is told as that, with the barrier', async () => {
  const { observed, barriers } = setUp(EMITTED);
  await pass(1000);
  expect(observed()).toMatchObject({ met: false, waitedMs: 1000, upTo: barriers[0] });
});

test('an error of the harness ends the waiting', async () => {
  const { problem, observed } = setUp(EMITTED);
  await pass(1);
  problem(new Error('boom'));
  await pass(0);
  expect(observed()).toMatchObject({ met: false, waitedMs: 1 });
});

test('by default the allocation-worker has decided on every event', async () => {
  const { record, observed } = setUp({});
  record(createdRecord());
  await pass(10);
  expect(observed()).toBeUndefined();
  record({
    kind: 'process.exited',
    source: 'process',
    worker: 'allocation-worker',
    pid: 1,
    code: 1,
    signal: null,
    requested: false,
  });
  await pass(0);
  expect(observed()).toMatchObject({ met: true });
});

test('at the condition, one that does not come is told as that', async () => {
  const { observed } = setUp({ ...EMITTED, observeAt: 'condition' });
  await pass(1000);
  expect(observed()).toMatchObject({ met: false, waitedMs: 1000 });
});
