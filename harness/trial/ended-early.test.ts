import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NewEvent } from '../history/events.ts';
import { createProveEnd } from './ended-early.ts';
import { committed, createdRecord, openTestLog } from './testing/log.ts';

const WORKER = 'allocation-worker';
const GROUP = 'trainer-allocation-workers';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const started: NewEvent = { kind: 'process.started', source: 'process', worker: WORKER, pid: 1 };
const exited: NewEvent = {
  kind: 'process.exited',
  source: 'process',
  worker: WORKER,
  pid: 1,
  code: 1,
  signal: null,
  requested: false,
};
const connected: NewEvent = {
  kind: 'wire.connected',
  source: 'wire',
  worker: WORKER,
  upstream: 'kafka',
  connection: 1,
};
const members = (...ids: readonly string[]): NewEvent => ({
  kind: 'offsets.group-changed',
  source: 'offsets',
  position: 1,
  group: GROUP,
  generation: 1,
  members: ids.map((memberId) => ({ memberId, clientId: 'c' })),
});

const took: NewEvent = {
  kind: 'process.log',
  source: 'process',
  worker: WORKER,
  pid: 1,
  stream: 'stdout',
  line: '{"message":"again in 60 s","correlationId":"payment-ada"}',
};

const setUp = (...events: readonly NewEvent[]) => {
  const log = openTestLog();
  for (const event of events) log.record(event);
  const parts = { nobodyRestarts: false, lastActivity: 0, open: false, consumer: false, ownRows: false };
  const prove = (): ReturnType<ReturnType<typeof createProveEnd>> => prover();
  const prover = createProveEnd({
    log,
    get nobodyRestarts() {
      return parts.nobodyRestarts;
    },
    patienceMs: async () => 5_000,
    lastActivity: () => parts.lastActivity,
    hasOwnRows: async () => parts.ownRows,
    hasConsumer: (worker) => worker === WORKER && parts.consumer,
    othersOpen: async () => parts.open,
  });
  const after = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    return (await prove())?.proof;
  };
  return { ...log, parts, after };
};

test('a dead worker that nobody restarts ends it, after patience', async () => {
  const { parts, after } = setUp(createdRecord(), started, exited);
  parts.nobodyRestarts = true;
  expect(await after(4_900)).toBeUndefined();
  expect(await after(300)).toBe('death');
});

test('one that is restarted does not, and nor does one that lives', async () => {
  expect(await setUp(createdRecord(), started, exited).after(60_000)).toBeUndefined();
  const alive = setUp(createdRecord(), started);
  alive.parts.nobodyRestarts = true;
  expect(await alive.after(60_000)).toBeUndefined();
});

test.each<[string, readonly NewEvent[]]>([
  ['has left its group', [createdRecord(), started, connected, members()]],
  ['began behind the record', [started, connected, createdRecord(), members('m')]],
])('a worker that runs, %s and does nothing for longer than clients wait is a standstill', async (_, events) => {
  const { after } = setUp(...events);
  expect(await after(14_900)).toBeUndefined();
  expect(await after(300)).toBe('standstill');
});

test.each<[string, readonly NewEvent[]]>([
  ['has not come as far as Kafka', [createdRecord(), started, members()]],
  ['is a member since before the record', [started, connected, members('m'), createdRecord()]],
  ['has committed there', [started, connected, committed(0), createdRecord(), members('m')]],
])('it is none while the worker %s', async (_, events) => {
  expect(await setUp(...events).after(60_000)).toBeUndefined();
});

test('it is none while something passes on the wires, or anything else is open', async () => {
  const { parts, after } = setUp(createdRecord(), started, connected, members());
  vi.advanceTimersByTime(20_000);
  parts.lastActivity = performance.now() - 1_000;
  expect(await after(300)).toBeUndefined();
  parts.open = true;
  expect(await after(20_000)).toBeUndefined();
  parts.open = false;
  expect(await after(300)).toBe('standstill');
});

test('a worker that its group has put out for its silence may still be busy with the event', async () => {
  const { parts, after } = setUp(createdRecord(), started, connected, members());
  parts.consumer = true;
  expect(await after(60_000)).toBeUndefined();
  parts.consumer = false;
  expect(await after(300)).toBe('standstill');
});

test('nor does one that began behind the record stand still when it has taken the event', async () => {
  const { after } = setUp(started, connected, createdRecord(), members('m'), took);
  expect(await after(60_000)).toBeUndefined();
});

test('a cycle ends it, unless a row of the worker’s own about the trial may count the attempts', async () => {
  const { record, parts, after } = setUp(started, connected, createdRecord());
  for (let pid = 2; pid < 7; pid += 1) {
    record({ ...started, pid } as NewEvent);
    record({ ...took, pid } as NewEvent);
    record({ ...exited, pid } as NewEvent);
  }
  parts.ownRows = true;
  expect(await after(6_000)).toBeUndefined();
  parts.ownRows = false;
  expect(await after(300)).toBe('cycle');
});
