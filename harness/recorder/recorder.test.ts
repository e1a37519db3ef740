import { expect, test, vi } from 'vitest';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { commitOf } from '../history/testing/commit.ts';
import { createRecorder } from './recorder.ts';

const ADA = { correlationId: 'payment-ada', studentId: 'student-ada' };
const BEN = { correlationId: 'payment-ben', studentId: 'student-ben' };

const phase: NewEvent = { kind: 'trial.phase', source: 'trial', phase: 'act' };
const problem: NewEvent = { kind: 'trial.harness-error', source: 'trial', message: 'boom' };

const recordOf = (key: string | null, json?: unknown, correlationId?: string): NewEvent => ({
  kind: 'kafka.record',
  source: 'kafka',
  topic: 'purchase-created',
  partition: 0,
  offset: 0,
  timestamp: 0,
  key,
  headers: {},
  value: null,
  ...(json === undefined ? {} : { json }),
  ...(correlationId === undefined ? {} : { correlationId }),
});
const requestOf = (call: number, studentId: string): NewEvent => ({
  kind: 'http.request',
  source: 'http',
  call,
  connection: call,
  worker: 'allocation-worker',
  service: 'admin-service',
  method: 'POST',
  path: '/',
  headers: {},
  body: { text: '' },
  json: { studentId },
});
const responseTo = (call: number): NewEvent => ({
  kind: 'http.response',
  source: 'http',
  call,
  status: 201,
  body: null,
  behaviour: 'normal',
  falsified: [],
  ended: 'answered',
});
const effectOf = (call: number): NewEvent => ({ kind: 'http.effect', source: 'http', call, effect: 'inserted' });

/** A recorder on a clock that stands still, with the events of each trial and what came late for it. */
const setUp = () => {
  const stray = vi.fn<(event: NewEvent) => void>();
  const recorder = createRecorder(() => 12.34567, { onStray: stray });
  const attach = (...subjects: readonly (typeof ADA)[]) => {
    const events: HistoryEvent[] = [];
    recorder.attach({ append: (event) => void events.push(event) }, subjects);
    return events;
  };
  const detach = () => {
    const late: HistoryEvent[] = [];
    recorder.detach((event) => void late.push(event));
    return late;
  };
  return { ...recorder, attach, detach, stray };
};

test('events are numbered from 1 for each trial, and timed to the microsecond', () => {
  const { record, attach, detach } = setUp();
  const first = attach(ADA);
  expect([record(phase), record(phase)]).toEqual([1, 2]);
  detach();
  const second = attach(BEN);
  expect(record(phase)).toBe(1);
  expect(first.map(({ seq, at }) => [seq, at])).toEqual([
    [1, 12.346],
    [2, 12.346],
  ]);
  expect(second).toHaveLength(1);
});

test('an event keeps its number when a listener records another one because of it', () => {
  const { record, attach, subscribe } = setUp();
  const events = attach(ADA);
  const stop = subscribe(() => {
    stop();
    record(problem);
  });
  expect(record(phase)).toBe(1);
  expect(events.map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, 'trial.phase'],
    [2, 'trial.harness-error'],
  ]);
});

test('listeners hear of each event once it is in the history, until they stop', () => {
  const { record, attach, subscribe } = setUp();
  const events = attach(ADA);
  const heard: number[] = [];
  const stop = subscribe(() => heard.push(events.length));
  record(phase);
  stop();
  record(phase);
  expect(heard).toEqual([1]);
});

test.each([
  ['a record, by its body', recordOf(null, { studentId: 'student-ada' })],
  ['a record, by its key', recordOf('payment-ada')],
  ['a record, by its correlation id', recordOf(null, undefined, 'payment-ada')],
  ['a row, by its student', commitOf('trainer_allocations', { student_id: 'student-ada' })],
  ['a row, by its correlation id', commitOf('processed_events', { correlation_id: 'payment-ada' })],
  ['a payment, by its id', commitOf('payments', { id: 'payment-ada' })],
  ['a request, by its student', requestOf(9, 'student-ada')],
])('what names an earlier trial goes to it, not to the present one: %s', (_, event) => {
  const { record, attach, detach } = setUp();
  attach(ADA);
  const late = detach();
  const present = attach(BEN);
  expect(record(event)).toBe(0);
  expect(late).toEqual([expect.objectContaining(event)]);
  expect(present).toEqual([]);
});

