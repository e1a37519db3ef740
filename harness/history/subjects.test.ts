import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { openHistory } from './history.ts';
import type { History } from './history.ts';
import { countingRowsOf, guardRowsOf, tablesAtEnd, versionsOf } from './rows.ts';
import {
  callsOf,
  eventsOf,
  isCallFor,
  ownersOf,
  paymentById,
  paymentOf,
  paymentsByPair,
  paymentsOf,
  paymentsOfStudent,
  strayCallsOf,
  strayEventsOf,
} from './subjects.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import type { RequestOptions } from './testing/calls.ts';
import { idOf } from './testing/values.ts';

/** Two payments of one student and course. */
const twoOfOne = (): Build => build({ subjects: ['ada', 'again'], shares: { again: 'ada' } });
const numbers = (calls: readonly { readonly request: { readonly call: number } }[]): readonly number[] =>
  calls.map(({ request }) => request.call);

test('a call belongs to the payment whose correlation id it carries, wherever it carries it', () => {
  const b = twoOfOne();
  const { correlationId } = b.subject('again');
  const says: readonly RequestOptions[] = [
    { correlationId },
    { correlationId: correlationId.toUpperCase() },
    { headers: { 'x-correlation-id': correlationId } },
    // A client's own number for its request names no payment.
    { headers: { 'x-correlation-id': idOf('request') }, body: { paymentMetadata: { correlationId } } },
    { body: { paymentMetadata: { paymentId: correlationId } } },
  ];
  for (const options of says) b.request('ada', options);
  const history = b.history();
  expect(numbers(callsOf(history, b.subject('again')))).toEqual([1, 2, 3, 4, 5]);
  expect(callsOf(history, b.subject('ada'))).toEqual([]);
  expect(strayCallsOf(history, b.subject('ada'))).toEqual([]);
});

test('one that tells of another payment too is its own, wherever both stand', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  const [ada, ben] = ['ada', 'ben'].map((name) => b.subject(name).correlationId);
  const previous = { paymentId: ben };
  for (const options of [
    { body: { previous, paymentMetadata: { paymentId: ada } } },
    { headers: { 'x-correlation-id': ada }, body: { previous, paymentId: ben } },
    { body: { paymentId: ada, previous } },
  ] as readonly RequestOptions[])
    b.request('ada', options);
  b.emit('PURCHASE_CREATED', 'ben');
  const history = b.history();
  expect(numbers(callsOf(history, b.subject('ada')))).toEqual([1, 2, 3]);
  expect(callsOf(history, b.subject('ben'))).toEqual([]);
  expect(strayCallsOf(history, b.subject('ben'))).toEqual([]);
  expect(history.calls.map((call) => isCallFor(history, call, history.pipelineEvents[0]!))).toEqual(
    Array(3).fill(false),
  );
});

test('one that names another payment in an object of its body alone is nobody’s', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  b.request('ada', { body: { previous: { paymentId: b.subject('ben').correlationId } } });
  const history = b.history();
  for (const name of ['ada', 'ben']) {
    expect(callsOf(history, b.subject(name))).toEqual([]);
    expect(numbers(strayCallsOf(history, b.subject(name)))).toEqual([1]);
  }
});

test('one that names two payments of one student and course in one place is nobody’s', () => {
  const b = twoOfOne();
  const [ada, again] = ['ada', 'again'].map((name) => ({ paymentId: b.subject(name).correlationId }));
  b.request('ada', { body: { previous: again, paymentMetadata: ada } });
  const history = b.history();
  for (const name of ['ada', 'again']) {
    expect(callsOf(history, b.subject(name))).toEqual([]);
    expect(numbers(strayCallsOf(history, b.subject(name)))).toEqual([1]);
  }
});

test('one that carries none is nobody’s where two payments share student and course, and proves no absence', () => {
  const b = twoOfOne();
  b.request('ada');
  const history = b.history();
  for (const name of ['ada', 'again']) {
    expect(callsOf(history, b.subject(name))).toEqual([]);
    expect(numbers(strayCallsOf(history, b.subject(name)))).toEqual([1]);
  }
});

test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ['without ids', { studentId: undefined, courseId: undefined }, ['ada', 'ben']],
  ['with a student that is no id', { studentId: 'undefined' }, ['ada']],
  ['with another course, and no student', { studentId: null, courseId: idOf('course', 'zoe') }, []],
  ['of a stranger', { studentId: idOf('student', 'zoe'), courseId: idOf('course', 'zoe') }, []],
])('a call %s belongs to nobody; it may have been ada’s: %#', (_, body, strayOf) => {
  const b = build({ subjects: ['ada', 'ben'] });
  b.request('ada', { body });
  const history = b.history();
  for (const name of ['ada', 'ben']) {
    expect(callsOf(history, b.subject(name))).toEqual([]);
    expect(numbers(strayCallsOf(history, b.subject(name)))).toEqual(strayOf.includes(name) ? [1] : []);
  }
});

test('a call that names no course is the student’s; ids in another case are the same', () => {
  const b = build();
  b.request('ada', { body: { courseId: undefined } });
  b.request('ada', { body: { studentId: b.subject().studentId.toUpperCase() } });
  expect(numbers(callsOf(b.history(), b.subject()))).toEqual([1, 2]);
});

