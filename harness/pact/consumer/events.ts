/**
 * What is pinned of the events (domain.md, recorded samples): value, key and headers of each record, for every pair of
 * who reads and who writes. Metadata of an interaction: `topic`, `key` and `header.<name>`.
 */
import { DEAD_LETTER_TOPIC, EVENT_TOPICS, WORKERS } from '../../pipeline/pipeline.ts';
import type { EventType, Topic, WorkerRole } from '../../pipeline/pipeline.ts';
import { exampleId } from './ids.ts';
import * as rule from './rules.ts';

/** What makes the real writer write such a record. */
export type Trigger =
  | 'a purchase with a booking'
  | 'a purchase without a booking'
  | 'a purchase that was there already'
  | 'an event without a course'
  | 'no event';

export interface MessageDeclaration {
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
  readonly topic: Topic;
  readonly trigger: Trigger;
  /** Examples with rules: topic, key, header.<name>. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Examples with rules. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Ids of the n-th message's example; no two messages share one, so that each can be told to real workers. */
const idsOf = (n: number) => ({
  payment: exampleId('b0a7e001', n),
  student: exampleId('5f0d0001', n),
  course: exampleId('c0050001', n),
  purchase: exampleId('90c4a5e1', n),
  allocation: exampleId('a110c001', n),
  trainer: exampleId('7ea10001', n),
  event: exampleId('e0e00001', n),
});

type Ids = ReturnType<typeof idsOf>;

type Make = (ids: Ids) => MessageDeclaration;

const AT = 1_795_418_356_700;
const VERSION = '1.0.0';

/** Who reads what no worker of the pipeline consumes. */
const READERS = {
  COURSE_ACCESS_GRANTED: 'course-access-readers',
  TRAINER_ALLOCATED: 'trainer-allocated-readers',
  deadLetters: 'dead-letter-readers',
} as const;

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
  topic: EVENT_TOPICS[type],
  metadata: {
    topic: EVENT_TOPICS[type],
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
    trigger,
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
    trigger,
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
    trigger,
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
    trigger,
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

const REASON = 'Admin service answered 500: boom';

/** What every dead-letter record says; its headers repeat it as texts. */
const letterOf = (topic: string) => ({
  fields: {
    originalTopic: topic,
    originalPartition: rule.digits(0),
    originalOffset: rule.digits('1'),
    failureReason: rule.filledText(REASON),
    failureTimestamp: rule.integer(AT),
    attempts: rule.digits(5),
  },
  headers: {
    topic: DEAD_LETTER_TOPIC,
    'header.originalTopic': topic,
    'header.originalPartition': rule.digits('0'),
    'header.originalOffset': rule.digits('1'),
    'header.failureReason': rule.filledText(REASON),
  },
});

const letterOfEvent =
  (worker: WorkerRole): Make =>
  ({ payment, event }) => {
    const { consumes } = WORKERS[worker];
    const { fields, headers } = letterOf(EVENT_TOPICS[consumes]);
    const ids = { correlationId: rule.uuid(payment), eventId: rule.filledText(event) };
    return {
      consumer: READERS.deadLetters,
      provider: worker,
      description: 'a dead-letter record of an event',
      trigger: 'an event without a course',
      topic: DEAD_LETTER_TOPIC,
      metadata: {
        ...headers,
        key: ids.correlationId,
        'header.correlationId': ids.correlationId,
        'header.eventId': ids.eventId,
      },
      content: { ...fields, originalEvent: { type: rule.like(consumes), _metadata: ids }, ...ids },
    };
  };

/** What is no event has no ids that a record could repeat. */
const letterOfNoEvent = (worker: WorkerRole): Make => {
  const { fields, headers } = letterOf(EVENT_TOPICS[WORKERS[worker].consumes]);
  return () => ({
    consumer: READERS.deadLetters,
    provider: worker,
    description: 'a dead-letter record of something that is no event',
    trigger: 'no event',
    topic: DEAD_LETTER_TOPIC,
    metadata: headers,
    content: { ...fields, originalEvent: rule.anything('not JSON') },
  });
};

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
