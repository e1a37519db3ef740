/** Shared by the two "at most one" invariants: one active row, and one thing announced, for one student and course. */
import { text } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { normalId, sameId } from '../history/ids.ts';
import { nameOf, short } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import type { Commit, Row } from '../history/rows.ts';
import { eventsOf, pairKey, paymentsByPair, paymentsOf, paymentsOfStudent } from '../history/subjects.ts';
import type { EventType, Table } from '../pipeline/pipeline.ts';
import { publishedBy, uniqueBy } from './judging.ts';
import type { Claim } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

export interface ActiveRows {
  readonly table: Table;
  readonly isActive: (values: Values) => boolean;
  readonly thing: string;
  /** The worker whose doing such a row is. */
  readonly makerOf: (history: History, commit: Commit, id: unknown) => { readonly worker?: string };
}

const pairOf = ({ values }: Row): string => pairKey(values['student_id'], values['course_id']);

/** A subject's name for rows of this student: the payment of that course, or any of the student's; none: not the trial's. */
const namedFor = (history: History, { values }: Row) =>
  paymentsByPair(history, values['student_id'], values['course_id'])[0] ??
  paymentsOfStudent(history, values['student_id'])[0];

/** Commits after which a student has two rows of one course that count as active; the first one for each. */
export const twoActiveRows = (history: History, { table, isActive, thing, makerOf }: ActiveRows): readonly Claim[] => {
  const findings = new Map<string, Claim>();
  walkCommits(history, (commit, tables, changes) => {
    if (!changes.some((change) => change.table === table)) return;
    const active = [...tables[table].values()].filter(({ values }) => isActive(values));
    for (const row of active) {
      const subject = namedFor(history, row);
      const own = active.filter((other) => pairOf(other) === pairOf(row));
      if (subject === undefined || own.length < 2 || findings.has(pairOf(row))) continue;
      findings.set(pairOf(row), {
        message: `${nameOf(subject)} has ${own.length} ${thing} at once: ${own.map(({ values }) => short(values['id'])).join(', ')}`,
        evidence: [...new Set([...own.map(({ changedBy }) => changedBy.seq), commit.seq])],
        subject: subject.name,
        shape: 'two-active-rows',
        ...makerOf(history, commit, own.find(({ changedBy }) => changedBy.seq === commit.seq)?.values['id']),
        restsOn: [],
      });
    }
  });
  return [...findings.values()];
};

/** Payments for which the workers announced two different things under this type. */
export const twoAnnounced = (history: History, type: EventType, idField: string, thing: string): readonly Claim[] =>
  paymentsOf(history).flatMap((subject): Claim[] => {
    const told = eventsOf(history, subject, type).flatMap((event) => {
      const id = text(event.body?.[idField]);
      return event.byHarness || id === undefined ? [] : [{ id: normalId(id), event }];
    });
    const different = uniqueBy(told, ({ id }) => id);
    if (different.length < 2) return [];
    const areNamed = different.every(({ event }) => sameId(event.correlationId, subject.correlationId));
    return [
      {
        message: `${type} told of ${different.length} different ${thing} of ${nameOf(subject)}: ${different.map(({ id }) => short(id)).join(', ')}`,
        evidence: different.map(({ event }) => event.record.seq),
        subject: subject.name,
        shape: 'two-announced',
        ...publishedBy(history, type),
        // One that names no payment is this one's only while no other of that student and course is known.
        restsOn: areNamed ? [] : ['kafka'],
      },
    ];
  });
