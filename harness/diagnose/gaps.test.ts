import { describe, expect, it } from 'vitest';
import { gapsIn } from './gaps.ts';
import { NOON, PAYMENT, confirmed, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';

/** Why the source is not complete; undefined: it is. */
const why = (source: 'kafka' | 'postgres', first: Seen, second?: Seen): string | undefined =>
  gapsIn(live({ purchases: [purchase], ...first }, second && { purchases: [purchase], ...second })).find(
    (gap) => gap.source === source,
  )?.why;

const kafka = (first: Seen, second: Seen = {}): string | undefined => why('kafka', first, second);

it('all that is there, and everything of it read, is complete', () => {
  expect(kafka({})).toBeUndefined();
  expect(why('postgres', {}, {})).toBeUndefined();
});

it('retention counts where a worker reads, and not of what is only told on', () => {
  const drained = { first: 5, end: 5 };
  expect(kafka({ partitionOf: { 'dead-letter-queue': drained } })).toBeUndefined();
  expect(kafka({ partitionOf: { 'purchase-created': drained } })).toContain('before offset 5 of purchase-created-1');
  const long = { first: 3, since: NOON - 86_400_000 };
  expect(kafka({ partition: long })).toBeUndefined();
});

it('what one look could not read another did', () => {
  const unread = ['purchase-created-1 was read up to 3 of 900: the time was up'];
  expect(kafka({ unread }, { unread: [] })).toBeUndefined();
  expect(kafka({ unread: [] }, { unread })).toBe(unread[0]);
});

it('a hole in its offsets says that a topic is compacted', () =>
  expect(kafka({ partitionOf: { 'purchase-created': { hole: 2 } } })).toContain('compaction'));

it('a transaction that was not over in both looks may hold anything; those of each moment do not', () => {
  const open = 'a transaction that is not over';
  const at = (end: number, written?: number): Seen => ({
    partitionOf: { 'purchase-created': { end, ...(written === undefined ? {} : { written }) } },
  });
  expect(why('kafka', at(5, 8))).toContain(open);
  expect(kafka(at(5, 8), at(5, 8))).toContain(open);
  expect(kafka(at(5, 8), at(7, 12))).toContain(open);
  expect(kafka(at(5, 8), at(8, 12))).toBeUndefined();
  expect(kafka(at(5), at(5, 8))).toBeUndefined();
});

it('a group that reads what is of transactions that are not over reads no topic that was made anew', () => {
  const at = { 'trainer-allocation-workers': 7 };
  expect(kafka({ at, partition: { written: 8 } })).not.toContain('made anew');
  expect(kafka({ at })).toContain('made anew');
});

it('a standby may be behind', () => expect(why('postgres', { standby: true }, {})).toContain('ask the primary'));

describe('records that were not to be read', () => {
  const long = { first: 3, since: NOON - 86_400_000, skipped: true } as const;

  it('hide nothing of a payment whose beginning is known, and came well after', () => {
    expect(kafka({ partition: long, records: [confirmed()] })).toBeUndefined();
    const ownRows = [{ id: PAYMENT, created_at: new Date(NOON).toISOString() }];
    expect(
      gapsIn({ ...live({ purchases: [purchase], partition: long }, {}), ownRows }).map(({ source }) => source),
    ).toEqual(['admin-service']);
  });

  it('may hold what is missed where it is not, or came before', () => {
    const unread = 'what is before offset 3 of purchase-created-1 was not read (--since)';
    expect(kafka({ partition: long })).toContain(unread);
    const late = { ...long, since: NOON - 60_000 };
    expect(kafka({ partition: late, records: [confirmed()] })).toContain(unread);
    const { since: _since, ...few } = long;
    expect(kafka({ partition: few, records: [confirmed()] })).toContain(unread);
    const ownRows = [{ id: PAYMENT, created_at: new Date(NOON - 2 * 86_400_000).toISOString() }];
    const snapshot = live({ records: [confirmed()], purchases: [purchase], partition: long }, {});
    expect(gapsIn({ ...snapshot, ownRows }).find(({ source }) => source === 'kafka')?.why).toContain(unread);
  });
});
