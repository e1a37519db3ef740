import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { settle } from './settle.ts';
import { committed, createdRecord, logLine, openTestLog } from './testing/log.ts';

const QUIET_MS = 20;

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A trial that settles, with a stub, a database and barriers that do what the test tells them. */
const setUp = (deadlineMs = 1000) => {
  const log = openTestLog();
  const parts = {
    calls: 0,
    transactions: 0,
    /** What a barrier brings to light, one call each. */
    unseen: [] as (readonly NewEvent[])[],
    passes: true,
    barriers: 0,
  };
  let settled: boolean | undefined;
  const done = settle(
    {
      log,
      quietMs: QUIET_MS,
      openCalls: () => parts.calls,
      openTransactions: () => Promise.resolve(parts.transactions),
      barrier: async () => {
        parts.barriers += 1;
        for (const event of parts.unseen.shift() ?? []) log.record(event);
        log.record({ kind: 'trial.barrier', source: 'trial', passed: parts.passes, missing: [], tookMs: 0 });
        return parts.passes;
      },
    },
    deadlineMs,
  ).then((is) => (settled = is));
  const ending = (): HistoryEvent | undefined => log.events.find((event) => event.kind === 'trial.settled');
  return { ...log, parts, done, ending, isSettled: () => settled };
};

test('an idle pipeline is settled after the quiet time, between two barriers', async () => {
  const { parts, isSettled, ending, events } = setUp();
  await pass(QUIET_MS - 1);
  expect(isSettled()).toBeUndefined();
  expect(parts.barriers).toBe(1);
  await pass(1);
  expect(isSettled()).toBe(true);
  expect(parts.barriers).toBe(2);
  expect(ending()).toMatchObject({ settled: true, waitingFor: [], waitedMs: QUIET_MS });
  expect(events.slice(-2)).toMatchObject([{ kind: 'trial.quiet', quietMs: QUIET_MS }, { kind: 'trial.settled' }]);
});

test('waits for a group to commit past a record', async () => {
  const { record, isSettled } = setUp();
  record(createdRecord());
  await pass(200);
  expect(isSettled()).toBeUndefined();
  record(committed(1));
  await pass(QUIET_MS);
  expect(isSettled()).toBe(true);
});

test.each(['calls', 'transactions'] as const)('waits for open %s, whose end is no event', async (what) => {
  const { parts, isSettled } = setUp();
  parts[what] = 1;
  await pass(500);
  expect(isSettled()).toBeUndefined();
  parts[what] = 0;
  await pass(2 * QUIET_MS);
  expect(isSettled()).toBe(true);
});

test('what the first barrier brings to light is work', async () => {
  const { parts, record, isSettled } = setUp();
  parts.unseen = [[createdRecord()]];
  await pass(300);
  expect(isSettled()).toBeUndefined();
  record(committed(1));
  await pass(QUIET_MS);
  expect(isSettled()).toBe(true);
});

test('what the second barrier brings to light is work, also when it is done with at once', async () => {
  const { parts, isSettled } = setUp();
  parts.unseen = [[], [createdRecord(), committed(1)]];
  await pass(QUIET_MS);
  expect([isSettled(), parts.barriers]).toEqual([undefined, 3]);
  await pass(QUIET_MS);
  expect(isSettled()).toBe(true);
});

const work: readonly (readonly [string, NewEvent])[] = [
  ['a commit that moves an offset', committed(1)],
  ['a log line about a payment', logLine('done payment-ada', 'payment-ada')],
  ['a connection', { kind: 'wire.connected', source: 'wire', worker: 'w', upstream: 'admin-service', connection: 1 }],
  ['a process', { kind: 'process.started', source: 'process', worker: 'w', pid: 1 }],
  [
    'a rebalance',
    { kind: 'offsets.group-changed', source: 'offsets', position: 1, group: 'g', generation: 1, members: [] },
  ],
  [
    'a transaction',
    { kind: 'postgres.commit', source: 'postgres', lsn: '0', xid: 1, committedAt: 0, writer: null, changes: [] },
  ],
];
test.each(work)('%s breaks the quiet, which begins anew', async (_, event) => {
  const { record, isSettled } = setUp();
  await pass(QUIET_MS - 1);
  record(event);
  await pass(QUIET_MS - 1);
  expect(isSettled()).toBeUndefined();
  await pass(1);
  expect(isSettled()).toBe(true);
});

const silent: readonly (readonly [string, NewEvent])[] = [
  ['a commit that moves nothing', committed(0)],
  ['a log line about nobody', logLine('heartbeat')],
  ['what the harness says', { kind: 'trial.phase', source: 'trial', phase: 'settle' }],
];
test.each(silent)('%s does not break the quiet', async (_, event) => {
  const log = setUp();
  // Known from the beginning, so that it moves nothing later.
  log.lag.observe({ seq: 1, at: 0, ...committed(0) } as HistoryEvent);
  await pass(QUIET_MS - 1);
  log.record(event);
  await pass(1);
  expect(log.isSettled()).toBe(true);
});

test('at the deadline it says what it was waiting for, after one more barrier', async () => {
  const { record, parts, ending, isSettled } = setUp(1000);
  record(createdRecord(4));
  parts.calls = 1;
  await pass(1000 + QUIET_MS);
  expect(isSettled()).toBe(false);
  expect(ending()).toMatchObject({
    settled: false,
    waitingFor: [
      'trainer-allocation-workers to read purchase-created-0 up to 5 (committed: never)',
      '1 open calls at admin-service',
    ],
  });
  expect(parts.barriers).toBe(2);
});

test('a barrier that does not come back is tried again: liveness is not judged before the deadline', async () => {
  const { parts, isSettled } = setUp();
  parts.passes = false;
  await pass(100);
  expect(isSettled()).toBeUndefined();
  parts.passes = true;
  await pass(2 * QUIET_MS);
  expect(isSettled()).toBe(true);
});

test('a pipeline that never gets quiet does not settle', async () => {
  const { record, isSettled, ending } = setUp(1000);
  for (let i = 0; i < 80; i += 1) {
    await pass(QUIET_MS - 5);
    record(logLine('done payment-ada', 'payment-ada'));
  }
  expect(isSettled()).toBe(false);
  expect(ending()).toMatchObject({ settled: false, waitingFor: ['a quiet moment'] });
});

test('an error of the harness ends it', async () => {
  const { parts, problem, isSettled } = setUp();
  parts.calls = 1;
  await pass(50);
  problem(new Error('boom'));
  await pass(QUIET_MS);
  expect(isSettled()).toBe(false);
});

test('a database that does not answer is an error of the harness, not a wait without end', async () => {
  const log = openTestLog();
  const settling = settle(
    {
      log,
      quietMs: QUIET_MS,
      openCalls: () => 0,
      openTransactions: () => new Promise(() => {}),
      barrier: async () => true,
    },
    60_000,
  );
  const failure = expect(settling).rejects.toThrow('counting the open transactions took longer than 10 s');
  await pass(10_000);
  await failure;
});
