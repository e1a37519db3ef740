import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HistoryEvent, NewEvent, OwnRow } from '../history/events.ts';
import { commitOf } from '../history/testing/commit.ts';
import { createIdle } from './idle.ts';
import { createPatience } from './patience.ts';
import { settle } from './settle.ts';
import { committed, createdRecord, logLine, openTestLog } from './testing/log.ts';

const QUIET_MS = 20;
const PATIENCE_MS = 500;

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
    transactions: [] as readonly string[],
    pending: [] as readonly string[],
    starting: [] as readonly string[],
    rows: [] as readonly OwnRow[],
    /** What a barrier brings to light, one call each. */
    unseen: [] as (readonly NewEvent[])[],
    passes: true,
    barriers: 0,
    accuses: false,
    /** So often something comes while it is judged. */
    overtakes: 0,
    proof: undefined as NewEvent<'trial.ended-early'> | undefined,
    upstreamWasAway: false,
    forwardAt: 0,
  };
  const barrier = async (): Promise<boolean> => {
    parts.barriers += 1;
    for (const event of parts.unseen.shift() ?? []) log.record(event);
    log.record({ kind: 'trial.barrier', source: 'trial', passed: parts.passes, missing: [], tookMs: 0 });
    return parts.passes;
  };
  const idle = createIdle({
    log,
    quietMs: QUIET_MS,
    openCalls: () => parts.calls,
    openTransactions: () => Promise.resolve(parts.transactions),
    pendingRows: () => Promise.resolve(parts.pending),
    starting: () => parts.starting,
    freeSuperseded: async () => undefined,
    barrier,
  });
  let settled: boolean | undefined;
  const begin = () =>
    settle(
      {
        log,
        quietMs: QUIET_MS,
        idle,
        patience: createPatience({
          log,
          ms: PATIENCE_MS,
          ownRows: () => Promise.resolve(parts.rows),
          isOpen: async () => parts.calls > 0 || parts.transactions.length > 0 || parts.pending.length > 0,
          barrier,
          upstreamWasAway: parts.upstreamWasAway,
        }),
        accusesByAbsence: async () => (parts.overtakes-- > 0 ? 'overtaken' : parts.accuses),
        proveEnd: async () => parts.proof,
        barrier,
        lastStepForward: () => parts.forwardAt,
      },
      deadlineMs,
    ).then((is) => (settled = is));
  const done = Promise.resolve().then(begin);
  const ending = (): HistoryEvent | undefined => log.events.find((event) => event.kind === 'trial.settled');
  const patience = () => log.events.filter((event) => event.kind === 'trial.patience');
  return { ...log, parts, done, ending, patience, isSettled: () => settled };
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

test('what comes while it is judged is waited for: another quiet time, and it is judged anew', async () => {
  const { parts, isSettled, ending } = setUp();
  parts.overtakes = 1;
  await pass(QUIET_MS);
  expect(isSettled()).toBeUndefined();
  expect(parts.barriers).toBe(3);
  await pass(QUIET_MS);
  expect(isSettled()).toBe(true);
  expect(ending()).toMatchObject({ settled: true });
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

test.each<['calls' | 'transactions' | 'pending' | 'starting', string]>([
  ['calls', '1 open call at admin-service'],
  ['transactions', 'it'],
  ['pending', 'it'],
  ['starting', 'it to be a member of its group'],
])('waits for open %s, whose end is no event', async (what, phrase) => {
  const { parts, isSettled, ending } = setUp();
  const open = what === 'calls' ? { calls: 1 } : { [what]: ['it'] };
  Object.assign(parts, open);
  await pass(500);
  expect(isSettled()).toBeUndefined();
  Object.assign(parts, what === 'calls' ? { calls: 0 } : { [what]: [] });
  await pass(2 * QUIET_MS);
  expect(isSettled()).toBe(true);
  expect(ending()).toMatchObject({ waitingFor: [] });

  const stuck = setUp();
  Object.assign(stuck.parts, open);
  await pass(1000 + QUIET_MS);
  expect(stuck.ending()).toMatchObject({ settled: false, waitingFor: [phrase] });
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

const commit = (row: Readonly<Record<string, unknown>>): NewEvent => commitOf('processed_events', row);

const work: readonly (readonly [string, NewEvent])[] = [
  ['a commit that moves an offset', committed(1)],
  ['a process', { kind: 'process.started', source: 'process', worker: 'w', pid: 1 }],
  [
    'a rebalance',
    {
      kind: 'offsets.group-changed',
      source: 'offsets',
      position: 1,
      group: 'purchase-creation-workers',
      generation: 1,
      members: [],
    },
  ],
  ['a row of a payment', commit({ correlation_id: 'payment-ada' })],
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
  ['a log line about a payment', logLine('still at payment-ada', 'payment-ada')],
  ['a row of nobody', commit({ correlation_id: 'x' })],
  ['a connection', { kind: 'wire.connected', source: 'wire', worker: 'w', upstream: 'admin-service', connection: 1 }],
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
      '1 open call at admin-service',
    ],
  });
  expect(parts.barriers).toBe(1);
});

