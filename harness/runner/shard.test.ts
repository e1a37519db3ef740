import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectShard } from './shard.ts';
import { runs } from '../base/testing/runs.ts';

const all = (
  items: readonly string[],
  count: number,
  durations: Record<string, number>,
): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, i) => selectShard(items, { index: i + 1, count }, (item) => item, durations));

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 30 });

describe('selectShard', () => {
  const wholes = fc.record({
    items: names,
    // Also more shards than items.
    count: fc.integer({ min: 1, max: 40 }),
    recorded: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.nat(5000)),
    shares: fc.array(fc.nat(5000), { minLength: 30, maxLength: 30 }),
    known: fc.integer({ min: 0, max: 30 }),
  });

  it('all shards together are the whole, and none share an item', () => {
    fc.assert(
      fc.property(wholes, ({ items, count, recorded, shares, known }) => {
        const durations = {
          ...recorded,
          ...Object.fromEntries(items.slice(0, known).map((item, i) => [item, shares[i] ?? 0])),
        };
        const shards = all(items, count, durations);
        expect(shards).toHaveLength(count);
        expect(shards.flat().toSorted()).toEqual(items.toSorted());
        // Each in the order of the whole.
        for (const shard of shards) expect(shard).toEqual(items.filter((item) => shard.includes(item)));
      }),
      runs(100),
    );
  });

  it('no shard has more to do than another and one item besides', () => {
    fc.assert(
      fc.property(wholes, ({ items, count, shares }) => {
        const durations = Object.fromEntries(items.map((item, i) => [item, shares[i] ?? 0]));
        const loads = all(items, count, durations).map((shard) =>
          shard.reduce((ms, item) => ms + (durations[item] ?? 0), 0),
        );
        const longest = Math.max(0, ...Object.values(durations));
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(longest);
      }),
      runs(100),
    );
  });

  it("takes a name of JavaScript's own for a name", () => {
    expect(all(['constructor', 'toString', 'a'], 3, {}).map((shard) => shard.length)).toEqual([1, 1, 1]);
  });

  it('balances by recorded durations and keeps the order', () => {
    const durations = { slow: 900, a: 300, b: 300, c: 300 };
    expect(all(['a', 'slow', 'b', 'c'], 2, durations)).toEqual([['slow'], ['a', 'b', 'c']]);
  });

  it('balances by number without a record, and leaves surplus shards empty', () => {
    expect(all(['a', 'b', 'c', 'd'], 2, {}).map((shard) => shard.length)).toEqual([2, 2]);
    expect(all(['a'], 3, {})).toEqual([['a'], [], []]);
  });
});
