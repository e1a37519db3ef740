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

let letters = 0;
/** The worker gives up on the record at offset 0. */
const letter = (): NewEvent => {
  const repeated = { originalTopic: 'purchase-created', originalOffset: '0', correlationId: 'payment-ada' };
  return {
    ...(createdRecord((letters += 1)) as NewEvent<'kafka.record'>),
    topic: 'dead-letter-queue',
    headers: { ...repeated, originalPartition: '0' },
    json: { ...repeated, originalPartition: 0, originalEvent: {} },
  };
};

const setUp = (...events: readonly NewEvent[]) => setUpWith({}, ...events);

const setUpWith = ({ longestTimerMs }: { longestTimerMs?: number }, ...events: readonly NewEvent[]) => {
  const log = openTestLog();
  for (const event of events) log.record(event);
  const parts = {
    nobodyRestarts: false,
    lastActivity: 0,
    open: false,
    consumer: false,
    ownRows: false,
    underWay: [] as readonly string[],
  };
  /** From where the worker has read the partition of its topic, and when it asked last. */
  let position: { lowest: number; at: number } | undefined;
  const prove = (): ReturnType<ReturnType<typeof createProveEnd>> => prover();
  const prover = createProveEnd({
    log,
    get nobodyRestarts() {
      return parts.nobodyRestarts;
    },
    longestTimerMs,
    underWay: () => parts.underWay,
    patienceMs: async () => 5_000,
    lastActivity: () => parts.lastActivity,
    hasOwnRows: async () => parts.ownRows,
    hasConsumer: (worker) => worker === WORKER && parts.consumer,
    readFrom: (worker, topic, partition) =>
      worker === WORKER && topic === 'purchase-created' && partition === 0 ? position : undefined,
    othersOpen: async () => parts.open,
  });
  /** The worker asks for its partition, now. */
  const reads = (lowest: number): void => void (position = { lowest, at: performance.now() + 1 });
  const after = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    return (await prove())?.proof;
  };
  return { ...log, parts, after, reads };
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

const HAS_LEFT = [createdRecord(), started, connected, members()];

test('a worker that runs, has left its group and does nothing for longer than clients wait is a standstill', async () => {
  const { after } = setUp(...HAS_LEFT);
  // As long as kafkajs may wait before it starts a crashed consumer again.
  expect(await after(30_000)).toBeUndefined();
  expect(await after(4_900)).toBeUndefined();
  expect(await after(300)).toBe('standstill');
});

test('it is called sooner where their timers are known to be shorter, and later where they are longer', async () => {
  const quick = setUpWith({ longestTimerMs: 1_000 }, ...HAS_LEFT);
  expect(await quick.after(5_900)).toBeUndefined();
  expect(await quick.after(300)).toBe('standstill');
  const slow = setUpWith({ longestTimerMs: 60_000 }, ...HAS_LEFT);
  expect(await slow.after(64_900)).toBeUndefined();
  expect(await slow.after(300)).toBe('standstill');
});

test('nothing is proven of workers that are being started, or that were asked to end', async () => {
  const { parts, after } = setUp(...HAS_LEFT);
  parts.underWay = ['allocation-worker to be a member of its group'];
  expect(await after(60_000)).toBeUndefined();
  parts.underWay = [];
  expect(await after(300)).toBe('standstill');
});

test('so is one that reads only from behind the record', async () => {
  const { after, reads } = setUp(started, connected, createdRecord(), members('m'));
  reads(1);
  expect(await after(34_900)).toBeUndefined();
  expect(await after(300)).toBe('standstill');
});

test('so is one whose every member is known to read another topic', async () => {
  const elsewhere = (...topics: readonly (readonly string[] | undefined)[]): NewEvent => ({
    kind: 'offsets.group-described',
    source: 'offsets',
    group: 'trainer-allocation-workers',
    state: 'Stable',
    members: topics.map((each, i) => ({
      memberId: `m${i}`,
      clientId: 'c',
      ...(each === undefined ? {} : { topics: each }),
    })),
  });
  const proofOf = (...topics: readonly (readonly string[] | undefined)[]) =>
    setUp(started, connected, createdRecord(), elsewhere(...topics)).after(35_100);
  expect(await proofOf(['sessions-generated'])).toBe('standstill');
  expect(await proofOf(['sessions-generated'], ['trainer-allocated'])).toBe('standstill');
  expect(
    await setUp(connected, createdRecord(), elsewhere(['sessions-generated']), started).after(60_000),
  ).toBeUndefined();
  expect(
    await setUp(started, connected, createdRecord(), elsewhere(['sessions-generated']), took).after(60_000),
  ).toBeUndefined();
  // One of them reads it, or may.
  expect(await proofOf(['sessions-generated'], ['purchase-created'])).toBeUndefined();
  expect(await proofOf(['sessions-generated'], undefined)).toBeUndefined();
  expect(await proofOf(['sessions-generated'], [])).toBeUndefined();
});

test('one that was given the record may have it in hand for long, whenever it joined', async () => {
  const { after, reads } = setUp(started, connected, createdRecord(), members('m'));
  expect(await after(60_000)).toBeUndefined();
  reads(0);
  expect(await after(60_000)).toBeUndefined();
});

test('what it read before the record was there, of the topic’s life before perhaps, says nothing', async () => {
  const { after, reads, record } = setUp(started, connected, members('m'));
  reads(5);
  vi.advanceTimersByTime(10);
  record(createdRecord());
  expect(await after(60_000)).toBeUndefined();
});

test.each<[string, readonly NewEvent[]]>([
  ['has not come as far as Kafka', [createdRecord(), started, members()]],
  ['is a member', [started, connected, members('m'), createdRecord()]],
])('it is none while the worker %s', async (_, events) => {
  expect(await setUp(...events).after(60_000)).toBeUndefined();
});

test('nor when it reads from behind the record, and its group has committed there', async () => {
  const { after, reads } = setUp(started, connected, committed(0), createdRecord(), members('m'));
  reads(1);
  expect(await after(60_000)).toBeUndefined();
});

test('it is none while something passes on the wires, or anything else is open', async () => {
  const { parts, after } = setUp(...HAS_LEFT);
  vi.advanceTimersByTime(40_000);
  parts.lastActivity = performance.now() - 1_000;
  expect(await after(300)).toBeUndefined();
  parts.open = true;
  expect(await after(40_000)).toBeUndefined();
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

test('nor does one that reads from behind the record stand still when it has taken the event', async () => {
  const { after, reads } = setUp(started, connected, createdRecord(), members('m'), took);
  reads(1);
  expect(await after(60_000)).toBeUndefined();
});

test('a cycle ends it, unless a row of the worker’s own about the trial may count the attempts', async () => {
  const { record, parts, after } = setUp(started, connected, createdRecord());
  for (let round = 0; round < 13; round += 1) record(letter());
  parts.ownRows = true;
  expect(await after(6_000)).toBeUndefined();
  parts.ownRows = false;
  expect(await after(300)).toBe('cycle');
});
