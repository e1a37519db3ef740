import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { createLag } from './lag.ts';

const GROUP = 'trainer-allocation-workers';
const TOPIC = 'purchase-created';

const setUp = (...events: readonly NewEvent[]) => {
  const lag = createLag({
    pipeline: shippedPipeline,
    workers: [
      { name: 'purchase-worker', role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' },
      { name: 'allocation-worker', role: 'allocation-worker', consumerGroup: GROUP },
    ],
    subjects: [
      { name: 'ada', correlationId: 'payment-ada', studentId: 'student-ada', courseId: 'c', mayDeadLetter: false },
    ],
  });
  let seq = 0;
  const observe = (event: NewEvent): void => lag.observe({ seq: (seq += 1), at: 0, ...event } as HistoryEvent);
  for (const event of events) observe(event);
  return { ...lag, observe };
};

const record = (offset: number, over: Partial<NewEvent<'kafka.record'>> = {}): NewEvent => ({
  kind: 'kafka.record',
  source: 'kafka',
  topic: TOPIC,
  partition: 1,
  offset,
  timestamp: 0,
  key: null,
  headers: {},
  value: null,
  ...over,
});
const commit = (offset: number, over: Partial<NewEvent<'offsets.committed'>> = {}): NewEvent => ({
  kind: 'offsets.committed',
  source: 'offsets',
  position: 0,
  group: GROUP,
  topic: TOPIC,
  partition: 1,
  offset,
  by: 'worker',
  ...over,
});
const positions = (offset: number): NewEvent => ({
  kind: 'kafka.positions',
  source: 'kafka',
  ends: { [TOPIC]: { 1: offset } },
  committed: { [GROUP]: { [TOPIC]: { 1: offset } } },
});

test('it counts the records that are still to be read', () => {
  const lag = setUp(positions(7), record(7), record(8), record(3, { partition: 0 }));
  expect(lag.left()).toBe(3);
  lag.observe(commit(8));
  expect(lag.left()).toBe(2);
});

test('a record is open until its group has committed past it', () => {
  const lag = setUp(positions(7));
  expect(lag.open()).toEqual([]);
  lag.observe(record(7));
  expect(lag.open()).toEqual([`${GROUP} to read ${TOPIC}-1 up to 8 (committed: 7)`]);
  lag.observe(commit(7));
  expect(lag.open()).toHaveLength(1);
  lag.observe(commit(8));
  expect(lag.open()).toEqual([]);
});

test('a group that has never committed has everything to read', () => {
  expect(setUp(record(0)).open()).toEqual([`${GROUP} to read ${TOPIC}-1 up to 1 (committed: never)`]);
});

test('a commit that is removed opens the partition again', () => {
  expect(setUp(record(0), commit(1), commit(-1)).open()).toEqual([
    `${GROUP} to read ${TOPIC}-1 up to 1 (committed: never)`,
  ]);
});

test.each<[string, NewEvent]>([
  ['of another partition', commit(8, { partition: 2 })],
  ['of another group', commit(8, { group: 'a-new-group' })],
  ['of another topic', commit(8, { topic: 'purchase-confirmed' })],
])('a commit %s closes nothing', (_, event) => expect(setUp(record(7), event).open()).toHaveLength(1));

test.each<[string, NewEvent]>([
  ['a transaction marker', record(7, { control: 'commit' })],
  ['an aborted record', record(7, { aborted: true })],
  ['a record of a topic that no worker reads', record(7, { topic: 'trainer-allocated' })],
])('%s needs no reading', (_, event) => expect(setUp(event).open()).toEqual([]));

test('a deleted topic takes its records and its offsets with it', () => {
  const lag = setUp(positions(7), record(7), { kind: 'kafka.topic-deleted', source: 'harness', topic: TOPIC });
  expect(lag.open()).toEqual([]);
  lag.observe(record(0));
  expect(lag.open()).toEqual([`${GROUP} to read ${TOPIC}-1 up to 1 (committed: never)`]);
});

test('only commits that move an offset are moves', () => {
  const lag = setUp(positions(7), record(7));
  expect(lag.lastMove()).toBe(0);
  lag.observe(commit(7));
  expect(lag.lastMove()).toBe(0);
  lag.observe(commit(8));
  expect(lag.lastMove()).toBe(4);
  lag.observe(commit(8));
  expect(lag.lastMove()).toBe(4);
});
