import { expect, test } from 'vitest';
import type { NewEvent } from '../history/events.ts';
import { createdRecord, openTestLog } from './testing/log.ts';

const request = (call: number, over: Partial<NewEvent<'http.request'>> = {}): NewEvent => ({
  kind: 'http.request',
  source: 'http',
  call,
  connection: 1,
  worker: 'w',
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
const reader: NewEvent = {
  kind: 'offsets.group-changed',
  source: 'offsets',
  position: 0,
  group: 'g',
  generation: 1,
  members: [{ memberId: 'm', clientId: 'c', topics: ['own'] }],
};

test.each<[string, boolean, NewEvent, ...NewEvent[]]>([
  ['a call', true, request(1)],
  ['its answer', true, response(1), request(1)],
  ['a health check', false, request(1, { method: 'GET', path: '/health' })],
  ['its answer', false, response(1), request(1, { method: 'GET', path: '/health' })],
  ['a record that a group reads', true, createdRecord()],
  ['an announcement that nobody reads', true, inTopic('trainer-allocated')],
  ['an announcement of another payment', false, inTopic('trainer-allocated', FOREIGN)],
  ['an announcement with its id in upper case', true, inTopic('trainer-allocated', { ...FOREIGN, key: 'PAYMENT-ADA' })],
  ['a dead letter', true, inTopic('dead-letter-queue')],
  ['a record of an own topic that nobody reads', false, inTopic('own')],
  ['a record of an own topic that somebody reads', true, inTopic('own'), reader],
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
