/** Whose a payment is, from what tells of it: by that its rows are found, which carry no correlation id. */
import type { NewEvent, Subject } from '../history/events.ts';
import { calledBy } from '../history/called.ts';
import { idOf, normalId, sameId } from '../history/ids.ts';
import { short } from '../history/names.ts';
import { eventTypeOf, pairIn } from '../history/reading.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { RowSeen } from './snapshot.ts';

/** By field of an event, and by column of a row. */
export interface Pair {
  readonly studentId: string;
  readonly courseId: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const pairOf = (studentId: string | undefined, courseId: string | undefined): Pair | undefined =>
  studentId === undefined || courseId === undefined ? undefined : { studentId, courseId };

/** A row that has no column for it may hold it as the event does, in what it keeps besides. */
const inRow = ({ pair }: Pipeline, row: RowSeen): Pair | undefined => {
  const metadata = isObject(row['metadata']) ? row['metadata'] : {};
  const [student, course] = pair.map(({ column, field }) => idOf(row[column]) ?? idOf(metadata[field]));
  return pairOf(student, course);
};

/** The first that names both. */
export const pairInRows = (pipeline: Pipeline, rows: readonly RowSeen[]): Pair | undefined =>
  rows.map((row) => inRow(pipeline, row)).find((found) => found !== undefined);

/** What the payment's own records say: of several that say it differently the first. */
export const pairInRecords = (
  pipeline: Pipeline,
  id: string,
  records: readonly NewEvent<'kafka.record'>[],
): Pair | undefined =>
  records
    .filter(({ correlationId }) => sameId(correlationId, id))
    .map(({ json }) => pairIn(pipeline, isObject(json) ? json : undefined))
    .map(({ studentId, courseId }) => pairOf(studentId, courseId))
    .find((found) => found !== undefined);

/** The id that a record says is its payment's. A key is one only of what begins a payment: others may be by anything. */
export const saidBy = (pipeline: Pipeline, record: NewEvent<'kafka.record'>): string | undefined => {
  const { json, headers, correlationId } = record;
  const body = isObject(json) ? json : {};
  const meta = isObject(body['_metadata']) ? body['_metadata'] : {};
  const type = eventTypeOf(pipeline, record);
  const begins = type !== undefined && pipeline.begins(type);
  return idOf(meta['correlationId']) ?? idOf(headers['correlationId']) ?? (begins ? correlationId : undefined);
};

/** Other payments of the same student and course, by what their events say: what is theirs is not this one's. */
export const othersOf = (
  pipeline: Pipeline,
  subject: Subject,
  records: readonly NewEvent<'kafka.record'>[],
): readonly Subject[] => {
  const others = new Map<string, Subject>();
  for (const record of records) {
    const said = saidBy(pipeline, record);
    if (said === undefined || sameId(said, subject.correlationId)) continue;
    const { studentId, courseId } = pairIn(pipeline, isObject(record.json) ? record.json : undefined);
    if (!sameId(studentId, subject.studentId) || !sameId(courseId, subject.courseId)) continue;
    others.set(normalId(said), { ...subject, correlationId: said });
  }
  return [...others.values()];
};

export const subjectOf = (pipeline: Pipeline, correlationId: string, pair: Pair): Subject => ({
  name: `${pipeline.pairCalled[0]} ${short(pair.studentId)}`,
  correlationId,
  ...pair,
  mayDeadLetter: false,
  ...calledBy(pipeline),
});
