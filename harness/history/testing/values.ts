/** Ids and event bodies for built histories: as the services write them, the same for the same names. */
import { createHash } from 'node:crypto';
import type { EventType } from '../../pipeline/testing.ts';
import type { Subject } from '../events.ts';

/** A UUID that follows from the words. */
export const idOf = (...words: readonly string[]): string => {
  const hex = createHash('sha256').update(words.join(' ')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};

type Fields = Record<string, unknown>;

const OWN: Readonly<Record<EventType, (subject: Subject) => Fields>> = {
  PURCHASE_CONFIRMED: ({ correlationId }) => ({ paymentId: correlationId, amountCents: 4999 }),
  PURCHASE_CREATED: ({ name }) => ({ purchaseId: idOf('purchase', name), purchaseTier: 10 }),
  COURSE_ACCESS_GRANTED: ({ name }) => ({ purchaseId: idOf('purchase', name), purchaseTier: 10 }),
  TRAINER_ALLOCATED: ({ name }) => ({
    allocationId: idOf('allocation', name),
    trainerId: idOf('trainer', name),
    sessionCount: 10,
    startDate: '2026-12-01',
    endDate: '',
  }),
};

const EVENT_IDS: Readonly<Record<EventType, (body: Fields, subject: Subject) => string>> = {
  PURCHASE_CONFIRMED: (_, { name }) => idOf('event', name),
  PURCHASE_CREATED: ({ purchaseId }) => `purchase-created-${String(purchaseId)}`,
  COURSE_ACCESS_GRANTED: ({ purchaseId }) => `course-access-granted-${String(purchaseId)}`,
  TRAINER_ALLOCATED: ({ allocationId }) => String(allocationId),
};

const SOURCES: Readonly<Record<EventType, string>> = {
  PURCHASE_CONFIRMED: 'payment-service',
  PURCHASE_CREATED: 'purchase-worker',
  COURSE_ACCESS_GRANTED: 'purchase-worker',
  TRAINER_ALLOCATED: 'allocation-worker',
};

/** The JSON value of an event about the subject; fields of `over` replace its own. */
export const eventValue = (type: EventType, subject: Subject, eventId?: string, over: Fields = {}): Fields => {
  const own = { ...OWN[type](subject), ...over };
  return {
    type,
    timestamp: 1_795_000_000_000,
    userId: subject.studentId,
    role: 'student',
    studentId: subject.studentId,
    courseId: subject.courseId,
    ...(type === 'TRAINER_ALLOCATED' ? {} : { metadata: { timeSlot: '4:00 PM' } }),
    _metadata: {
      eventId: eventId ?? EVENT_IDS[type](own, subject),
      correlationId: subject.correlationId,
      timestamp: 1_795_000_000_000,
      source: SOURCES[type],
      version: '1.0.0',
    },
    ...own,
  };
};

/** The headers that repeat what the value says. */
export const eventHeaders = (type: EventType, value: Fields): Record<string, string> => {
  const meta = value['_metadata'] as Readonly<Record<string, string>> | undefined;
  const names = ['eventId', 'correlationId', 'source', 'version'] as const;
  return { ...Object.fromEntries(names.map((name) => [name, String(meta?.[name])])), eventType: type };
};
