/** Purchases of this trial's payments as they stand at the end, and what was published about them. */
import type { Subject } from '../history/events.ts';
import { hadEffect } from '../history/effects.ts';
import { text } from '../history/history.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { ownersOf, pairKey, paymentsOf } from '../history/subjects.ts';
import { activePurchasesOf } from './counting.ts';
import { mayStayDeadLettered, uniqueBy } from './judging.ts';

export interface Purchase {
  /** The payment it is of; of several of one student and course, the first. */
  readonly subject: Subject;
  readonly row: Row;
}

/** Active purchases of the trial's payments; two payments of one student and course have one purchase. */
export const purchasesAtEnd = (history: History): readonly Purchase[] =>
  uniqueBy(paymentsOf(history), ({ studentId, courseId }) => pairKey(studentId, courseId)).flatMap((subject) =>
    activePurchasesOf(tablesAtEnd(history), subject).map((row) => ({ subject, row })),
  );

/** Payments of the purchase's student and course. */
export const payersOf = (history: History, { subject: { studentId, courseId } }: Purchase): readonly Subject[] =>
  paymentsOf(history).filter((each) => sameId(each.studentId, studentId) && sameId(each.courseId, courseId));

const namesPair = ({ studentId, courseId }: PipelineEvent): boolean =>
  studentId !== undefined && courseId !== undefined;

/** Records of this type about the purchase's student and course, whoever published them and for which of its payments. */
export const publishedAbout = (history: History, purchase: Purchase, type: string): readonly PipelineEvent[] => {
  const payers = payersOf(history, purchase);
  const { studentId, courseId } = purchase.subject;
  return history.pipelineEvents.filter(
    (event) =>
      event.type === type &&
      (namesPair(event)
        ? sameId(event.studentId, studentId) && sameId(event.courseId, courseId)
        : ownersOf(history, event).some((owner) => payers.includes(owner))),
  );
};

/** Does the event name this very purchase? One that names none says nothing else. */
export const isAbout = ({ body }: PipelineEvent, { row }: Purchase): boolean => {
  const id = text(body?.['purchaseId']);
  return id === undefined || sameId(id, row.values['id']);
};

/** Has an allocation been there, by whatever means? Then nobody waits for the event that asks for one. */
export const hasAllocation = (history: History, { subject }: Purchase): boolean =>
  hadEffect(history, 'PURCHASE_CREATED', subject);

/** The scenario allows the event to end in the dead-letter queue for one of its payments, and it did. */
export const mayBeDeadLettered = (history: History, purchase: Purchase, type: string): boolean =>
  payersOf(history, purchase).some((payer) => mayStayDeadLettered(history, payer, type));
