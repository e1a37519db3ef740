import { expect, test } from 'vitest';
import type { RowChange } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import { trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { judge, shipped } from './testing.ts';

const invariant = shipped('purchase-has-payment');

test('a payment that one transaction made and took away again pays for nothing', () => {
  const student = build().subject().studentId;
  const row = { id: 'p', student_id: student, course_id: idOf('course', 'other'), is_active: true };
  const payment = { id: 'paid', student_id: student, metadata: { courseId: row.course_id } };
  const made: RowChange = { table: 'payments', op: 'insert', row: payment };
  const gone: RowChange = { table: 'payments', op: 'delete', old: payment };
  const paidBy = (...changes: readonly RowChange[]): string =>
    judge(
      invariant,
      trialOf({}, (b) => {
        b.commit(changes, 'scenario');
        b.commit([{ table: 'student_course_purchases', op: 'insert', row }]);
      }),
    );
  expect(paidBy(made, gone)).toMatch(/nobody paid for it/);
  expect(paidBy(made)).toBe('holds');
  // One that is older than the history was paid before.
  expect(paidBy(gone)).toBe('holds');
});
