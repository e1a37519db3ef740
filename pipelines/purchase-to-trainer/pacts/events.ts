/**
 * What is pinned of the events (docs/pipeline.md, recorded samples): value, key and headers of each record, for every pair of
 * who reads and who writes. Metadata of an interaction: `topic`, `key` and `header.<name>`.
 */
import * as rule from '../../../harness/pipeline/pact-rules.ts';
import type { MessageDeclaration } from '../../../harness/pipeline/pacts.ts';
import { declaration } from '../declaration.ts';
import { letterOfEvent, letterOfNoEvent } from './dead-letters.ts';
import { triggerOf } from './given.ts';
import type { Trigger } from './given.ts';
import { AT, READERS, idsOf } from './message.ts';
import type { Ids, Make } from './message.ts';

type EventType = keyof typeof declaration.events;

const VERSION = '1.0.0';

/** Clients write the booking in several places: beyond these two it is free, and any of it may be missing. */
const BOOKING = { timeSlot: rule.like('4:00 PM'), startDate: rule.date('2026-12-01') };
const NO_BOOKING = rule.like({});

interface Event {
  readonly type: EventType;
  readonly source: string;
  readonly eventId: unknown;
  readonly own: Readonly<Record<string, unknown>>;
  /** Left out: the event carries none. */
  readonly metadata?: unknown;
}

const pairOf = ({ student, course }: Ids) => ({ studentId: rule.uuid(student), courseId: rule.uuid(course) });

/** The record of an event. That key, headers and `_metadata` agree is more than Pact's rules can say. */
const recordOf = (ids: Ids, { type, source, eventId, own, metadata }: Event) => ({
  topic: declaration.events[type].topic,
  metadata: {
    topic: declaration.events[type].topic,
    key: rule.uuid(ids.payment),
    'header.eventId': eventId,
    'header.correlationId': rule.uuid(ids.payment),
    'header.eventType': type,
    'header.source': rule.filledText(source),
    'header.version': VERSION,
  },
  content: {
    type,
    timestamp: rule.integer(AT),
    userId: rule.uuid(ids.student),
    role: rule.oneOfTexts('student', 'trainer', 'admin'),
    ...own,
    ...(metadata === undefined ? {} : { metadata }),
    _metadata: {
      eventId,
      correlationId: rule.uuid(ids.payment),
      timestamp: rule.integer(AT),
      source: rule.filledText(source),
      version: VERSION,
    },
  },
});

const confirmed =
  (trigger: Trigger, description: string, metadata: unknown): Make =>
  (ids) => ({
    consumer: 'purchase-worker',
    provider: 'payment-service',
    description,
    given: triggerOf('payment-service', trigger),
    ...recordOf(ids, {
      type: 'PURCHASE_CONFIRMED',
      source: 'payment-service',
      eventId: rule.uuid(ids.event),
      own: { paymentId: rule.uuid(ids.payment), ...pairOf(ids), amountCents: rule.number(49_900) },
      metadata,
    }),
  });

const purchaseOf = (ids: Ids) => ({
  purchaseId: rule.uuid(ids.purchase),
  ...pairOf(ids),
  purchaseTier: rule.oneOfNumbers(30, 10, 20),
});

/** Both the purchase's id and the long form of it are normal; `-recovery` when the purchase was there already. */
const created =
  (trigger: Trigger, description: string, suffix: '' | '-recovery', metadata: unknown): Make =>
  (ids) => ({
    consumer: 'allocation-worker',
    provider: 'purchase-worker',
    description,
    given: triggerOf('purchase-worker', trigger),
    ...recordOf(ids, {
      type: 'PURCHASE_CREATED',
      source: 'purchase-worker',
      eventId: rule.uuidWithin('(?:purchase-created-)?', `purchase-created-${ids.purchase}${suffix}`, suffix),
      own: purchaseOf(ids),
      metadata,
    }),
  });

const granted =
  (trigger: Trigger, description: string, metadata: unknown): Make =>
  (ids) => ({
    consumer: READERS.COURSE_ACCESS_GRANTED,
    provider: 'purchase-worker',
    description,
    given: triggerOf('purchase-worker', trigger),
    ...recordOf(ids, {
      type: 'COURSE_ACCESS_GRANTED',
      source: 'purchase-worker',
      eventId: rule.uuidWithin('course-access-granted-', `course-access-granted-${ids.purchase}`),
      own: purchaseOf(ids),
      metadata,
    }),
  });

const allocated =
  (trigger: Trigger, description: string): Make =>
  (ids) => ({
    consumer: READERS.TRAINER_ALLOCATED,
    provider: 'allocation-worker',
    description,
    given: triggerOf('allocation-worker', trigger),
    ...recordOf(ids, {
      type: 'TRAINER_ALLOCATED',
      source: 'allocation-worker',
      eventId: rule.uuid(ids.allocation),
      own: {
        allocationId: rule.uuid(ids.allocation),
        trainerId: rule.uuid(ids.trainer),
        ...pairOf(ids),
        sessionCount: rule.integer(30),
        // Texts that may be empty.
        startDate: rule.like('2026-12-01'),
        endDate: rule.like(''),
      },
    }),
  });

/** Every pinned message. */
export const MESSAGES: readonly MessageDeclaration[] = [
  confirmed('a purchase with a booking', 'PURCHASE_CONFIRMED with a booking', BOOKING),
  confirmed('a purchase without a booking', 'PURCHASE_CONFIRMED without a booking', NO_BOOKING),
  created('a purchase with a booking', 'PURCHASE_CREATED with a booking', '', BOOKING),
  created('a purchase without a booking', 'PURCHASE_CREATED without a booking', '', NO_BOOKING),
  created(
    'a purchase that was there already',
    'PURCHASE_CREATED of a purchase that was there already',
    '-recovery',
    NO_BOOKING,
  ),
  granted('a purchase with a booking', 'COURSE_ACCESS_GRANTED with a booking', BOOKING),
  granted('a purchase without a booking', 'COURSE_ACCESS_GRANTED without a booking', NO_BOOKING),
  allocated('a purchase with a booking', 'TRAINER_ALLOCATED of a purchase with a booking'),
  allocated('a purchase without a booking', 'TRAINER_ALLOCATED of a purchase without a booking'),
  letterOfEvent('purchase-worker'),
  letterOfNoEvent('purchase-worker'),
  letterOfEvent('allocation-worker'),
  letterOfNoEvent('allocation-worker'),
].map((make, index) => make(idsOf(index + 1)));
