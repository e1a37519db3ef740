import type { Offsets } from '../../../history/events.ts';
import type { Writer } from '../codec.ts';

/** Partitions by topic. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

/** `topic-0`, as Kafka's own messages name a partition. */
export const partitionName = (topic: string, partition: number): string => `${topic}-${partition}`;

/** What belongs to each key, in the order in which it came. */
export const gathered = <K, V>(pairs: Iterable<readonly [key: K, value: V]>): ReadonlyMap<K, readonly V[]> => {
  const found = new Map<K, V[]>();
  for (const [key, value] of pairs) {
    const list = found.get(key);
    if (list === undefined) found.set(key, [value]);
    else list.push(value);
  }
  return found;
};

/** Collects partitions by topic; any topic name is safe as a key. */
export const partitionsByTopic = (found: Iterable<readonly [topic: string, partition: number]>): Partitions =>
  Object.fromEntries(gathered(found));

/** Offsets as entries by topic, partitions ascending. */
export const offsetEntries = (
  offsets: Offsets,
): readonly {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: number }[];
}[] =>
  Object.entries(offsets).map(([topic, partitions]) => ({
    topic,
    partitions: Object.entries(partitions).map(([partition, offset]) => ({ partition: Number(partition), offset })),
  }));

/** Collects offsets by topic and partition; any topic name is safe as a key. */
export const collectOffsets = (
  found: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[],
): Record<string, Record<number, number>> => {
  const topics = gathered(found.map(({ topic, partition, offset }) => [topic, [partition, offset] as const] as const));
  return Object.fromEntries([...topics].map(([topic, list]) => [topic, Object.fromEntries(list)]));
};

/** Offsets of different partitions in one. */
export const joinOffsets = (parts: readonly Offsets[]): Record<string, Record<number, number>> =>
  collectOffsets(
    parts
      .flatMap(offsetEntries)
      .flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset }))),
  );

/** Writes `[topic [partition]]` in the inflexible encoding, each partition with what `item` adds. */
export const writePartitions = (
  writer: Writer,
  partitions: Partitions,
  item: (topic: string, partition: number) => void,
): Writer =>
  writer.array(Object.entries(partitions), false, ([topic, list]) =>
    writer.string(topic, false).array(list, false, (partition) => item(topic, partition)),
  );