test('the deadline counts from when a payment last came further', async () => {
  const { record, parts, ending } = setUp(1000);
  record(createdRecord());
  await pass(900);
  parts.forwardAt = performance.now();
  await pass(900);
  expect(ending()).toBeUndefined();
  await pass(100 + QUIET_MS);
  expect(ending()).toMatchObject({ settled: false });
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
    record(commit({ correlation_id: 'payment-ada' }));
  }
  expect(isSettled()).toBe(false);
  expect(ending()).toMatchObject({ settled: false, waitingFor: ['a quiet moment (postgres.commit)'] });
});

test('a proof that it will never settle is recorded, and it is judged as it stands', async () => {
  const { record, parts, isSettled, events } = setUp(60_000);
  record(createdRecord());
  await pass(100);
  parts.proof = { kind: 'trial.ended-early', source: 'trial', proof: 'cycle', description: 'round', evidence: [1] };
  await pass(QUIET_MS);
  expect(isSettled()).toBe(false);
  expect(events.slice(-3)).toMatchObject([
    { kind: 'trial.ended-early', proof: 'cycle' },
    { kind: 'trial.barrier' },
    { kind: 'trial.settled', settled: false, waitingFor: [expect.stringContaining('to read purchase-created-0')] },
  ]);
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
  const { log, ...parts } = { log: openTestLog(), barrier: async () => true };
  const idle = createIdle({
    log,
    ...parts,
    quietMs: QUIET_MS,
    openCalls: () => 0,
    openTransactions: () => new Promise(() => {}),
    pendingRows: async () => [],
    starting: () => [],
    freeSuperseded: async () => undefined,
  });
  const looking = idle(() => 60_000);
  const failure = expect(looking).rejects.toThrow('asking PostgreSQL what is open took longer than 10 s');
  await pass(10_000);
  await failure;
});

test.each([
  ['one record', 1, true],
  ['many records', 30, false],
])('with %s to read each event is looked at: %i, %s', async (_, count, looked) => {
  const log = openTestLog();
  for (let offset = 0; offset < count; offset += 1) log.record(createdRecord(offset));
  let looks = 0;
  const idle = createIdle({
    log,
    quietMs: QUIET_MS,
    barrier: async () => true,
    openCalls: () => 0,
    openTransactions: async () => [],
    pendingRows: async () => [],
    starting: () => [],
    freeSuperseded: async () => void (looks += 1),
  });
  const keepLooking = async (): Promise<void> => {
    while ((await idle(() => 1000)).length > 0);
  };
  void keepLooking();
  await pass(0);
  log.record(createdRecord(count));
  await pass(0);
  expect(looks).toBe(looked ? 2 : 1);
  await pass(QUIET_MS);
  expect(looks).toBe(looked ? 3 : 2);
  log.record(committed(count + 1));
  await pass(2 * QUIET_MS);
});

const ROW: OwnRow = { table: 'outbox', xmin: '7', text: '(1,payment-ada)' };

test('what is absent is accused only after patience, which is recorded before the end', async () => {
  const { parts, isSettled, events, ending } = setUp();
  parts.accuses = true;
  await pass(QUIET_MS + PATIENCE_MS - 1);
  expect(isSettled()).toBeUndefined();
  await pass(1);
  expect(isSettled()).toBe(true);
  expect(events.slice(-3)).toMatchObject([
    { kind: 'trial.patience', ms: PATIENCE_MS, why: 'nothing more came', rows: [] },
    { kind: 'trial.quiet' },
    { kind: 'trial.settled', settled: true },
  ]);
  expect(ending()).toMatchObject({ waitedMs: QUIET_MS + PATIENCE_MS });
});

