/** Which payment is meant and whose it is: of the two, what was not given. */
import { idOf, mentions, normalId, sameId } from '../history/ids.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Scanned } from './read-kafka.ts';
import type { Wanted } from './read-records.ts';
import { readTraces } from './read-rows.ts';
import { valueOf } from './snapshot.ts';
import type { RowSeen, Told } from './snapshot.ts';
import { through } from './ways.ts';
import type { Ways } from './ways.ts';
import { pairInRecords, pairInRows } from './whose.ts';
import type { Pair } from './whose.ts';

export interface Found {
  readonly payment: string;
  readonly pair: Pair;
  /** Of the payment itself, where there is a table of them. */
  readonly ownRows: readonly RowSeen[];
}

/** It was not found: what was looked through for it, and what could not be. */
export interface Unfound {
  readonly unfound: true;
  readonly looked: readonly string[];
  readonly unanswered: readonly string[];
  /** Several payments are those of the student and course: which is meant must be said. */
  readonly several?: readonly string[];
}

/** All that a record says. */
export const textOf = (record: Parameters<Wanted>[0]): string =>
  [record.key ?? '', record.value?.text ?? '', ...Object.values(record.headers)].join('\n');

const flat = <T>(one: Told<Told<T>>): Told<T> => ('value' in one ? one.value : one);

/** Rows of the outside world's own table, where the pipeline has one. */
const tracesBy = async (
  ways: Ways,
  pipeline: Pipeline,
  column: string,
  id: string,
): Promise<Told<readonly RowSeen[]>> => {
  const { table } = pipeline.subject;
  if (table === undefined) return { value: [] };
  return flat(
    await through(ways.postgres, `the table ${table}`, (client) =>
      readTraces(client, { pipeline, table, column, ids: [id] }),
    ),
  );
};

/** What was looked through, and what of it could not be. */
export const unfound = (table: string | undefined, rows: Told<unknown>, scanned: Told<Scanned>): Unfound => {
  const unread = valueOf(scanned)?.unread ?? [];
  return {
    unfound: true,
    looked: [
      ...('value' in rows && table !== undefined ? [`the table ${table}`] : []),
      ...('value' in scanned ? [unread.length === 0 ? 'the topics' : 'what could be read of the topics'] : []),
    ],
    unanswered: [...[rows, scanned].flatMap((each) => ('why' in each ? [each.why] : [])), ...unread],
  };
};

/** Whose the payment is: by its own row, else by its own records. */
export const findPair = async (ways: Ways, pipeline: Pipeline, payment: string): Promise<Found | Unfound> => {
  const rows = await tracesBy(ways, pipeline, 'id', payment);
  const byRow = pairInRows(pipeline, valueOf(rows) ?? []);
  const ownRows = valueOf(rows) ?? [];
  if (byRow !== undefined) return { payment, pair: byRow, ownRows };
  const scanned = await through(ways.kafka, 'the topics', (kafka) =>
    kafka.scan(pipeline.topics, (record) => mentions(textOf(record), payment), payment),
  );
  const byRecord = pairInRecords(pipeline, payment, valueOf(scanned)?.records ?? []);
  return byRecord === undefined ? unfound(pipeline.subject.table, rows, scanned) : { payment, pair: byRecord, ownRows };
};

const isOfPair = (found: Pair | undefined, { studentId, courseId }: Pair): boolean =>
  found !== undefined && sameId(found.studentId, studentId) && sameId(found.courseId, courseId);

/** The one payment of that student and course: by the rows of payments, and by the records that begin one. */
export const findPayment = async (ways: Ways, pipeline: Pipeline, pair: Pair): Promise<Found | Unfound> => {
  const { column } = pipeline.pair[0];
  const rows = await tracesBy(ways, pipeline, column, pair.studentId);
  const byRow = (valueOf(rows) ?? []).filter((row) => isOfPair(pairInRows(pipeline, [row]), pair));
  const begun = pipeline.topics.filter((topic) =>
    pipeline.eventTypes.some((type) => pipeline.begins(type) && pipeline.topicOf(type) === topic),
  );
  const scanned = await through(ways.kafka, 'the topics', (kafka) =>
    kafka.scan(begun, (record) => mentions(textOf(record), pair.studentId) && mentions(textOf(record), pair.courseId)),
  );
  const ids = [
    ...byRow.map(({ id }) => id),
    ...(valueOf(scanned)?.records ?? [])
      .filter((record) => isOfPair(pairInRecords(pipeline, record.correlationId ?? '', [record]), pair))
      .map(({ correlationId }) => correlationId),
  ].flatMap((id) => idOf(id) ?? []);
  const several = [...new Set(ids.map(normalId))];
  const [payment, other] = several;
  if (payment !== undefined && other === undefined)
    return { payment, pair, ownRows: byRow.filter(({ id }) => sameId(id, payment)) };
  return { ...unfound(pipeline.subject.table, rows, scanned), ...(several.length === 0 ? {} : { several }) };
};
