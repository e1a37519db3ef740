/** Rows that must be there before or while a contract is exercised. */
import type { SubjectFacts } from '../../pipeline/acts.ts';
import type { Bench } from './bench.ts';

/** Tag of the transactions. */
export const WRITER = 'contracts';

/** An active purchase, as if it had been made before. */
export const writePurchase = async (
  { slot }: Bench,
  { studentId, courseId }: Pick<SubjectFacts, 'studentId' | 'courseId'>,
  id: string,
): Promise<void> => {
  await slot.database.writeAs(WRITER, (client) =>
    client.query(
      'INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier) VALUES ($1, $2, $3, 30)',
      [id, studentId, courseId],
    ),
  );
};

/** Nothing is left of the student and the course: the same example can be told again. */
export const clearSubject = async (
  { slot }: Bench,
  { studentId, courseId }: Pick<SubjectFacts, 'studentId' | 'courseId'>,
  correlationId: string,
): Promise<void> => {
  await slot.database.writeAs(WRITER, async (client) => {
    for (const table of ['trainer_allocations', 'student_course_purchases'])
      await client.query(`DELETE FROM ${table} WHERE student_id = $1 AND course_id = $2`, [studentId, courseId]);
    await client.query('DELETE FROM processed_events WHERE correlation_id = $1', [correlationId]);
  });
};
