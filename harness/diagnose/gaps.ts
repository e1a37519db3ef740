/** Which sources of a live system are complete for this payment, and why the others are not. */
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { SourceGap } from '../history/events.ts';
import { short } from '../history/names.ts';
import { counts, pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { hasMoved, unsteadyGroups } from './moved.ts';
import { committedPastEnd } from './positions.ts';
import { latest, valueOf } from './snapshot.ts';
import type { PartitionSeen, RowSeen, RowsSeen, Snapshot } from './snapshot.ts';

/**
 * Producers' and servers' clocks differ: what is left of a topic is taken to reach back to before the payment only where it does
 * so by more than this, ms.
 */
const CLOCK_MARGIN_MS = 600_000;

/** Columns that tell when something was are named so. */
const INSTANT = /_at$/;

const instantsOf = (row: RowSeen): readonly number[] =>
  Object.entries(row).flatMap(([column, value]) => {
    const at = INSTANT.test(column) && typeof value === 'string' ? Date.parse(value) : NaN;
    return Number.isNaN(at) ? [] : [at];
  });

/** The earliest trace of the payment, ms since the epoch; undefined: there is none. */
const beganAt = ({ looks }: Snapshot): number | undefined => {
  const records = looks.flatMap(({ topics }) => valueOf(topics)?.records ?? []).map(({ timestamp }) => timestamp);
  const rows = looks.flatMap(({ rows: told }) => valueOf(told)?.tables.flatMap((one) => valueOf(one.rows) ?? []) ?? []);
  const all = [...records, ...rows.flatMap(instantsOf)];
  return all.length === 0 ? undefined : Math.min(...all);
};

/** Does what is left of the partition reach back to before the payment? */
const reachesBack = ({ first, since }: PartitionSeen, began: number | undefined): boolean =>
  first === 0 || (since !== undefined && began !== undefined && since < began - CLOCK_MARGIN_MS);

const madeAnew = (snapshot: Snapshot): readonly string[] =>
  committedPastEnd(latest(snapshot)).map(
    ({ group, topic, partition, offset, end }) =>
      `${group} has committed ${offset} of ${topic}-${partition}, which ends at ${end}: the topic was made anew, or lost records`,
  );

const kafkaGaps = (snapshot: Snapshot): readonly string[] => {
  const began = beganAt(snapshot);
  const { topics } = latest(snapshot);
  if ('why' in topics) return [topics.why];
  const { there, hidden } = topics.value;
  const eaten = there.flatMap(({ name, partitions }) =>
    partitions
      .filter((one) => !reachesBack(one, began))
      .map(({ partition, first }) => `what was before offset ${first} of ${name}-${partition} is gone (retention)`),
  );
  const unread = snapshot.looks.flatMap((look) => valueOf(look.topics)?.unread ?? []);
  // What lay in another life of a topic is gone with it.
  return [...Object.values(hidden), ...unread, ...eaten, ...madeAnew(snapshot)];
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

const rowGaps = (snapshot: Snapshot): readonly string[] => {
  const { rows } = latest(snapshot);
  if ('why' in rows) return [rows.why];
  const { tables } = rows.value;
  const unread = tables.flatMap((one) => ('why' in one.rows ? [one.rows.why] : []));
  return [...unread, ...pastEffects(pipelineOf(snapshot.pipeline), tables)];
};

const CALLS_UNASKED = 'the calls of services were not asked for: this command reads Kafka and PostgreSQL alone';

/** What is in work is not at its end: nothing that is missing of it is missing for good. */
const IN_WORK = 'something of it came or changed between two looks: it is in work';

const isInWork = ({ looks: [first, last] }: Snapshot): boolean => last !== undefined && hasMoved(first, last);

/** One for each source that is not complete. */
export const gapsIn = (snapshot: Snapshot): readonly SourceGap[] => {
  const why: Readonly<Record<SourceGap['source'], readonly string[]>> = {
    postgres: [...rowGaps(snapshot), ...(isInWork(snapshot) ? [IN_WORK] : [])],
    kafka: [...kafkaGaps(snapshot), ...(isInWork(snapshot) ? [IN_WORK] : [])],
    offsets: offsetGaps(snapshot),
    'admin-service': [CALLS_UNASKED],
  };
  return BARRIER_SOURCES.flatMap((source): readonly SourceGap[] => {
    const reasons = [...new Set(why[source])];
    if (reasons.length === 0) return [];
    return [{ source, why: reasons.join('; '), ...(source === 'admin-service' ? { unasked: true as const } : {}) }];
  });
};
