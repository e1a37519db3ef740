import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { HistoryEvent, NewEvent } from './events.ts';
import { createOpenWork } from './open-work.ts';

const GROUP = 'trainer-allocation-workers';
const FURTHER = 'retries';
const RETRY = 'purchase-created-retry';

const setUpFor = (correlationId: string, events: readonly NewEvent[]) => {
  const work = createOpenWork({
    pipeline: shippedPipeline,
    workers: [{ name: 'allocation-worker', role: 'allocation-worker', consumerGroup: GROUP }],
    subjects: [{ name: 'ada', correlationId, studentId: 'student-ada', courseId: 'c', mayDeadLetter: false }],
  });
  let seq = 0;
  for (const event of events) work.observe({ seq: (seq += 1), at: 0, ...event } as HistoryEvent);
  return work;
};
const setUp = (...events: readonly NewEvent[]) => setUpFor('payment-ada', events);

const record = (topic = RETRY, over: Partial<NewEvent<'kafka.record'>> = {}): NewEvent => ({
  kind: 'kafka.record',
  source: 'kafka',
  topic,
  partition: 0,
  offset: 3,
  timestamp: 0,
  key: 'payment-ada',
  headers: {},
  value: null,
  ...over,
});
const commit = (group: string, topic: string, offset: number, over = {}): NewEvent => ({
  kind: 'offsets.committed',
  source: 'offsets',
  position: 0,
  group,
  topic,
  partition: 0,
  offset,
  by: 'worker',
  ...over,
});
const members = (group: string, topics?: readonly string[], n = 1): NewEvent => ({
  kind: 'offsets.group-changed',
  source: 'offsets',
  position: 0,
  group,
  generation: 1,
  members: Array.from({ length: n }, (_, i) => ({
    memberId: `m${i}`,
    clientId: 'c',
    ...(topics === undefined ? {} : { topics }),
  })),
});
const unreadBy = (...events: readonly NewEvent[]) =>
  setUp(...events)
    .unread()
    .map(({ group, topic, commits }) => [group, topic, commits]);

test('a record about the trial in a topic of the workers’ own is open to whoever has committed there', () => {
  expect(unreadBy(members(FURTHER), commit(FURTHER, RETRY, 3), record())).toEqual([[FURTHER, RETRY, true]]);
  expect(unreadBy(members(FURTHER), commit(FURTHER, RETRY, 3), record(), commit(FURTHER, RETRY, 4))).toEqual([]);
});

test('and to whoever subscribes to it; whether one commits at all shows in any topic', () => {
  expect(unreadBy(members(FURTHER, [RETRY]), record())).toEqual([[FURTHER, RETRY, false]]);
  expect(unreadBy(members(FURTHER, [RETRY]), record(), commit(FURTHER, 'other', 1))).toEqual([[FURTHER, RETRY, true]]);
  expect(unreadBy(members(GROUP, [RETRY]), record())).toEqual([[GROUP, RETRY, true]]);
});

test('a description without topics takes nothing back', () => {
  expect(unreadBy(members(FURTHER, [RETRY]), members(FURTHER), record())).toHaveLength(1);
});

test.each<[string, readonly NewEvent[]]>([
  ['nobody reads its topic', [record()]],
  ['it is about nobody of the trial', [members(FURTHER, [RETRY]), record(RETRY, { key: 'payment-ben' })]],
  ['it is a marker', [members(FURTHER, [RETRY]), record(RETRY, { control: 'commit' })]],
  ['it was aborted', [members(FURTHER, [RETRY]), record(RETRY, { aborted: true })]],
  ['the group has no member left', [commit(FURTHER, RETRY, 3), members(FURTHER, [RETRY], 0), record()]],
  [
    'the harness removed the last one',
    [
      members(FURTHER, [RETRY]),
      { kind: 'offsets.member-removed', source: 'harness', group: FURTHER, memberId: 'm0' },
      record(),
    ],
  ],
])('a record is no open work when %s', (_, events) => expect(unreadBy(...events)).toEqual([]));

test('of a configured group nobody need live: its record waits', () => {
  expect(unreadBy(members(GROUP, undefined, 0), record('purchase-created', { key: null }))).toEqual([
    [GROUP, 'purchase-created', true],
  ]);
});

test('a further group that reads the pipeline’s topic has it to read as well', () => {
  expect(
    unreadBy(
      members(FURTHER),
      commit(FURTHER, 'purchase-created', 3),
      record('purchase-created'),
      commit(GROUP, 'purchase-created', 4),
    ),
  ).toEqual([[FURTHER, 'purchase-created', true]]);
});

test('lives of a topic are told apart by what was recorded, in whatever order it arrives', () => {
  const TOPIC = 'purchase-created';
  const deleted: NewEvent = { kind: 'kafka.topic-deleted', source: 'harness', topic: TOPIC };
  const old = record(TOPIC, { incarnation: 0 });
  const oldCommit = commit(GROUP, TOPIC, 4, { incarnation: 0 });
  const anew = record(TOPIC, { incarnation: 1, offset: 0 });
  expect(unreadBy(old, deleted, oldCommit, anew)).toHaveLength(1);
  expect(unreadBy(deleted, old, oldCommit)).toEqual([]);
  expect(unreadBy(old, deleted, anew, commit(GROUP, TOPIC, 1, { incarnation: 1 }))).toEqual([]);
});