test('only requests for the operation are calls', () => {
  const b = build();
  b.healthCheck();
  b.request('ada', { method: 'GET' });
  b.request('ada', { path: '/api/v1/admin/allocations/auto-assign/x' });
  b.request('ada', { path: '/api/v1/admin/allocations/auto-assign?dry=1' });
  const history = b.history();
  expect(numbers(history.calls)).toEqual([4]);
  expect(numbers(history.requests)).toEqual([1, 2, 3, 4]);
  expect(strayCallsOf(history, b.subject())).toEqual([]);
});

test('an event without a correlation id is neither payment’s where they share student and course', () => {
  const b = twoOfOne();
  const nameless = { key: null, headers: {}, value: { _metadata: {} } } as const;
  const stray = b.emit('PURCHASE_CREATED', 'ada', nameless);
  const own = b.emit('PURCHASE_CREATED', 'again');
  const history = b.history();
  expect(eventsOf(history, b.subject('ada'), 'PURCHASE_CREATED')).toEqual([]);
  expect(eventsOf(history, b.subject('again'), 'PURCHASE_CREATED').map(({ record }) => record.seq)).toEqual([own.seq]);
  for (const name of ['ada', 'again'])
    expect(strayEventsOf(history, b.subject(name), 'PURCHASE_CREATED').map(({ record }) => record.seq)).toEqual([
      stray.seq,
    ]);
  const { studentId, courseId } = b.subject();
  expect(ownersOf(history, { studentId, courseId }).map(({ name }) => name)).toEqual(['ada', 'again']);
  expect(paymentOf(history, { studentId, courseId })).toBeUndefined();
  expect(paymentsByPair(history, studentId, courseId)).toHaveLength(2);
});

test('an event that names nothing may be anybody’s; a stranger’s is a stranger’s', () => {
  const b = build();
  b.raw('purchase-created', b.subject('zoe'), { raw: 'x' });
  expect(strayEventsOf(b.history(), b.subject(), 'PURCHASE_CREATED')).toEqual([]);
  b.raw('purchase-created', b.subject(), { raw: 'x', key: null });
  expect(strayEventsOf(b.history(), b.subject(), 'PURCHASE_CREATED')).toHaveLength(1);
  expect(strayEventsOf(b.history(), b.subject(), 'PURCHASE_CONFIRMED')).toEqual([]);
});

test('ids in another case: payments, events and rows', () => {
  const b = build();
  const { correlationId, studentId, courseId } = b.subject();
  const upper = [correlationId, studentId, courseId].map((id) => id.toUpperCase());
  b.emit('PURCHASE_CREATED', 'ada', {
    value: { studentId: upper[1], courseId: upper[2], _metadata: { correlationId: upper[0] } },
  });
  b.commit([
    {
      table: 'student_course_purchases',
      op: 'insert',
      row: { id: idOf('p').toUpperCase(), student_id: upper[1], course_id: upper[2], is_active: true },
    },
    {
      table: 'processed_events',
      op: 'insert',
      row: { event_id: 'e', event_type: 'PURCHASE_CREATED', correlation_id: upper[0] },
    },
  ]);
  const history = b.history();
  expect(paymentById(history, upper[0])).toBe(history.subjects[0]);
  expect(eventsOf(history, b.subject(), 'PURCHASE_CREATED')).toHaveLength(1);
  expect(countingRowsOf(tablesAtEnd(history), shippedPipeline.entities.purchase, b.subject())).toHaveLength(1);
  expect(guardRowsOf(history, correlationId, 'PURCHASE_CREATED')).toHaveLength(1);
  expect(versionsOf(history, 'student_course_purchases', idOf('p'))).toHaveLength(1);
  expect(paymentsOfStudent(history, upper[1])).toHaveLength(1);
});

test('whose a payment is follows from its first beginning, also where that is known to be the harness’s only later', () => {
  const b = build();
  const begins = (name: string, by?: string) => {
    const { studentId, courseId } = b.subject(name);
    const value = { paymentId: idOf('payment', 'zoe'), studentId, courseId };
    return b.emit('PURCHASE_CONFIRMED', 'zoe', { value, ...(by === undefined ? {} : { by }) });
  };
  const first = begins('zoe');
  begins('ada', 'given');
  const { events } = b;
  const growing = openHistory(events);
  const seen = (history: History) => paymentsOf(history).map(({ studentId }) => studentId);
  const [ada, zoe] = [b.subject('ada').studentId, b.subject('zoe').studentId];
  expect(seen(growing)).toEqual([ada, ada]);
  const { topic, partition, offset } = first;
  const correlationId = idOf('payment', 'zoe');
  b.add({
    kind: 'kafka.produced',
    source: 'harness',
    correlationId,
    topic,
    partition,
    offset,
    incarnation: 0,
    writer: 'given',
  });
  expect(seen(growing)).toEqual([ada, zoe]);
  expect(seen(openHistory([...events]))).toEqual([ada, zoe]);
});
