/** A partition's records as its source told them, parted where their offsets begin again: each part is of one life. */
import type { HistoryEvent } from './events.ts';

type RecordEvent = HistoryEvent<'kafka.record'>;

/** Records of one partition between two beginnings: all of one life. */
export interface Stretch {
  readonly records: RecordEvent[];
  from: number;
  to: number;
}

/** Splits a partition's records, in the order they were read, where their offsets begin again. */
export const stretchesOf = (records: readonly RecordEvent[]): Stretch[] => {
  const stretches: Stretch[] = [];
  let before: RecordEvent | undefined;
  for (const record of records) {
    const begins = before === undefined || record.incarnation !== before.incarnation || record.offset <= before.offset;
    if (begins) stretches.push({ records: [record], from: 0, to: Infinity });
    else stretches.at(-1)?.records.push(record);
    before = record;
  }
  return stretches;
};

export const atLeast = (stretch: Stretch, life: number): void => {
  stretch.from = Math.min(Math.max(stretch.from, life), stretch.to);
};
export const atMost = (stretch: Stretch, life: number): void => {
  stretch.to = Math.max(Math.min(stretch.to, life), stretch.from);
};

/** Lives follow each other: what bounds one stretch bounds its neighbours. */
export const inOrder = (stretches: readonly Stretch[]): void => {
  for (const [i, stretch] of stretches.entries()) if (i > 0) atLeast(stretch, (stretches[i - 1]?.from ?? 0) + 1);
  for (let i = stretches.length - 2; i >= 0; i -= 1) {
    const [stretch, next] = [stretches[i], stretches[i + 1]];
    if (stretch !== undefined && next !== undefined) atMost(stretch, next.to - 1);
  }
};

export const known = (stretch: Stretch, life: number): void => {
  stretch.from = life;
  stretch.to = life;
};