test('answers and effects go to the trial that had the call', () => {
  const { record, attach, detach } = setUp();
  attach(ADA);
  record(requestOf(1, ADA.studentId));
  const late = detach();
  const present = attach(BEN);
  record(requestOf(2, BEN.studentId));
  for (const call of [1, 2, 3]) {
    record(responseTo(call));
    record(effectOf(call));
  }
  expect(late.map((event) => 'call' in event && event.call)).toEqual([1, 1]);
  expect(present.map((event) => 'call' in event && event.call)).toEqual([2, 2, 2]);
});

test('what names nobody belongs to the present trial', () => {
  const { record, attach, detach } = setUp();
  attach(ADA);
  const late = detach();
  const present = attach(BEN);
  record(recordOf('someone else', { studentId: 'somebody' }));
  record(recordOf(null, null));
  expect(present).toHaveLength(2);
  expect(late).toEqual([]);
});

test('ids that are used again belong to the present trial', () => {
  const { record, attach, detach } = setUp();
  attach(ADA);
  const late = detach();
  const present = attach(ADA);
  record(recordOf('payment-ada'));
  expect(present).toHaveLength(1);
  expect(late).toEqual([]);
});

test('a transaction about both trials belongs to the present one', () => {
  const { record, attach, detach } = setUp();
  attach(ADA);
  const late = detach();
  const present = attach(BEN);
  const both = commitOf('trainer_allocations', { student_id: 'student-ada', correlation_id: 'payment-ben' });
  expect(record(both)).toBe(1);
  expect([present.length, late.length]).toEqual([1, 0]);
});

test('what names a forgotten trial is told to nobody', () => {
  const { record, attach, detach, forgetEarlier } = setUp();
  attach(ADA);
  record(requestOf(1, ADA.studentId));
  const late = detach();
  forgetEarlier();
  const present = attach(BEN);
  for (const event of [recordOf('payment-ada'), responseTo(1)]) expect(record(event)).toBe(0);
  expect([late.length, present.length]).toEqual([0, 0]);
});

test('between trials, what is about no earlier one is a stray', () => {
  const { record, attach, detach, stray } = setUp();
  expect(record(phase)).toBe(0);
  attach(ADA);
  record(phase);
  const late = detach();
  record(recordOf('payment-ada'));
  record(problem);
  expect(stray.mock.calls).toEqual([[phase], [problem]]);
  expect(late).toHaveLength(1);
});

test('a line is known by the payment or the student it names, as a token of its own', () => {
  const { attach, detach, idsIn, record } = setUp();
  const [ada, ben] = [
    { correlationId: 'payment-a7', studentId: 'student-a7' },
    { correlationId: 'payment-b7', studentId: 'student-b7' },
  ];
  attach(ada, ben);
  expect(idsIn('of student-a7')).toEqual(['payment-a7']);
  expect(idsIn('payment-b7 and payment-a7')).toEqual(['payment-a7', 'payment-b7']);
  expect(idsIn('of nobody')).toEqual([]);
  // Part of another id is none.
  expect(idsIn('payment-a77, re-payment-b7')).toEqual([]);
  expect(idsIn('{"correlationId":"payment-b7"}')).toEqual(['payment-b7']);
  // An event that was published about it names it too.
  expect(idsIn('took event-b7')).toEqual([]);
  record(recordOf('payment-b7', { _metadata: { eventId: 'event-b7', correlationId: 'payment-b7' } }));
  expect(idsIn('took event-b7')).toEqual(['payment-b7']);
  detach();
  expect(idsIn('payment-a7')).toEqual([]);
});
