/**
 * What a pipeline's outside world does, in the words that its module is written in. Like what stands for a service it is
 * code: configurations take it out of a declaration, and histories hold none of it.
 */
import type { Message } from './message.ts';
import type { StubDatabase } from './stub.ts';
import type { EventType, Topic } from './name-types.ts';

/** Steps that every pipeline's scenarios have. */
export const COMMON_STEPS = ['tell', 'publish-raw', 'wait'] as const;

export const isCommonStep = (name: string): name is (typeof COMMON_STEPS)[number] =>
  COMMON_STEPS.some((each) => each === name);

/** When and how a subject wants to be served; a scenario may leave it out. */
export interface Booking {
  readonly timeSlot: string;
  /** YYYY-MM-DD. */
  readonly startDate: string;
  readonly schedule: { readonly timeSlot: string; readonly startDate: string; readonly mode: string };
}

/** What is known of a subject: its ids, by the names that the harness has for them, and what was drawn for it. */
export interface SubjectFacts {
  /** Its own, also the correlation id. */
  readonly paymentId: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly purchaseTier: 10 | 20 | 30;
  readonly amountCents: number;
  /** Undefined: it has none. */
  readonly booking: Booking | undefined;
  /** What the scenario gives it besides. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** eventId of the first event that begins its way. */
  readonly confirmedEventId: string;
}

export interface ActSubject extends SubjectFacts {
  /** For a row that an act writes. */
  readonly purchaseId: string;
}

/** As what, and as whose, an event is told. */
export interface Told {
  readonly type: EventType;
  readonly topic: Topic;
  readonly source: string;
}

/** The workers' database. */
export interface ActDatabase extends StubDatabase {
  /** Those of the pipeline's tables that are there. */
  readonly tables: readonly string[];
}

/** What an act works with, for one subject. */
export interface ActParts {
  readonly subject: ActSubject;
  /** What the step asks of the event's id, of what the declaration has it take; undefined: nothing. */
  readonly eventId: string | undefined;
  /** What it writes is recorded as `as` of the declaration. */
  readonly database: ActDatabase;
  /** Its event: told in the name of the stage that announces it, or else of who acts. */
  readonly told: Told;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Work of which a trial has one: only who asks for it first does it. */
  once(key: string, work: () => Promise<void>): Promise<void>;
  /** An id for the event as what begins the subject's way: each time another one, with `again` the first. */
  beginningId(): string;
  /** Of the latest such event of the subject that was recorded. */
  lastEventId(): string | undefined;
  publish(message: Message): Promise<void>;
  /** Ends the trial, which has not been decided then: `has no purchase row`. */
  impossible(why: string): never;
}

/** Does it for one subject. */
export type Act = (parts: ActParts) => Promise<void>;
