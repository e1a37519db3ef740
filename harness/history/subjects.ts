/** What of a history belongs to which payment. */
import { EVENT_TOPICS } from '../pipeline/pipeline.ts';
import type { EventType } from '../pipeline/pipeline.ts';
import type { Subject } from './events.ts';
import { recordPosition } from './history.ts';
import type { Call, DeadLetter, History, PipelineEvent } from './history.ts';
import { perHistory } from './memo.ts';
import { short } from './names.ts';

/** Ids by which something may be told to belong to a payment. */
export interface Ids {
  readonly correlationId?: string | undefined;
  readonly studentId?: string | undefined;
  readonly courseId?: string | undefined;
}

/** A student and course as one key. */
export const pairKey = (studentId: unknown, courseId: unknown): string => `${String(studentId)} ${String(courseId)}`;

/**
 * The payments a trial is answerable for: the scenario's subjects, and what else the harness itself paid.
 * Whatever carries other ids belongs to another trial and is not judged here.
 */
export const paymentsOf = perHistory((history): readonly Subject[] => {
  const known = new Set(history.subjects.map((subject) => subject.correlationId));
  const others: Subject[] = [];
  for (const event of history.pipelineEvents) {
    const { correlationId, studentId, courseId } = event;
    if (event.type !== 'PURCHASE_CONFIRMED' || !event.byHarness) continue;
    if (correlationId === undefined || studentId === undefined || courseId === undefined) continue;
    if (known.has(correlationId)) continue;
    known.add(correlationId);
    const name = `payment ${short(correlationId)}`;
    others.push({ name, correlationId, studentId, courseId, mayDeadLetter: false });
  }
  return others.length === 0 ? history.subjects : [...history.subjects, ...others];
});

const index = perHistory((history) => ({
  byCorrelation: new Map(paymentsOf(history).map((p) => [p.correlationId, p])),
  byPair: new Map(paymentsOf(history).map((p) => [pairKey(p.studentId, p.courseId), p])),
}));

/** The payment that has this correlation id. */
export const paymentById = (history: History, correlationId: unknown): Subject | undefined =>
  typeof correlationId === 'string' ? index(history).byCorrelation.get(correlationId) : undefined;

/** The payment of this student and course. */
export const paymentByPair = (history: History, studentId: unknown, courseId: unknown): Subject | undefined =>
  index(history).byPair.get(pairKey(studentId, courseId));

/** The payment something belongs to: by correlation id, else by student and course. */
export const paymentOf = (history: History, ids: Ids): Subject | undefined =>
  paymentById(history, ids.correlationId) ?? paymentByPair(history, ids.studentId, ids.courseId);

const isEventOf = (history: History, event: PipelineEvent, subject: Subject): boolean => {
  if (event.studentId === subject.studentId && event.courseId === subject.courseId)
    // Two payments may be for one student and course: then the correlation id tells them apart.
    return event.correlationId === subject.correlationId || paymentById(history, event.correlationId) === undefined;
  // An event that names no student or course is known by its correlation id alone.
  return (
    event.correlationId === subject.correlationId && (event.studentId === undefined || event.courseId === undefined)
  );
};

/** Committed records of this type about the payment's student and course, by arrival. */
export const eventsOf = (history: History, subject: Subject, type: EventType): readonly PipelineEvent[] =>
  history.pipelineEvents.filter((event) => event.type === type && isEventOf(history, event, subject));

const isCallOf = (call: Call, subject: Subject): boolean =>
  call.request.correlationId === subject.correlationId ||
  (call.studentId === subject.studentId && (call.courseId === subject.courseId || call.courseId === undefined));

/** Calls at admin-service for the payment, by call id. */
export const callsOf = (history: History, subject: Subject): readonly Call[] =>
  history.calls.filter((call) => isCallOf(call, subject));

const byPosition = perHistory(
  (history) => new Map(history.pipelineEvents.map((event) => [recordPosition(event.record), event])),
);

/** The event a dead-letter record is about, by its original position. */
export const originOf = (history: History, letter: DeadLetter): PipelineEvent | undefined => {
  const { topic, partition, offset } = letter;
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  return byPosition(history).get(recordPosition({ topic, partition, offset }));
};

/** Dead-letter records about the payment; with a type, those of that type's events only. */
export const deadLettersOf = (history: History, subject: Subject, type?: EventType): readonly DeadLetter[] =>
  history.deadLetters.filter((letter) => {
    if (type !== undefined && letter.topic !== undefined && letter.topic !== EVENT_TOPICS[type]) return false;
    if (letter.correlationId === subject.correlationId) return true;
    const origin = originOf(history, letter);
    return origin !== undefined && isEventOf(history, origin, subject);
  });
