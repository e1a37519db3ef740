/** At most one active row of one student and course: commits with which there were two. */
import { isByWorkers } from '../history/allocations.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { tablesAtEnd, walkCommits } from '../history/rows.ts';
import { pairKey } from '../history/keys.ts';
import { paymentsByPair, paymentsOfStudent } from '../history/subjects.ts';
import type { OneOfDeclaration } from '../pipeline/declaration.ts';
import { fits } from '../pipeline/queries.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { makerOf } from './makers.ts';
import type { Claim } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

const pairOf = (values: Values): string => pairKey(values['student_id'], values['course_id']);

/** A subject's name for rows of this student: the payment of that course, or any of the student's; none: not the trial's. */
const namedFor = (history: History, values: Values) =>
  paymentsByPair(history, values['student_id'], values['course_id'])[0] ??
  paymentsOfStudent(history, values['student_id'])[0];

/** Commits of workers with which a student came to have two rows of one course that count as active; the first one for each. */
export const twoActiveRows = (
  history: History,
  effecting: Effecting,
  { rows, called }: OneOfDeclaration,
): readonly Claim[] => {
  const findings = new Map<string, Claim>();
  const { table } = effecting.entity;
  if (!tablesAtEnd(history).wereSeveral(table)) return [];
  const isActive = (values: Values): boolean => fits(values, rows);
  walkCommits(history, (commit, tables, changes) => {
    if (!isByWorkers(history, commit)) return;
    for (const { table: changed, before, after } of changes) {
      if (changed !== table || after === undefined || !isActive(after)) continue;
      const pair = pairOf(after);
      // It was one of them before.
      if (before !== undefined && isActive(before) && pairOf(before) === pair) continue;
      const subject = namedFor(history, after);
      const own = tables.of(table, pair).filter(({ values }) => isActive(values));
      if (subject === undefined || own.length < 2 || findings.has(pair)) continue;
      findings.set(pair, {
        message: `${nameOf(subject)} has ${own.length} ${called} at once: ${own.map(({ values }) => short(values['id'])).join(', ')}`,
        evidence: [...new Set([...own.map(({ changedBy }) => changedBy.seq), commit.seq])],
        subject: subject.name,
        shape: 'two-active-rows',
        ...makerOf(history, effecting, commit, after['id']),
        restsOn: [],
      });
    }
  });
  return [...findings.values()];
};
