import type { Subject } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { perHistory } from '../history/memo.ts';
import { changesIn } from '../history/rows.ts';
import { byPairOf, idKey } from '../history/keys.ts';
import type { ByPair } from '../history/keys.ts';
import { eventsOf, paymentsByPair, paymentsOf, paymentsOfStudent } from '../history/subjects.ts';
import { counts } from '../pipeline/queries.ts';
import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { makerOf } from './makers.ts';
import type { Claim, Invariant } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

const courseIn = ({ metadata }: Values): unknown =>
  typeof metadata === 'object' && metadata !== null ? (metadata as Values)['courseId'] : undefined;

const beginningsOf = ({ eventTypes, begins }: Pipeline): readonly string[] => eventTypes.filter(begins);

interface Begun {
  readonly pairs: ByPair<true>;
  /** Students whose row does not say of which course. */
  readonly students: ReadonlySet<string>;
}

/** Students and courses of which anybody began one: by a row of the subject's table, or by an event that tells of it. */
const begun = perHistory((history): Begun => {
  const beginnings = beginningsOf(history.pipeline);
  const pairs = byPairOf<true>();
  const students = new Set<string>();
  const begin = (studentId: unknown, courseId: unknown): void => {
    if (pairs.get(studentId, courseId).length === 0) pairs.add(studentId, courseId, true);
  };
  for (const { before, after } of changesIn(history, history.pipeline.subject.table)) {
    // A row that is older than the history is known by what it was.
    const row = after ?? before;
    if (row === undefined) continue;
    const course = courseIn(row);
    if (typeof course === 'string') begin(row['student_id'], course);
    else students.add(idKey(row['student_id']));
  }
  for (const { type, studentId, courseId } of history.pipelineEvents)
    if (beginnings.includes(type)) begin(studentId, courseId);
  for (const subject of paymentsOf(history))
    if (beginnings.some((type) => eventsOf(history, subject, type).length > 0))
      begin(subject.studentId, subject.courseId);
  return { pairs, students };
});

const isBegun = (history: History, { student_id, course_id }: Values): boolean => {
  const { pairs, students } = begun(history);
  return pairs.get(student_id, course_id).length > 0 || students.has(idKey(student_id));
};

/** The student's id makes a row the trial's, whatever its course. */
const subjectOf = (history: History, { student_id, course_id }: Values): Subject | undefined =>
  paymentsByPair(history, student_id, course_id)[0] ?? paymentsOfStudent(history, student_id)[0];

const claimsOf = (history: History, effecting: Effecting): readonly Claim[] => {
  const { name, entity } = effecting;
  const violations: Claim[] = [];
  const { unbegun } = history.pipeline.subject;
  const [student, course] = history.pipeline.pairCalled;
  for (const { commit, before, after } of changesIn(history, entity.table)) {
    // What the scenario gave, and what another service wrote, is held against nobody.
    if (commit.writer !== null || after === undefined || !counts(entity, after)) continue;
    if (before !== undefined && counts(entity, before)) continue;
    if (isBegun(history, after)) continue;
    const subject = subjectOf(history, after);
    if (subject === undefined) continue;
    violations.push({
      message: `${name} ${short(after['id'])}, of ${course} ${short(after['course_id'])} by the ${student} of ${nameOf(subject)}, was committed by a worker, and ${unbegun.says}`,
      evidence: [commit.seq],
      subject: subject.name,
      shape: unbegun.shape,
      ...makerOf(history, effecting, commit, after['id']),
      restsOn: ['postgres', 'kafka'],
    });
  }
  return violations;
};

/** `purchase-has-payment`: of what the stage brings about that works on the beginning. */
export const hasBeginning = (effecting: Effecting, { subject }: Pipeline): Invariant => ({
  id: `${effecting.name}-has-${subject.called}`,
  title: `A worker only ever commits a ${effecting.name} that counts where a ${subject.called} began it.`,
  byAnEvent: true,
  needs: ['postgres', 'kafka'],
  check: (history) => ({ violations: claimsOf(history, effecting) }),
});
