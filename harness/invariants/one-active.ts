/** Shared by the two "at most one" invariants: one active row, and one thing announced, for one student and course. */
import type { Subject } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import type { EventType, Table } from '../pipeline/pipeline.ts';
import { publishedBy, uniqueBy } from './judging.ts';
import type { Claim } from './types.ts';

type Values = Readonly<Record<string, unknown>>;

/** Commits after which a payment has two rows of the table that count as active; the first one for each payment. */
export const twoActiveRows = (
  history: History,
  table: Table,
  isActive: (values: Values) => boolean,
  thing: string,
): readonly Claim[] => {
  const findings = new Map<string, Claim>();
  const payments = paymentsOf(history);
  walkCommits(history, (commit, tables) => {
    if (!commit.changes.some((change) => change.table === table)) return;
    const active = [...tables[table].values()].filter(({ values }) => isActive(values));
    for (const subject of payments) {
      if (findings.has(subject.name)) continue;
      const own = active.filter(({ values }) => isOfSubject(values, subject));
      if (own.length < 2) continue;
      findings.set(subject.name, {
        message: `${nameOf(subject)} has ${own.length} ${thing} at once: ${own.map(({ values }) => short(values['id'])).join(', ')}`,
        evidence: [...new Set([...own.map(({ changedBy }) => changedBy.seq), commit.seq])],
        subject: subject.name,
        shape: 'two-active-rows',
        restsOn: [],
      });
    }
  });
  return [...findings.values()];
};

const isOfSubject = (values: Values, subject: Subject): boolean =>
  values['student_id'] === subject.studentId && values['course_id'] === subject.courseId;

/** Payments for which the workers announced two different things under this type. */
export const twoAnnounced = (history: History, type: EventType, idField: string, thing: string): readonly Claim[] =>
  paymentsOf(history).flatMap((subject): Claim[] => {
    const told = eventsOf(history, subject, type).flatMap((event) => {
      const id = text(event.body?.[idField]);
      return event.byHarness || id === undefined ? [] : [{ id, seq: event.record.seq }];
    });
    const different = uniqueBy(told, ({ id }) => id);
    if (different.length < 2) return [];
    return [
      {
        message: `${type} told of ${different.length} different ${thing} of ${nameOf(subject)}: ${different.map(({ id }) => short(id)).join(', ')}`,
        evidence: different.map(({ seq }) => seq),
        subject: subject.name,
        shape: 'two-announced',
        ...publishedBy(history, type),
        restsOn: [],
      },
    ];
  });
