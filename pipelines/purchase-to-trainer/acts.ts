/** What the outside world does: payment-service, which may also write what workers should, and whoever repeats an event. */
import type { Act, ActParts } from '../../harness/pipeline/acts.ts';
import { bookingMetadata, purchaseConfirmed, purchaseCreated } from './messages.ts';
import { findPurchase, insertPayment, insertPurchase } from './rows.ts';

/** A payment is made once, however often it is confirmed. Its table may live in another database: then there is no row. */
const payOnce = ({ subject, database, once }: ActParts): Promise<void> =>
  once(`payment ${subject.paymentId}`, async () => {
    if (!database.tables.includes('payments')) return;
    const { paymentId: id, studentId, courseId, amountCents } = subject;
    const row = { id, studentId, courseId, amountCents, metadata: bookingMetadata(subject) };
    await database.write((query) => insertPayment(query, row));
  });

/**
 * payment-service: the payment row (if its table is there) and PURCHASE_CONFIRMED. Several at once: `subjects`. A payment that
 * is there already is confirmed once more, with a fresh eventId or, `again`, with the one it had.
 */
export const pay: Act = async (parts) => {
  await payOnce(parts);
  const { subject, told, now } = parts;
  await parts.publish(purchaseConfirmed(subject, { eventId: parts.beginningId(), now: now(), told }));
};

/** payment-service's fallback: writes student_course_purchases directly and emits nothing. */
export const writePurchase: Act = async (parts) => {
  await payOnce(parts);
  const { purchaseId: id, studentId, courseId, purchaseTier } = parts.subject;
  const row = { id, studentId, courseId, purchaseTier, metadata: bookingMetadata(parts.subject) };
  await parts.database.write((query) => insertPurchase(query, row));
};

/** `last`: of the latest such event, which its service chose. */
const eventIdOf = (asked: string | undefined, purchaseId: string, last: string | undefined): string => {
  if (asked === 'again' && last !== undefined) return last;
  return `purchase-created-${purchaseId}${asked === 'recovery' ? '-recovery' : ''}`;
};

/** Publishes PURCHASE_CREATED for the subject's purchase row; `recovery` gives the eventId its suffix, `again` repeats the last eventId. */
export const emitPurchaseCreated: Act = async ({ subject, database, told, now, ...parts }) => {
  const purchaseId = (await findPurchase(database, subject.studentId, subject.courseId))?.id;
  if (purchaseId === undefined) return parts.impossible(`has no purchase row to emit ${told.type} for`);
  const eventId = eventIdOf(parts.eventId, purchaseId, parts.lastEventId());
  await parts.publish(purchaseCreated(subject, purchaseId, { eventId, now: now(), told }));
};
