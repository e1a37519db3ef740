/** The events that the outside world tells, in the shape the real services give them (docs/pipeline.md, samples). */
import type { SubjectFacts, Told } from '../../harness/pipeline/acts.ts';
import type { Message } from '../../harness/pipeline/message.ts';
import { declaration } from './declaration.ts';

interface Envelope {
  readonly told: Told;
  readonly eventId: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly own: Readonly<Record<string, unknown>>;
}

const VERSION = '1.0.0';

/** The metadata of a purchase's row, and of its events as far as it is the booking's. */
export const bookingMetadata = (purchase: SubjectFacts): Readonly<Record<string, unknown>> => ({
  ...purchase.booking,
  purchaseTier: purchase.purchaseTier,
  sessionCount: purchase.purchaseTier,
});

const message = (purchase: SubjectFacts, { told, eventId, now, own }: Envelope): Message => {
  const correlationId = purchase.paymentId;
  const { type, topic, source } = told;
  return {
    topic,
    key: correlationId,
    headers: { eventId, correlationId, eventType: type, source, version: VERSION },
    value: JSON.stringify({
      type,
      timestamp: now,
      userId: purchase.studentId,
      role: 'student',
      ...own,
      metadata: { ...bookingMetadata(purchase), ...purchase.metadata },
      _metadata: { eventId, correlationId, source, version: VERSION, timestamp: now },
    }),
  };
};

const toldAs = (type: keyof typeof declaration.events, source: string): Told => ({
  type,
  topic: declaration.events[type].topic,
  source,
});

const CONFIRMED = toldAs('PURCHASE_CONFIRMED', declaration.acts.pay.as);
/** Whoever emits it does so for the worker that would have. */
const CREATED = toldAs('PURCHASE_CREATED', 'purchase-worker');

/** payment-service's PURCHASE_CONFIRMED. No sample of it was recorded: fields by docs/pipeline.md, the rest as in the other events. */
export const purchaseConfirmed = (
  purchase: SubjectFacts,
  options: {
    /** Default: the purchase's own, so that a repetition is the same event told twice. */
    readonly eventId?: string;
    /** ms since the epoch. */
    readonly now: number;
    /** Default: as payment-service tells it. */
    readonly told?: Told;
  },
): Message =>
  message(purchase, {
    told: options.told ?? CONFIRMED,
    eventId: options.eventId ?? purchase.confirmedEventId,
    now: options.now,
    own: {
      paymentId: purchase.paymentId,
      studentId: purchase.studentId,
      courseId: purchase.courseId,
      amountCents: purchase.amountCents,
    },
  });

/** purchase-worker's PURCHASE_CREATED for a row of student_course_purchases. */
export const purchaseCreated = (
  purchase: SubjectFacts,
  purchaseId: string,
  options: { readonly eventId: string; readonly now: number; readonly told?: Told },
): Message =>
  message(purchase, {
    told: options.told ?? CREATED,
    eventId: options.eventId,
    now: options.now,
    own: {
      purchaseId,
      studentId: purchase.studentId,
      courseId: purchase.courseId,
      purchaseTier: purchase.purchaseTier,
    },
  });
