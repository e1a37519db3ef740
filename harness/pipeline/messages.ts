/** The events that the harness publishes itself, in the shape the real services give them (docs/pipeline.md, samples). */
import type { ActDeclaration } from './declaration.ts';
import { pipelineOf } from './queries.ts';
import type { Pipeline } from './queries.ts';
import { shippedPipeline } from './shipped.ts';
import type { EventType, Topic } from './vocabulary.ts';

/** When and how the student wants to be taught; part of an event's metadata. */
export interface Booking {
  readonly timeSlot: string;
  /** YYYY-MM-DD. */
  readonly startDate: string;
  readonly schedule: { readonly timeSlot: string; readonly startDate: string; readonly mode: string };
}

/** What an event says about a purchase. */
export interface PurchaseFacts {
  /** Also the correlation id. */
  readonly paymentId: string;
  readonly studentId: string;
  readonly courseId: string;
  /** Sessions. */
  readonly purchaseTier: 10 | 20 | 30;
  readonly amountCents: number;
  /** Undefined: the event's metadata holds no booking. */
  readonly booking: Booking | undefined;
  /** Further metadata of its events. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** eventId of its PURCHASE_CONFIRMED. */
  readonly confirmedEventId: string;
}

/** A record to be produced. The value is JSON text, as on the wire. */
export interface Message {
  readonly topic: Topic;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

interface Envelope {
  readonly told: Told;
  readonly eventId: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly own: Readonly<Record<string, unknown>>;
}

const VERSION = '1.0.0';

/** The metadata of a purchase's row, and of its events as far as it is the booking's. */
export const bookingMetadata = (purchase: PurchaseFacts): Readonly<Record<string, unknown>> => ({
  ...purchase.booking,
  purchaseTier: purchase.purchaseTier,
  sessionCount: purchase.purchaseTier,
});

const message = (purchase: PurchaseFacts, { told, eventId, now, own }: Envelope): Message => {
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

/** As what, and as whose, an event is told. */
export interface Told {
  readonly type: EventType;
  readonly topic: Topic;
  readonly source: string;
}

/** As an act's event is told: in the name of the stage that announces it, or else of who acts. */
export const toldBy = ({ event, announcerOf }: Pipeline, { about, as }: ActDeclaration): Told => ({
  type: about,
  topic: event(about).topic,
  source: announcerOf(about) ?? as,
});

const { pay, 'emit-purchase-created': emit } = shippedPipeline.acts;
const [CONFIRMED, CREATED] = [pay, emit].map((act) => toldBy(pipelineOf(shippedPipeline), act)) as [Told, Told];

/** payment-service's PURCHASE_CONFIRMED. No sample of it was recorded: fields by docs/pipeline.md, the rest as in the other events. */
export const purchaseConfirmed = (
  purchase: PurchaseFacts,
  options: {
    /** Default: the purchase's own, so that a repetition is the same event told twice. */
    readonly eventId?: string;
    /** ms since the epoch. */
    readonly now: number;
    /** Default: as the shipped pipeline has it. */
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
  purchase: PurchaseFacts,
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
