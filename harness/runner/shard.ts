/** Dividing scenarios over several machines. Pure. */

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * The items of one shard, in their order. Balanced by the recorded durations (ms by name; the mean where a name has
 * none): the longest goes first to whoever has least. All shards together are the whole, and no two share an item,
 * as long as all of them are given the same durations.
 */
export const selectShard = <T>(
  items: readonly T[],
  shard: Shard,
  nameOf: (item: T) => string,
  durations: Readonly<Record<string, number>>,
): readonly T[] => {
  const recorded = (item: T): number | undefined =>
    Object.hasOwn(durations, nameOf(item)) ? durations[nameOf(item)] : undefined;
  const known = items.flatMap((item) => recorded(item) ?? []);
  const mean = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  const weighed = items.map((item, i) => ({ i, name: nameOf(item), ms: recorded(item) ?? mean }));
  weighed.sort((a, b) => b.ms - a.ms || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.i - b.i));
  const loads = Array.from({ length: shard.count }, () => 0);
  const own = new Set<number>();
  for (const { i, ms } of weighed) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + ms;
    if (least === shard.index - 1) own.add(i);
  }
  return items.filter((_, i) => own.has(i));
};
