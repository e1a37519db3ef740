/** What makes workers call and write: purchases, the events of them, and the rows that must be there before or while. */
import { randomUUID } from 'node:crypto';
import type { Booking, SubjectFacts } from '../../../harness/pipeline/acts.ts';
import type { Message } from '../../../harness/pipeline/message.ts';
import type { ExampleMessage, Given } from '../../../harness/pipeline/pacts.ts';
import type { StubDatabase } from '../../../harness/pipeline/stub.ts';
import type { declaration } from '../declaration.ts';
import { purchaseConfirmed, purchaseCreated } from '../messages.ts';

export type Role = keyof (typeof declaration)['stages'];

export interface Pair {
  readonly studentId: string;
  readonly courseId: string;
}

const BOOKING: Booking = {
  timeSlot: '4:00 PM',
  startDate: '2026-12-01',
  schedule: { timeSlot: '4:00 PM', startDate: '2026-12-01', mode: 'everyday' },
};

/** An active purchase, as if it had been made before. */
const writePurchase = async (database: StubDatabase, { studentId, courseId }: Pair, id: string): Promise<void> => {
  await database.write((query) =>
    query('INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier) VALUES ($1, $2, $3, 30)', [
      id,
      studentId,
      courseId,
    ]),
  );
};

/** Nothing is left of the student and the course: the same example can be told again. */
const clearPair = async (
  database: StubDatabase,
  { studentId, courseId }: Pair,
  correlationId: string,
): Promise<void> => {
  await database.write(async (query) => {
    for (const table of ['trainer_allocations', 'student_course_purchases'])
      await query(`DELETE FROM ${table} WHERE student_id = $1 AND course_id = $2`, [studentId, courseId]);
    await query('DELETE FROM processed_events WHERE correlation_id = $1', [correlationId]);
  });
};

/** The allocation that an answer tells of. */
export const writeAllocation = async (
  database: StubDatabase,
  { studentId, courseId }: Pair,
  { id, trainerId }: { readonly id: string; readonly trainerId: string | null },
): Promise<void> => {
  await database.write((query) =>
    query(
      `INSERT INTO trainer_allocations (id, student_id, course_id, requested_by, trainer_id, status)
       VALUES ($1, $2, $3, $2, $4, $5) ON CONFLICT DO NOTHING`,
      [id, studentId, courseId, trainerId, trainerId === null ? 'pending' : 'approved'],
    ),
  );
};

const purchase = (ids: Pair & { readonly paymentId: string }, booking: Booking | undefined): SubjectFacts => ({
  paymentId: ids.paymentId,
  studentId: ids.studentId,
  courseId: ids.courseId,
  purchaseTier: 30,
  amountCents: 49_900,
  booking,
  confirmedEventId: randomUUID(),
});

const created = (of: SubjectFacts, purchaseId: string): Message =>
  purchaseCreated(of, purchaseId, { eventId: `purchase-created-${purchaseId}`, now: Date.now() });

/** The event that makes allocation-worker call about this pair; the purchase is there and nothing else. */
export const purchaseOf =
  (paymentId: string, pair: Pair): Given =>
  async (database) => {
    const purchaseId = randomUUID();
    await clearPair(database, pair, paymentId);
    await writePurchase(database, pair, purchaseId);
    return created(purchase({ ...pair, paymentId }, BOOKING), purchaseId);
  };

/** What makes the real writer write such a record. */
export type Trigger =
  | 'a purchase with a booking'
  | 'a purchase without a booking'
  | 'a purchase that was there already'
  | 'an event without a course'
  | 'no event';

const withoutCourse = (message: Message): Message => {
  const { courseId: _, ...rest } = JSON.parse(message.value) as Record<string, unknown>;
  return { ...message, value: JSON.stringify(rest) };
};

const SPOILT: Partial<Record<Trigger, (message: Message) => Message>> = {
  'an event without a course': withoutCourse,
  'no event': (message) => ({ ...message, headers: {}, value: 'not JSON' }),
};

/** The event that the worker consumes, about a purchase of its own; payment-service's is the one that it tells. */
export const triggerOf =
  (provider: Role | 'payment-service', trigger: Trigger): Given =>
  async (database) => {
    const ids = { paymentId: randomUUID(), studentId: randomUUID(), courseId: randomUUID() };
    const of = purchase(ids, trigger === 'a purchase without a booking' ? undefined : BOOKING);
    if (trigger === 'a purchase that was there already') await writePurchase(database, of, randomUUID());
    const event =
      provider === 'allocation-worker' ? created(of, randomUUID()) : purchaseConfirmed(of, { now: Date.now() });
    return SPOILT[trigger]?.(event) ?? event;
  };

type Read = (database: StubDatabase, example: ExampleMessage) => Promise<void>;

const clearFor: Read = (database, { content, metadata }) => clearPair(database, content as Pair, metadata['key'] ?? '');

/** What is there when a worker reads an example: nothing of its student and course, but for the purchase that it tells of. */
export const readers: Readonly<Record<Role, Read>> = {
  'purchase-worker': clearFor,
  'allocation-worker': async (database, example) => {
    await clearFor(database, example);
    const { purchaseId, ...pair } = example.content as Pair & { readonly purchaseId: string };
    await writePurchase(database, pair, purchaseId);
  },
};
