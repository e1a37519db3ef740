import { isByWorkers } from '../history/allocations.ts';
import type { Subject } from '../history/events.ts';
import { isOf } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import { nameOf, short } from '../history/names.ts';
import { changesIn, hadCountingRow } from '../history/rows.ts';
import type { NetChange } from '../history/rows.ts';
import { paymentOfCall, paymentsByPair, paymentsOfStudent } from '../history/subjects.ts';
import type { EntityDeclaration, RequiresDeclaration } from '../pipeline/declaration.ts';
import { counts, fits } from '../pipeline/queries.ts';
import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { thatPair, withArticle } from '../pipeline/words.ts';
import { callsThatMade, makerOf } from './makers.ts';
import type { Claim, Invariant } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

/** The student's id makes a row the trial's, whatever its course; a stranger's row is the trial's when its call was. */
const subjectOf = (history: History, row: Values): Subject | undefined =>
  paymentsByPair(history, row['student_id'], row['course_id'])[0] ??
  paymentsOfStudent(history, row['student_id'])[0] ??
  callsThatMade(history, row['id']).flatMap((call) => paymentOfCall(history, call) ?? [])[0];

/** Required rows that a TRUNCATE took away: somebody emptied the table, and whoever goes on then is not to blame. */
const takenAway = (history: History, required: EntityDeclaration): readonly NetChange[] => {
  const removed = changesIn(history, required.table).filter(
    ({ before, after }) => before !== undefined && after === undefined && counts(required, before),
  );
  // Each once: one transaction may have removed many.
  const commits = [...new Set(removed.map(({ commit }) => commit))];
  const emptying = new Set(commits.filter(({ changes }) => changes.some(({ op }) => op === 'truncate')));
  return removed.filter(({ commit }) => emptying.has(commit));
};

const claimsOf = (
  history: History,
  effecting: Effecting,
  { entity, rows, never }: RequiresDeclaration,
): readonly Claim[] => {
  const violations: Claim[] = [];
  const required = history.pipeline.entity(entity);
  const emptied = takenAway(history, required);
  const called = withArticle(required.called);
  const [student, course] = history.pipeline.pairCalled;
  const isLive = (row: Values | undefined): boolean => row !== undefined && fits(row, rows);
  for (const { commit, before, after } of changesIn(history, effecting.entity.table)) {
    if (after === undefined || !isLive(after) || isLive(before) || !isByWorkers(history, commit)) continue;
    const pair = { studentId: idOf(after['student_id']), courseId: idOf(after['course_id']) };
    if (hadCountingRow(history, required, pair, commit)) continue;
    const subject = subjectOf(history, after);
    if (subject === undefined) continue;
    if (emptied.some((taken) => taken.commit.lsn <= commit.lsn && isOf(taken.before, pair))) continue;
    const isOwnPair = paymentsByPair(history, pair.studentId, pair.courseId).length > 0;
    const row = `${effecting.name} ${short(after['id'])}`;
    violations.push({
      message: isOwnPair
        ? `${row} of ${nameOf(subject)} was committed without ${called} of ${thatPair(history.pipeline)}`
        : `${row}, of ${student} ${short(pair.studentId)} and ${course} ${short(pair.courseId)}, was committed for ${nameOf(subject)}, ${never.says}`,
      evidence: [commit.seq],
      subject: subject.name,
      shape: isOwnPair ? `no-${required.called.replaceAll(' ', '-')}` : never.shape,
      ...makerOf(history, effecting, commit, after['id']),
      // The row and what was there before it were read in their order; an unread call could only tell whose it is.
      restsOn: [],
    });
  }
  return violations;
};

/** `allocation-has-purchase`. */
export const hasRequired = (pipeline: Pipeline, effecting: Effecting, requires: RequiresDeclaration): Invariant => ({
  id: `${effecting.name}-has-${requires.entity}`,
  title: `Rows of ${effecting.name} are only ever committed for ${withArticle(pipeline.pairCalled[0])} and ${pipeline.pairCalled[1]} with the ${requires.entity} they require.`,
  byAnEvent: true,
  needs: ['postgres', 'kafka', ...(effecting.stage.calls === undefined ? [] : (['admin-service'] as const))],
  check: (history) => ({ violations: claimsOf(history, effecting, requires) }),
});
