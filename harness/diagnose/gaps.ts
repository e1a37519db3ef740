/** Which sources of a live system are complete for this payment, and why the others are not. */
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { SourceGap } from '../history/events.ts';
import { short } from '../history/names.ts';
import { counts, pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { clockMarginOf, beganAt, isBeginningKnown } from './began.ts';
import { callGaps } from './calls/log-gaps.ts';
import { hasMoved, unsteadyGroups } from './moved.ts';
import { committedPastEnd, partitionIn } from './positions.ts';
import { provingTopics } from './proving-topics.ts';
import { latest, valueOf } from './snapshot.ts';
import type { PartitionSeen, RowsSeen, Snapshot } from './snapshot.ts';

/**
 * Does what was read of the partition reach back to before the payment? What somebody chose not to read may hold the beginning, where
 * only later traces were found.
 */
const reachesBack = (snapshot: Snapshot, { first, skipped, since }: PartitionSeen): boolean => {
  if (first === 0) return true;
  const began = beganAt(snapshot);
  const isBefore = since !== undefined && began !== undefined && since < began - clockMarginOf(snapshot);
  return isBefore && (skipped === undefined || isBeginningKnown(snapshot));
};

const madeAnew = (snapshot: Snapshot): readonly string[] =>
  committedPastEnd(latest(snapshot)).map(
    ({ group, topic, partition, offset, end }) =>
      `${group} has committed ${offset} of ${topic}-${partition}, which ends at ${end}: the topic was made anew, or lost records`,
  );

/** What was written before the earlier look, in a transaction that was not over by the later one: it may hold anything. */
const heldBack = ({ looks }: Snapshot, topic: string, { partition, end, written = end }: PartitionSeen): boolean => {
  const [first, last] = looks;
  if (last === undefined) return end < written;
  const was = partitionIn(first, topic, partition);
  return end < (was === undefined ? written : (was.written ?? was.end));
};

/** What may have been in the partition, or is, and was not read. */
const lackingIn = (snapshot: Snapshot, topic: string, one: PartitionSeen) => {
  const { partition, first, skipped, end, hole } = one;
  const where = `${topic}-${partition}`;
  return [
    ...(reachesBack(snapshot, one)
      ? []
      : [
          skipped === undefined
            ? `what was before offset ${first} of ${where} is gone (retention)`
            : `what is before offset ${first} of ${where} was not read (--since)`,
        ]),
    ...(hole === undefined ? [] : [`offset ${hole} of ${where} has no record any more (compaction)`]),
    ...(heldBack(snapshot, topic, one)
      ? [`what is from offset ${end} of ${where} on belongs to a transaction that is not over`]
      : []),
  ];
};

const kafkaGaps = (snapshot: Snapshot): readonly string[] => {
  const { topics } = latest(snapshot);
  if ('why' in topics) return [topics.why];
  const { hidden, unread } = topics.value;
  // Of the others nothing is concluded from what is not there: who reads them is not of the pipeline.
  const proving = provingTopics(pipelineOf(snapshot.pipeline));
  const there = topics.value.there.filter(({ name }) => proving.has(name));
  const lacking = there.flatMap(({ name, partitions }) => partitions.flatMap((one) => lackingIn(snapshot, name, one)));
  // What lay in another life of a topic is gone with it.
  return [...Object.values(hidden), ...unread, ...lacking, ...madeAnew(snapshot)];
};

const unsteadyIn = ({ looks: [first, last] }: Snapshot): readonly string[] =>
  last === undefined ? [] : unsteadyGroups(first, last);

const offsetGaps = (snapshot: Snapshot): readonly string[] => [
  ...Object.values(latest(snapshot).groups).flatMap((told) => ('why' in told ? [told.why] : [])),
  ...madeAnew(snapshot),
  ...unsteadyIn(snapshot),
];

/**
 * An effect is had once it is committed, whatever becomes of its row later. A row that does not count any more may be one: only its
 * past would tell.
 */
const pastEffects = (pipeline: Pipeline, tables: RowsSeen['tables']): readonly string[] =>
  pipeline.entities.flatMap((entity) => {
    const rows = tables.flatMap((one) => (one.table === entity.table ? (valueOf(one.rows) ?? []) : []));
    const past = rows.filter((row) => !counts(entity, row));
    if (past.length === 0 || rows.length - past.length >= (entity.rows ?? 1)) return [];
    return past.map(
      (row) => `row ${short(row['id'])} of ${entity.table} is no ${entity.called} now, and may have been one before`,
    );
  });

export const STANDBY = 'the server is a standby, and may not have what its primary has: ask the primary';

const rowGaps = (snapshot: Snapshot): readonly string[] => {
  const { rows } = latest(snapshot);
  if ('why' in rows) return [rows.why];
  const { tables, standby = false } = rows.value;
  const unread = tables.flatMap((one) => ('why' in one.rows ? [one.rows.why] : []));
  return [...(standby ? [STANDBY] : []), ...unread, ...pastEffects(pipelineOf(snapshot.pipeline), tables)];
};

/** What is in work is not at its end: nothing that is missing of it is missing for good. */
const IN_WORK = 'something of it came or changed between two looks: it is in work';

const isInWork = ({ pipeline, looks: [first, last] }: Snapshot): boolean =>
  last !== undefined && hasMoved(first, last, pipelineOf(pipeline).deadLetterTopic);

/** One for each source that is not complete. */
export const gapsIn = (snapshot: Snapshot): readonly SourceGap[] => {
  const why: Readonly<Record<SourceGap['source'], readonly string[]>> = {
    postgres: [...rowGaps(snapshot), ...(isInWork(snapshot) ? [IN_WORK] : [])],
    kafka: [...kafkaGaps(snapshot), ...(isInWork(snapshot) ? [IN_WORK] : [])],
    offsets: offsetGaps(snapshot),
    'admin-service': callGaps(snapshot),
  };
  return BARRIER_SOURCES.flatMap((source): readonly SourceGap[] => {
    const reasons = [...new Set(why[source])];
    if (reasons.length === 0) return [];
    // What is lacking of a log lowers what can be said as if there were none.
    return [{ source, why: reasons.join('; '), ...(source === 'admin-service' ? { unasked: true as const } : {}) }];
  });
};
