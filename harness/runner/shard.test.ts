import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectShard } from './shard.ts';

const all = (
  items: readonly string[],
  count: number,
  durations: Record<string, number>,
): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, i) => selectShard(items, { index: i + 1, count }, (item) => item, durations));

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 30 });

describe('selectShard', () => {
  it('all shards together are the whole, and none share an item', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat(5000)), (items, count, ms) => {
        const durations = Object.fromEntries(
          items.slice(0, items.length / 2).map((item) => [item, ms.next().value as number]),
        );
        expect(all(items, count, durations).flat().toSorted()).toEqual(items.toSorted());
      }),
    );
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
