import { expect, test } from 'vitest';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { commitOf } from '../history/testing/commit.ts';
import { createdRecord, openTestLog } from '../trial/testing/log.ts';
import { createWork } from './work.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const request = (call: number, over: Partial<NewEvent<'http.request'>> = {}): NewEvent => ({
  kind: 'http.request',
  source: 'http',
  call,
  connection: 1,
  worker: 'w',
  service: 'admin-service',
  method: 'POST',
  path: '/api/v1/admin/allocations/auto-assign',
  headers: {},
  body: { text: '' },
  ...over,
});
const response = (call: number): NewEvent => ({
  kind: 'http.response',
  source: 'http',
  call,
  status: 200,
  body: null,
  behaviour: 'normal',
  falsified: [],
  ended: 'answered',
});
const inTopic = (topic: string, over: object = {}): NewEvent => ({
  ...(createdRecord() as NewEvent<'kafka.record'>),
  topic,
  ...over,
});
const FOREIGN = { correlationId: 'x', key: 'x', json: {} };
const readerOf = (topic: string): NewEvent => ({
  kind: 'offsets.group-changed',
  source: 'offsets',
  position: 0,
  group: 'g',
  generation: 1,
  members: [{ memberId: 'm', clientId: 'c', topics: [topic] }],
});
const reader = readerOf('own');

test.each<[string, boolean, NewEvent, ...NewEvent[]]>([
  ['a call', true, request(1)],
  ['its answer', true, response(1), request(1)],
  ['a health check', false, request(1, { method: 'GET', path: '/health' })],
  ['its answer', false, response(1), request(1, { method: 'GET', path: '/health' })],
  ['a record that a group reads', true, createdRecord()],
  ['an announcement that nobody reads', true, inTopic('trainer-allocated')],
  ['an announcement of another payment', false, inTopic('trainer-allocated', FOREIGN)],
  [
    'an announcement of an id of other letters',
    false,
    inTopic('trainer-allocated', { ...FOREIGN, key: 'PAYMENT-ADA' }),
  ],
  ['a dead letter', true, inTopic('dead-letter-queue')],
  ['a record of an own topic that nobody reads', false, inTopic('own')],
  ['a record of an own topic that somebody reads', true, inTopic('own'), reader],
  ['a tick in an own topic that somebody reads', false, inTopic('own', { ...FOREIGN, value: { text: '1' } }), reader],
  ['a change of a worker’s own group', true, { ...reader, group: 'trainer-allocation-workers' } as NewEvent],
  ['of one that reads what is about the trial', true, reader, inTopic('own'), reader],
  ['also when its last member leaves', true, { ...reader, members: [] } as NewEvent, reader, inTopic('own')],
  ['of one that subscribes to a topic of the pipeline', true, readerOf('purchase-created')],
  ['of any other', false, reader, reader, inTopic('own', { ...FOREIGN, value: { text: '1' } })],
  ['a marker of a transaction', false, inTopic('purchase-created', { control: 'commit' })],
  [
    'a log line',
    false,
    { kind: 'process.log', source: 'process', worker: 'w', pid: 1, stream: 'stdout', line: 'payment-ada' },
  ],
  [
    'an exit',
    true,
    { kind: 'process.exited', source: 'process', worker: 'w', pid: 1, code: 0, signal: null, requested: false },
  ],
])('%s is work: %j', (_, expected, event, ...before) => {
  const { record, isWork, events } = openTestLog();
  for (const one of before) record(one);
  record(event);
  expect(isWork(events.at(-1)!)).toBe(expected);
});

test('a UUID is the same id in upper case', () => {
  const correlationId = '0f0d6a3e-8f4b-4f6e-9d1a-2b3c4d5e6f70';
  const { isWork } = createWork(pipelineOf(shippedPipeline), [{ correlationId, studentId: 's' }], {
    isRead: () => false,
    isOfTrial: () => false,
    isGroupOfTrial: () => false,
    lastMove: () => 0,
  });
  const record = inTopic('trainer-allocated', { ...FOREIGN, key: correlationId.toUpperCase() });
  expect(isWork({ seq: 1, at: 0, ...record } as HistoryEvent)).toBe(true);
});

test('rows that are known by numbers are work as those known by texts are', () => {
  const { isWork } = createWork(pipelineOf(shippedPipeline), [{ correlationId: '530187411', studentId: '530187412' }], {
    isRead: () => false,
    isOfTrial: () => false,
    isGroupOfTrial: () => false,
    lastMove: () => 0,
  });
  const isOne = (row: object): boolean =>
    isWork({ seq: 1, at: 0, ...commitOf('shipments', { id: 17, ...row }) } as HistoryEvent);
  expect([isOne({ order_id: 530187411 }), isOne({ customer_id: 530187412 }), isOne({ order_id: 530187413 })]).toEqual([
    true,
    true,
    false,
  ]);
});
