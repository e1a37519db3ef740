import { isByWorkers } from '../history/allocations.ts';
import type { Subject } from '../history/events.ts';
import { isOf } from '../history/history.ts';
import { activePurchasesOf, isActivePurchase, isAssigned } from './counting.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import type { Commit, NetChange } from '../history/rows.ts';
import { paymentOfCall, paymentsByPair, paymentsOfStudent } from '../history/subjects.ts';
import { callsThatMade, makerOf } from './makers.ts';
import type { Claim, Invariant } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A student has it, or a person may still decide so: not one that was declined or is over. */
const isLive = (row: Values | undefined): boolean =>
  row !== undefined && (isAssigned(row) || row['status'] === 'pending');

/** The student's id makes a row the trial's, whatever its course; a stranger's row is the trial's when its call was. */
const subjectOf = (history: History, row: Values): Subject | undefined =>
  paymentsByPair(history, row['student_id'], row['course_id'])[0] ??
  paymentsOfStudent(history, row['student_id'])[0] ??
  callsThatMade(history, row['id']).flatMap((call) => paymentOfCall(history, call) ?? [])[0];

/** Active purchases that a TRUNCATE took away: somebody emptied the table, and whoever allocates then is not to blame. */
const takenAway = ({ changes: all }: Commit, changes: readonly NetChange[]): readonly Values[] =>
  all.some(({ op }) => op === 'truncate')
    ? changes.flatMap(({ table, before, after }) =>
        table === 'student_course_purchases' && before !== undefined && after === undefined && isActivePurchase(before)
          ? [before]
          : [],
      )
    : [];

export const allocationHasPurchase: Invariant = {
  id: 'allocation-has-purchase',
  title: 'An allocation is only ever committed for a student and course with an active purchase.',
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) => {
    const violations: Claim[] = [];
    const emptied: Values[] = [];
    walkCommits(history, (commit, tables, changes) => {
      emptied.push(...takenAway(commit, changes));
      for (const { table, before, after } of changes) {
        if (table !== 'trainer_allocations' || after === undefined || !isLive(after) || isLive(before)) continue;
        const subject = subjectOf(history, after);
        if (subject === undefined || !isByWorkers(commit)) continue;
        const pair = { studentId: text(after['student_id']), courseId: text(after['course_id']) };
        if (activePurchasesOf(tables, pair).length > 0 || emptied.some((values) => isOf(values, pair))) continue;
        const isOwnPair = paymentsByPair(history, pair.studentId, pair.courseId).length > 0;
        violations.push({
          message: isOwnPair
            ? `allocation ${short(after['id'])} of ${nameOf(subject)} was committed without an active purchase of that student and course`
            : `allocation ${short(after['id'])}, of student ${short(pair.studentId)} and course ${short(pair.courseId)}, was committed for ${nameOf(subject)}, who never bought that`,
          evidence: [commit.seq],
          subject: subject.name,
          shape: isOwnPair ? 'no-active-purchase' : 'never-bought',
          ...makerOf(history, commit, after['id']),
          // The row and what was bought before it were read in their order; an unread call could only tell whose it is.
          restsOn: [],
        });
      }
    });
    return { violations };
  },
};
