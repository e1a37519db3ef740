import { expect, test } from 'vitest';
import type { SubjectFacts } from '../../harness/pipeline/acts.ts';
import { purchaseConfirmed, purchaseCreated } from './messages.ts';

// The booking, ids and times of the recorded sample of PURCHASE_CREATED.
const purchase: SubjectFacts = {
  paymentId: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
  studentId: '7859f5c7-3946-42d9-8a13-076ee7613e86',
  courseId: '5a409652-3015-4952-a13f-6972e4e25fdf',
  purchaseTier: 30,
  amountCents: 49_900,
  confirmedEventId: '7d0c5c0a-95b1-4a3a-a0a4-0f1f6b1d2c3e',
  booking: {
    timeSlot: '4:00 PM',
    startDate: '2026-12-01',
    schedule: { timeSlot: '4:00 PM', startDate: '2026-12-01', mode: 'everyday' },
  },
};
const purchaseId = '3b9231bd-6fdb-495d-9384-272fddc82974';
const now = 1_795_418_356_700;

/** As recorded from the real workers; the two timestamps there are 1 ms apart. */
const recorded = {
  topic: 'purchase-created',
  key: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
  headers: {
    eventId: 'purchase-created-3b9231bd-6fdb-495d-9384-272fddc82974',
    correlationId: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
    eventType: 'PURCHASE_CREATED',
    source: 'purchase-worker',
    version: '1.0.0',
  },
  value: {
    type: 'PURCHASE_CREATED',
    timestamp: now,
    userId: '7859f5c7-3946-42d9-8a13-076ee7613e86',
    role: 'student',
    purchaseId: '3b9231bd-6fdb-495d-9384-272fddc82974',
    studentId: '7859f5c7-3946-42d9-8a13-076ee7613e86',
    courseId: '5a409652-3015-4952-a13f-6972e4e25fdf',
    purchaseTier: 30,
    metadata: {
      timeSlot: '4:00 PM',
      startDate: '2026-12-01',
      schedule: { timeSlot: '4:00 PM', startDate: '2026-12-01', mode: 'everyday' },
      purchaseTier: 30,
      sessionCount: 30,
    },
    _metadata: {
      eventId: 'purchase-created-3b9231bd-6fdb-495d-9384-272fddc82974',
      correlationId: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
      source: 'purchase-worker',
      version: '1.0.0',
      timestamp: now,
    },
  },
};

test('PURCHASE_CREATED as recorded, down to the order of the keys', () => {
  const message = purchaseCreated(purchase, purchaseId, { eventId: `purchase-created-${purchaseId}`, now });
  expect(message).toEqual({ ...recorded, value: JSON.stringify(recorded.value) });
});

test('PURCHASE_CONFIRMED as docs/pipeline.md describes it', () => {
  const message = purchaseConfirmed(purchase, { now });
  expect(message).toMatchObject({ topic: 'purchase-confirmed', key: purchase.paymentId });
  expect(message.headers).toEqual({
    eventId: purchase.confirmedEventId,
    correlationId: purchase.paymentId,
    eventType: 'PURCHASE_CONFIRMED',
    source: 'payment-service',
    version: '1.0.0',
  });
  expect(JSON.parse(message.value)).toEqual({
    type: 'PURCHASE_CONFIRMED',
    timestamp: now,
    userId: purchase.studentId,
    role: 'student',
    paymentId: purchase.paymentId,
    studentId: purchase.studentId,
    courseId: purchase.courseId,
    amountCents: 49_900,
    metadata: recorded.value.metadata,
    _metadata: {
      eventId: purchase.confirmedEventId,
      correlationId: purchase.paymentId,
      source: 'payment-service',
      version: '1.0.0',
      timestamp: now,
    },
  });
  expect(purchaseConfirmed(purchase, { now, eventId: 'other' }).headers['eventId']).toBe('other');
});

test('without a booking the metadata still says what was bought', () => {
  const { metadata } = JSON.parse(purchaseConfirmed({ ...purchase, booking: undefined }, { now }).value) as {
    metadata: unknown;
  };
  expect(metadata).toEqual({ purchaseTier: 30, sessionCount: 30 });
});
