import { expect, test } from 'vitest';
import { mismatchesOf, ownFieldMismatches } from './shapes.ts';
import type { ShapedRecord } from './shapes.ts';

/** Recorded from the real workers: the samples that came with the facts of the system under test; ids are random. */
const PURCHASE = '3b9231bd-6fdb-495d-9384-272fddc82974';
const PAYMENT = 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4';
const ALLOCATION = '4a0add5c-b608-4710-9d77-837f6768cd64';
const pair = { studentId: '7859f5c7-3946-42d9-8a13-076ee7613e86', courseId: '5a409652-3015-4952-a13f-6972e4e25fdf' };

const sample = (
  topic: string,
  type: string,
  eventId: string,
  own: Record<string, unknown>,
  source: string,
): ShapedRecord => ({
  topic,
  key: PAYMENT,
  headers: { eventId, correlationId: PAYMENT, eventType: type, source, version: '1.0.0' },
  json: {
    type,
    timestamp: 1795418356781,
    userId: pair.studentId,
    role: 'student',
    ...pair,
    ...own,
    _metadata: { eventId, correlationId: PAYMENT, source, version: '1.0.0', timestamp: 1795418356781 },
  },
});

const booking = { metadata: { timeSlot: '4:00 PM', purchaseTier: 30 }, purchaseId: PURCHASE, purchaseTier: 30 };
const created = (eventId: string) =>
  sample('purchase-created', 'PURCHASE_CREATED', eventId, booking, 'purchase-worker');
const allocated = (over: object = {}) =>
  sample(
    'trainer-allocated',
    'TRAINER_ALLOCATED',
    ALLOCATION,
    {
      allocationId: ALLOCATION,
      trainerId: ALLOCATION,
      sessionCount: 30,
      startDate: '2026-12-01',
      endDate: '',
      ...over,
    },
    'allocation-worker',
  );
const letter: ShapedRecord = {
  topic: 'dead-letter-queue',
  key: PAYMENT,
  headers: {
    originalTopic: 'purchase-created',
    originalPartition: '0',
    originalOffset: '1',
    failureReason: 'Admin service answered 500: boom',
    correlationId: PAYMENT,
    eventId: PURCHASE,
  },
  json: {
    originalEvent: {},
    originalTopic: 'purchase-created',
    originalPartition: 0,
    originalOffset: '1',
    failureReason: 'Admin service answered 500: boom',
    failureTimestamp: 1795418426286,
    attempts: 5,
    correlationId: PAYMENT,
    eventId: PURCHASE,
  },
};

const paths = (record: ShapedRecord): string[] => (mismatchesOf(record) ?? []).map(({ path }) => path);

test.each<[string, ShapedRecord]>([
  ['PURCHASE_CREATED', created(`purchase-created-${PURCHASE}`)],
  ['PURCHASE_CREATED by the purchase’s id', created(PURCHASE)],
  ['a recovery', created(`${PURCHASE}-recovery`)],
  ['a recovery of the long form', created(`purchase-created-${PURCHASE}-recovery`)],
  [
    'COURSE_ACCESS_GRANTED',
    sample(
      'course-access-granted',
      'COURSE_ACCESS_GRANTED',
      `course-access-granted-${PURCHASE}`,
      booking,
      'purchase-worker',
    ),
  ],
  ['TRAINER_ALLOCATED', allocated({ startDate: '' })],
  [
    'PURCHASE_CONFIRMED',
    sample(
      'purchase-confirmed',
      'PURCHASE_CONFIRMED',
      ALLOCATION,
      { paymentId: PAYMENT, amountCents: 0.5, metadata: {}, more: 1 },
      'payment-service',
    ),
  ],
  ['a dead-letter record', letter],
])('%s as the real services write it fits', (_, record) => expect(mismatchesOf(record)).toEqual([]));

test('a topic without a known shape has none', () =>
  expect(mismatchesOf({ topic: 'sessions-generated', key: null, headers: {} })).toBeUndefined());

test('every required part is missed when it is not there', () => {
  for (const record of [created(PURCHASE), allocated(), letter]) {
    const body = record.json as Record<string, unknown>;
    for (const name of Object.keys(body).filter((each) => each !== 'more')) {
      const { [name]: _, ...rest } = body;
      expect([name, paths({ ...record, json: rest }).length > 0]).toEqual([name, true]);
    }
    for (const name of Object.keys(record.headers)) {
      const { [name]: _, ...headers } = record.headers;
      expect(paths({ ...record, headers })).toEqual([`headers.${name}`]);
    }
    expect(paths({ ...record, key: 'another' })).toEqual(['key']);
  }
});

test('each field is checked for what it is', () => {
  for (const [over, path] of [
    [{ trainerId: null }, 'value.trainerId'],
    [{ studentId: 'ada' }, 'value.studentId'],
    [{ sessionCount: '30' }, 'value.sessionCount'],
    [{ role: 'parent' }, 'value.role'],
    [{ timestamp: Number.NaN }, 'value.timestamp'],
    [{ endDate: null }, 'value.endDate'],
    [{ metadata: [] }, 'value.metadata'],
  ] as const)
    expect(paths(allocated(over))).toContain(path);
});

test('a dead-letter record need not repeat ids that its original never had', () => {
  const { correlationId: _, eventId: __, ...json } = letter.json as Record<string, unknown>;
  const poison = { ...letter, key: null, json };
  expect(mismatchesOf(poison, { correlationId: false, eventId: false })).toEqual([]);
  expect(paths(poison)).toContain('value.eventId');
});

test('the fields of an event’s own tell whether its work can be done', () => {
  expect(ownFieldMismatches('PURCHASE_CREATED', created(PURCHASE).json)).toEqual([]);
  expect(ownFieldMismatches('PURCHASE_CREATED', { ...pair }).map(({ path }) => path)).toEqual([
    'value.purchaseId',
    'value.purchaseTier',
  ]);
  expect(ownFieldMismatches('PURCHASE_CREATED', undefined)).toHaveLength(1);
});
