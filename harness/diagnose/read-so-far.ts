/** What was read of one partition, and what that says of it: kept from one look to the next. Pure. */
import { mostOf } from '../base/extremes.ts';
import type { RecordBatch } from '../wire/kafka/record-batch.ts';
import type { PartitionSeen } from './snapshot.ts';

/** So many records must agree on when what is left begins: one that was sent again may keep the time of long ago. */
const FIRST_FEW = 5;

/** Before the first record of the time that is asked for, so many offsets: their records say that it reaches back to it. */
const FURTHER_BACK = 2 * FIRST_FEW;

export interface SoFar {
  /** Where reading began. */
  readonly first: number;
  /** Present where there is something before, which nobody was to read. */
  readonly skipped?: true;
  /** The next offset to read. */
  readonly next: number;
  /** Times of the first few records, ms since the epoch. */
  readonly times: readonly number[];
  /** The first offset at which there is nothing any more, though more comes after it. */
  readonly hole?: number;
  /** The latest time that the broker's own clock told, ms since the epoch. */
  readonly writtenAt?: number;
  /** What came and could not be read: no later look will. */
  readonly unreadable: readonly string[];
}

/**
 * From here on reading goes on, where the partition now begins at `first`. What was read stays read, whatever becomes of it; but
 * where something was taken away unread, all begins anew.
 */
export const goOn = (before: SoFar | undefined, first: number): SoFar =>
  before !== undefined && before.next >= first ? before : { first, next: first, times: [], unreadable: [] };

/** Where reading begins of what is there from a time on. `first` and `end`: of the partition; `since`: of that time, -1: none is. */
export const beginAt = (first: number, end: number, since: number): SoFar => {
  const from = Math.max(first, (since < 0 ? end : Math.min(since, end)) - FURTHER_BACK);
  return { ...goOn(undefined, from), ...(from > first ? { skipped: true } : {}) };
};

/** The first offset from `next` on that the batch has nothing at. Without compaction every offset of a batch has its record. */
const holeIn = ({ baseOffset, lastOffset, records, control, unreadable }: RecordBatch, next: number) => {
  if (baseOffset > next) return next;
  if (control !== undefined || unreadable !== undefined) return undefined;
  const there = new Set(records.map(({ offset }) => offset));
  for (let offset = Math.max(next, baseOffset); offset <= lastOffset; offset += 1)
    if (!there.has(offset)) return offset;
  return undefined;
};

/** `where`: the partition's name. */
export const afterBatch = (before: SoFar, batch: RecordBatch, where: string): SoFar => {
  const { next } = before;
  if (batch.lastOffset < next) return before;
  const hole = before.hole ?? holeIn(batch, next);
  const said = batch.control === undefined ? batch.records.filter(({ offset }) => offset >= next) : [];
  const times = said.map(({ timestamp }) => timestamp);
  const writtenAt = Math.max(before.writtenAt ?? 0, batch.timedByBroker === true ? mostOf(times) : 0);
  return {
    ...before,
    next: batch.lastOffset + 1,
    times: [...before.times, ...times].slice(0, FIRST_FEW),
    ...(writtenAt === 0 ? {} : { writtenAt }),
    ...(hole === undefined ? {} : { hole }),
    unreadable:
      batch.unreadable === undefined
        ? before.unreadable
        : [
            ...before.unreadable,
            `${where}: batch ${batch.baseOffset} to ${batch.lastOffset} could not be read: ${batch.unreadable}`,
          ],
  };
};

/** The latest of the first few; undefined where there are fewer, or one does not say when it was. */
const sinceOf = ({ times }: SoFar): number | undefined =>
  times.length < FIRST_FEW || times.some((time) => time <= 0) ? undefined : Math.max(...times);

/** `end`: the last stable offset; `written`: the next to be written, transactions that are not over included. */
export const seenOf = (
  soFar: SoFar,
  { partition, end, written }: { readonly partition: number; readonly end: number; readonly written: number },
): PartitionSeen => {
  const since = sinceOf(soFar);
  return {
    partition,
    first: soFar.first,
    end,
    ...(soFar.skipped === undefined ? {} : { skipped: soFar.skipped }),
    ...(since === undefined ? {} : { since }),
    ...(soFar.hole === undefined ? {} : { hole: soFar.hole }),
    ...(written > end ? { written } : {}),
    ...(soFar.writtenAt === undefined ? {} : { writtenAt: soFar.writtenAt }),
  };
};
