import { expect, it } from 'vitest';
import type { RecordBatch } from '../wire/kafka/record-batch.ts';
import { afterBatch, beginAt, goOn, seenOf } from './read-so-far.ts';
import type { SoFar } from './read-so-far.ts';

const WHERE = 'purchase-created-1';

/** A batch of records at these offsets; the time of each is its offset, unless told. */
const batch = (
  offsets: readonly number[],
  more: Partial<RecordBatch> & { readonly time?: number } = {},
): RecordBatch => ({
  baseOffset: offsets[0] ?? 0,
  lastOffset: offsets.at(-1) ?? 0,
  producerId: -1,
  transactional: false,
  records: offsets.map((offset) => ({ offset, timestamp: more.time ?? offset, key: null, value: null, headers: {} })),
  ...more,
});

const read = (before: SoFar, ...batches: readonly RecordBatch[]): SoFar =>
  batches.reduce((soFar, each) => afterBatch(soFar, each, WHERE), before);

const seen = (soFar: SoFar, end = soFar.next, written = end) => seenOf(soFar, { partition: 1, end, written });

it('since when there is something is kept from one look to the next, and whatever was taken away of what was read', () => {
  const first = read(goOn(undefined, 3), batch([3, 4]), batch([5, 6, 7, 8]));
  expect(seen(first)).toEqual({ partition: 1, first: 3, end: 9, since: 7 });
  expect(seen(read(goOn(first, 3), batch([9])))).toEqual({ partition: 1, first: 3, end: 10, since: 7 });
  expect(seen(goOn(first, 9))).toEqual({ partition: 1, first: 3, end: 9, since: 7 });
  // What lay at 9 to 11 is gone unread.
  expect(seen(goOn(first, 12))).toEqual({ partition: 1, first: 12, end: 12 });
});

it('one record with an old time, or one without any, says not since when', () => {
  expect(seen(read(goOn(undefined, 3), batch([3])))).not.toHaveProperty('since');
  const later = batch([4, 5, 6, 7], { time: 9_000 });
  expect(seen(read(goOn(undefined, 3), batch([3]), later))).toMatchObject({ since: 9_000 });
  expect(seen(read(goOn(undefined, 3), batch([3], { time: -1 }), later))).not.toHaveProperty('since');
});

it('an offset without its record is a hole, within a batch and between two', () => {
  expect(seen(read(goOn(undefined, 0), batch([0, 1, 2])))).not.toHaveProperty('hole');
  expect(seen(read(goOn(undefined, 0), batch([0, 2, 3])))).toMatchObject({ hole: 1 });
  expect(seen(read(goOn(undefined, 0), batch([0, 1], { lastOffset: 4 })))).toMatchObject({ hole: 2 });
  expect(seen(read(goOn(undefined, 0), batch([0]), batch([4])))).toMatchObject({ hole: 1 });
  expect(seen(read(goOn(undefined, 0), batch([6])))).toMatchObject({ hole: 0 });
  // Where reading begins within a batch, and of a transaction's end, nothing is missing.
  expect(seen(read(goOn(undefined, 5), batch([4, 5]), batch([6], { control: 'commit', records: [] })))).toEqual({
    partition: 1,
    first: 5,
    end: 7,
  });
});

it('what cannot be read stays so, and a transaction that is not over is seen', () => {
  const broken = read(goOn(undefined, 0), batch([0, 1], { records: [], unreadable: 'a checksum is wrong' }));
  expect(goOn(broken, 0)).toMatchObject({
    next: 2,
    unreadable: ['purchase-created-1: batch 0 to 1 could not be read: a checksum is wrong'],
  });
  expect(seen(broken, 2, 6)).toMatchObject({ end: 2, written: 6 });
});

it('from a time on: a few records more, which say that it reaches back to it; and what is left out is no retention', () => {
  expect(beginAt(0, 900, 500)).toMatchObject({ first: 490, next: 490, skipped: true });
  expect(seen(read(beginAt(0, 900, 500), batch([490, 491, 492, 493, 494])))).toEqual({
    partition: 1,
    first: 490,
    skipped: true,
    end: 495,
    since: 494,
  });
  // Nothing is as young, or nothing is left that is older.
  expect(beginAt(0, 900, -1)).toMatchObject({ first: 890, skipped: true });
  expect(beginAt(495, 900, 500)).toEqual(goOn(undefined, 495));
  expect(beginAt(0, 4, -1)).toEqual(goOn(undefined, 0));
  // An open transaction may have the first record of that time behind the end.
  expect(beginAt(0, 900, 950)).toMatchObject({ first: 890 });
});