test('whatever comes meanwhile settles it anew, and a trial that nobody is accused in waits no longer', async () => {
  const { parts, record, isSettled, patience } = setUp();
  parts.accuses = true;
  await pass(QUIET_MS + PATIENCE_MS - 1);
  record(commit({ correlation_id: 'payment-ada' }));
  await pass(QUIET_MS);
  expect(isSettled()).toBeUndefined();
  parts.accuses = false;
  record(commit({ correlation_id: 'payment-ada' }));
  await pass(2 * QUIET_MS);
  expect([isSettled(), patience().length]).toEqual([true, 0]);
});

test('what the last barrier of patience brings to light settles it anew', async () => {
  const { parts, isSettled } = setUp();
  parts.accuses = true;
  parts.unseen = [[], [], [commit({ correlation_id: 'payment-ada' })]];
  await pass(QUIET_MS + PATIENCE_MS);
  expect(isSettled()).toBeUndefined();
});

test('patience is three times as long after an upstream was away', async () => {
  const { parts, isSettled, patience } = setUp();
  parts.accuses = true;
  parts.upstreamWasAway = true;
  await pass(QUIET_MS + 3 * PATIENCE_MS - 1);
  expect(isSettled()).toBeUndefined();
  await pass(1);
  expect(isSettled()).toBe(true);
  expect(patience()).toMatchObject([{ ms: 3 * PATIENCE_MS, why: 'a fault had taken an upstream away' }]);
});

test('a row of a worker’s own that stands untouched makes patience longer, and is named', async () => {
  const { parts, isSettled, patience, events } = setUp();
  parts.accuses = true;
  parts.rows = [ROW];
  await pass(QUIET_MS + 3 * PATIENCE_MS - 1);
  expect(isSettled()).toBeUndefined();
  await pass(1);
  expect(isSettled()).toBe(true);
  expect(patience()).toMatchObject([{ ms: 3 * PATIENCE_MS, rows: [ROW] }]);
  expect(events.filter(({ kind }) => kind === 'postgres.own-rows')).toHaveLength(1);
});

test.each<[string, readonly OwnRow[]]>([
  ['touched', [{ ...ROW, xmin: '8' }]],
  ['taken away', []],
  ['joined by another', [ROW, { ...ROW, text: '(2,payment-ada)' }]],
])('a row of a worker’s own that is %s settles it anew', async (_, rows) => {
  const { parts, isSettled, patience } = setUp();
  parts.accuses = true;
  parts.rows = [ROW];
  await pass(QUIET_MS + 100);
  parts.rows = rows;
  parts.accuses = false;
  await pass(300);
  expect([isSettled(), patience().length]).toEqual([true, 0]);
});

test('patience that began before the deadline is not cut short by it; what comes after it is judged as it stands', async () => {
  const late = setUp(QUIET_MS + 10);
  late.parts.accuses = true;
  await pass(QUIET_MS + PATIENCE_MS);
  expect(late.isSettled()).toBe(true);
  const busy = setUp(QUIET_MS + 10);
  busy.parts.accuses = true;
  await pass(QUIET_MS + 100);
  busy.record(commit({ correlation_id: 'payment-ada' }));
  await pass(10);
  expect(busy.ending()).toMatchObject({ settled: false, waitingFor: ['what came while it was waited for more'] });
});

test.each<['calls' | 'transactions' | 'pending']>([['calls'], ['transactions'], ['pending']])(
  'whoever began late has open %s when patience would be over: it is waited for',
  async (what) => {
    const { parts, isSettled, patience } = setUp(60_000);
    parts.accuses = true;
    await pass(QUIET_MS + PATIENCE_MS - 100);
    Object.assign(parts, what === 'calls' ? { calls: 1 } : { [what]: ['it'] });
    await pass(1_000);
    expect([isSettled(), patience().length]).toEqual([undefined, 0]);
    Object.assign(parts, what === 'calls' ? { calls: 0 } : { [what]: [] });
    await pass(2 * QUIET_MS + PATIENCE_MS + 50);
    expect([isSettled(), patience().length]).toEqual([true, 1]);
  },
);
