import type { Subject } from '../history/events.ts';
import { isActivePurchase } from './counting.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { perHistory } from '../history/memo.ts';
import { walkCommits } from '../history/rows.ts';
import { eventsOf, pairKey, paymentsByPair, paymentsOf, paymentsOfStudent } from '../history/subjects.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

const courseIn = ({ metadata }: Values): unknown =>
  typeof metadata === 'object' && metadata !== null ? (metadata as Values)['courseId'] : undefined;

/** Students and courses that anybody paid for: by a row of payments, or by an event that confirms it. */
const paidFor = perHistory((history) => {
  const pairs = new Set<string>();
  /** Whose payment does not say for which course. */
  const students = new Set<string>();
  walkCommits(history, (_, __, changes) => {
    for (const { table, before, after } of changes) {
      // A row that is older than the history is known by what it was.
      const payment = after ?? before;
      if (table !== 'payments' || payment === undefined) continue;
      const course = courseIn(payment);
      if (typeof course === 'string') pairs.add(pairKey(payment['student_id'], course));
      else students.add(pairKey(payment['student_id'], ''));
    }
  });
  for (const { type, studentId, courseId } of history.pipelineEvents)
    if (type === 'PURCHASE_CONFIRMED') pairs.add(pairKey(studentId, courseId));
  for (const subject of paymentsOf(history))
    if (eventsOf(history, subject, 'PURCHASE_CONFIRMED').length > 0)
      pairs.add(pairKey(subject.studentId, subject.courseId));
  return { pairs, students };
});

const isPaid = (history: History, { student_id, course_id }: Values): boolean => {
  const { pairs, students } = paidFor(history);
  return pairs.has(pairKey(student_id, course_id)) || students.has(pairKey(student_id, ''));
};

/** The student's id makes a row the trial's, whatever its course. */
const subjectOf = (history: History, { student_id, course_id }: Values): Subject | undefined =>
  paymentsByPair(history, student_id, course_id)[0] ?? paymentsOfStudent(history, student_id)[0];

export const purchaseHasPayment: Invariant = {
  id: 'purchase-has-payment',
  title: 'A worker only ever commits an active purchase that somebody paid for.',
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations: Claim[] = [];
    walkCommits(history, (commit, _, changes) => {
      // What the scenario gave, and what another service wrote, is held against nobody.
      if (commit.writer !== null) return;
      for (const { table, before, after } of changes) {
        if (table !== 'student_course_purchases' || after === undefined || !isActivePurchase(after)) continue;
        if (before !== undefined && isActivePurchase(before)) continue;
        const subject = subjectOf(history, after);
        if (subject === undefined || isPaid(history, after)) continue;
        violations.push({
          message: `purchase ${short(after['id'])}, of course ${short(after['course_id'])} by the student of ${nameOf(subject)}, was committed by a worker, and nobody paid for it`,
          evidence: [commit.seq],
          subject: subject.name,
          shape: 'nobody-paid',
          ...playedBy(history, 'purchase-worker'),
          restsOn: ['postgres', 'kafka'],
        });
      }
    });
    return { violations };
  },
};
