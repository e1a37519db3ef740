/** When a payment began, as far as its traces in a live system tell. Pure. */
import { leastOf } from '../base/extremes.ts';
import { sameId } from '../history/ids.ts';
import { eventTypeOf } from '../history/reading.ts';
import { skewOf } from './clocks.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { valueOf } from './snapshot.ts';
import type { RowSeen, Snapshot } from './snapshot.ts';

/**
 * Producers' and servers' clocks differ: what is left of a topic is taken to reach back to before the payment only where it does
 * so by more than this, ms.
 */
export const CLOCK_MARGIN_MS = 600_000;

/** Columns that tell when something was are named so. */
const INSTANT = /_at$/;

const instantsOf = (row: RowSeen): readonly number[] =>
  Object.entries(row).flatMap(([column, value]) => {
    const at = INSTANT.test(column) && typeof value === 'string' ? Date.parse(value) : NaN;
    return Number.isNaN(at) ? [] : [at];
  });

/** Was its beginning itself read: its own row, or the event that begins it? */
export const isBeginningKnown = ({ pipeline, subject, looks, ownRows = [] }: Snapshot): boolean => {
  const declared = pipelineOf(pipeline);
  const records = looks.flatMap(({ topics }) => valueOf(topics)?.records ?? []);
  return (
    ownRows.flatMap(instantsOf).length > 0 ||
    records.some((record) => {
      const type = eventTypeOf(declared, record);
      return type !== undefined && declared.begins(type) && sameId(record.correlationId, subject.correlationId);
    })
  );
};

/** The earliest trace of the payment, ms since the epoch; undefined: there is none. */
export const beganAt = ({ looks, ownRows = [] }: Snapshot): number | undefined => {
  const records = looks.flatMap(({ topics }) => valueOf(topics)?.records ?? []).map(({ timestamp }) => timestamp);
  const rows = looks.flatMap(({ rows: told }) => valueOf(told)?.tables.flatMap((one) => valueOf(one.rows) ?? []) ?? []);
  const all = [...records, ...rows.flatMap(instantsOf), ...ownRows.flatMap(instantsOf)];
  return all.length === 0 ? undefined : leastOf(all);
};

/** `CLOCK_MARGIN_MS`, and as much more as clocks are known to differ. */
export const clockMarginOf = (snapshot: Snapshot): number => CLOCK_MARGIN_MS + skewOf(snapshot);