test('a move is a commit that goes past something of the trial, or any of a configured group', () => {
  expect(setUp(record('noise', { key: 'x' }), commit(FURTHER, 'noise', 4)).lastMove()).toBe(0);
  expect(setUp(members(FURTHER), record(), commit(FURTHER, RETRY, 4)).lastMove()).toBe(3);
  expect(setUp(commit(GROUP, 'purchase-created', 4)).lastMove()).toBe(1);
});

test('two parts that share a group read both topics', () => {
  const work = createOpenWork({
    pipeline: shippedPipeline,
    workers: (['purchase-worker', 'allocation-worker'] as const).map((role) => ({
      name: 'both',
      role,
      consumerGroup: GROUP,
    })),
    subjects: [],
  });
  for (const [i, topic] of ['purchase-confirmed', 'purchase-created'].entries())
    work.observe({ seq: i + 1, at: 0, ...record(topic) } as HistoryEvent);
  expect(work.unread().map(({ role, topic }) => [role, topic])).toEqual([
    ['purchase-worker', 'purchase-confirmed'],
    ['allocation-worker', 'purchase-created'],
  ]);
});

test('a record of a new life that is told of before the old one’s deletion is unread all the same', () => {
  const work = setUp(
    record('purchase-created', { incarnation: 1, offset: 0 }),
    { kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' },
    { kind: 'kafka.topic-created', source: 'harness', topic: 'purchase-created', partitions: 3 },
  );
  expect(work.unread().map(({ topic }) => topic)).toEqual(['purchase-created']);
});

test('a record of a worker’s own topic is the trial’s by a whole id, not by a part of one', () => {
  const UUID = '0f0d6a3e-8f4b-4f6e-9d1a-2b3c4d5e6f70';
  const isWork = (correlationId: string, key: string | null, value: string): boolean =>
    setUpFor(correlationId, [members(FURTHER, [RETRY]), record(RETRY, { key, value: { text: value } })]).unread()
      .length > 0;
  expect(isWork(UUID, UUID.toUpperCase(), '')).toBe(true);
  expect(isWork(UUID, null, `{"about":"purchase-created-${UUID}"}`)).toBe(true);
  expect(isWork(UUID, null, `{"about":"${UUID}1"}`)).toBe(false);
  expect(isWork('1', null, '{"attempt":1,"of":"payment-1"}')).toBe(false);
  expect(isWork('1', null, '{"correlationId":"1"}')).toBe(true);
  expect(isWork('1', '1', '')).toBe(true);
});

test('what is left is told by offset, with how far the group is and by which commit', () => {
  const work = setUp(
    record(RETRY, { offset: 5 }),
    record(RETRY, { offset: 3 }),
    record(RETRY, { offset: 4 }),
    commit(FURTHER, RETRY, 4),
    members(FURTHER, [RETRY]),
  );
  const [open] = work.unread();
  expect(open?.records.map(({ offset }) => offset)).toEqual([4, 5]);
  expect([open?.committed, open?.commit?.seq]).toEqual([4, 4]);
  const [none] = setUp(record(), members(FURTHER, [RETRY])).unread();
  expect([none?.committed, none?.commit]).toEqual([undefined, undefined]);
});

test('a commit moves when its offset is another and something of the trial lies between', () => {
  const moves = (...events: readonly NewEvent[]) => setUp(record(RETRY, { offset: 3 }), ...events).lastMove();
  const at = (offset: number, over = {}) => commit(FURTHER, RETRY, offset, over);
  expect(moves(at(4))).toBe(2);
  expect(moves(at(3))).toBe(0);
  expect(moves(at(3), at(4))).toBe(3);
  expect(moves(at(4), at(5))).toBe(2);
  expect(moves(at(4), at(4))).toBe(2);
  expect(moves(at(4), at(0))).toBe(2);
  // Of a configured group any move in the pipeline's own topic counts, elsewhere only one that goes past something.
  expect(moves(commit(GROUP, 'purchase-created', 9))).toBe(2);
  expect(moves(commit(GROUP, 'elsewhere', 9))).toBe(0);
  expect(moves(commit(FURTHER, 'purchase-created', 9))).toBe(0);
});

test('a tombstone, and what the harness commits, make no reader', () => {
  const read = (...events: readonly NewEvent[]) => {
    const work = setUp(...events, members(FURTHER));
    return work.isRead(RETRY);
  };
  expect(read()).toBe(false);
  expect(read(commit(FURTHER, RETRY, 1))).toBe(true);
  expect(read(commit(FURTHER, RETRY, 0))).toBe(true);
  expect(read(commit(FURTHER, RETRY, -1))).toBe(false);
  expect(read(commit(FURTHER, RETRY, 1, { by: 'harness' }))).toBe(false);
  expect(setUp().isRead('purchase-created')).toBe(true);
  // After a tombstone nothing is committed; at 0 something is.
  const offsets = (offset: number) =>
    setUp(record(), members(FURTHER, [RETRY]), commit(FURTHER, RETRY, 1), commit(FURTHER, RETRY, offset)).unread()[0]
      ?.committed;
  expect([offsets(-1), offsets(0)]).toEqual([undefined, 0]);
});

test('a member that was removed reads no more, and the others go on', () => {
  const removed = (memberId: string, ...before: readonly NewEvent[]) =>
    setUp(...before, { kind: 'offsets.member-removed', source: 'harness', group: FURTHER, memberId }).isRead(RETRY);
  expect(removed('m0', members(FURTHER, [RETRY]))).toBe(false);
  expect(removed('m1', members(FURTHER, [RETRY]))).toBe(true);
  expect(removed('m0', members(FURTHER, [RETRY], 2))).toBe(true);
  expect(removed('m0')).toBe(false);
  // What is known of one member's topics says nothing of another's.
  const described: NewEvent = {
    kind: 'offsets.group-described',
    source: 'offsets',
    group: FURTHER,
    state: 'Stable',
    members: [{ memberId: 'other', clientId: 'c' }],
  };
  expect(setUp(members(FURTHER, [RETRY]), described).isRead(RETRY)).toBe(false);
});

test('a topic that is deleted twice is in its third life', () => {
  const gone: NewEvent = { kind: 'kafka.topic-deleted', source: 'harness', topic: RETRY };
  const reader = members(FURTHER, [RETRY]);
  const left = (...events: readonly NewEvent[]) => setUp(reader, ...events).unread().length;
  expect(left(record(), gone)).toBe(0);
  expect(left(gone, record())).toBe(1);
  expect(left(gone, gone, record(RETRY, { incarnation: 1 }))).toBe(0);
  expect(left(gone, gone, record(RETRY, { incarnation: 2 }))).toBe(1);
  expect(left(record(RETRY, { incarnation: 1 }), record(RETRY, { incarnation: 0 }))).toBe(1);
  expect(left(record(RETRY, { incarnation: 0 }), record(RETRY, { incarnation: 1, offset: 0 }))).toBe(1);
});

test('what lay in a topic before the trial is of no trial, and of a later life everything is', () => {
  const ends: NewEvent = { kind: 'kafka.positions', source: 'kafka', ends: { [RETRY]: { 0: 4 } }, committed: {} };
  const left = (over: object) => setUp(ends, members(FURTHER, [RETRY]), record(RETRY, over)).unread().length;
  expect(left({ offset: 3 })).toBe(0);
  expect(left({ offset: 4 })).toBe(1);
  expect(left({ offset: 3, partition: 1 })).toBe(1);
  expect(left({ offset: 3, incarnation: 1 })).toBe(1);
});

test('a group that a fault set wrong is not held to where it stood meanwhile, once nobody of it reads there', () => {
  const fired = (workers: readonly string[]): NewEvent => ({
    kind: 'fault.fired',
    source: 'fault',
    fault: 0,
    faultKind: 'worker-misconfigured',
    target: 'allocation-worker',
    detail: '',
    disturbs: 'settings',
    workers,
  });
  const stood = [members(GROUP, [RETRY]), commit(GROUP, RETRY, 3)];
  const healed = members(GROUP, ['purchase-created']);
  const mine = fired(['allocation-worker']);
  expect(unreadBy(mine, ...stood, healed, record())).toEqual([]);
  // It was there before the fault was told of, too: a worker is started before it is seen to run.
  expect(unreadBy(...stood, mine, healed, record())).toEqual([]);
  // Whoever reads there is held to it, and so is whom no fault or another one's struck.
  expect(unreadBy(mine, ...stood, record())).toEqual([[GROUP, RETRY, true]]);
  expect(unreadBy(...stood, healed, record())).toEqual([[GROUP, RETRY, true]]);
  expect(unreadBy(fired(['purchase-worker']), ...stood, healed, record())).toEqual([[GROUP, RETRY, true]]);
  // What it read before it was set wrong is its own, and so is what it reads once it is back.
  const started: NewEvent = { kind: 'process.started', source: 'process', worker: 'allocation-worker', pid: 7 };
  const back = { ...mine, kind: 'fault.healed' } as NewEvent;
  expect(unreadBy(started, ...stood, started, mine, healed, record())).toEqual([[GROUP, RETRY, true]]);
  expect(unreadBy(started, mine, back, ...stood, healed, record())).toEqual([[GROUP, RETRY, true]]);
  expect(unreadBy(started, mine, ...stood, back, healed, record())).toEqual([]);
  // What it should read it is held to as ever.
  expect(unreadBy(mine, ...stood, healed, record('purchase-created'))).toEqual([[GROUP, 'purchase-created', true]]);
});
