/** Whose a payment is, from what tells of it: by that its rows are found, which carry no correlation id. */
import type { NewEvent, Subject } from '../history/events.ts';
import { calledBy } from '../history/called.ts';
import { idOf, sameId } from '../history/ids.ts';
import { short } from '../history/names.ts';
import { pairIn } from '../history/reading.ts';
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

export const subjectOf = (pipeline: Pipeline, correlationId: string, pair: Pair): Subject => ({
  name: `${pipeline.pairCalled[0]} ${short(pair.studentId)}`,
  correlationId,
  ...pair,
  mayDeadLetter: false,
  ...calledBy(pipeline),
});
