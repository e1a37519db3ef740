import type { Offsets } from '../../../history/events.ts';
import type { Writer } from '../codec.ts';

/** Partitions by topic. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

/** `topic-0`, as Kafka's own messages name a partition. */
export const partitionName = (topic: string, partition: number): string => `${topic}-${partition}`;

/** Collects partitions by topic; any topic name is safe as a key. */
export const partitionsByTopic = (
  found: Iterable<readonly [topic: string, partition: number]>,
): Record<string, number[]> => {
  const topics = new Map<string, number[]>();
  for (const [topic, partition] of found) {
    const list = topics.get(topic);
    if (list === undefined) topics.set(topic, [partition]);
    else list.push(partition);
  }
  return Object.fromEntries(topics);
};

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
  found: Iterable<{ readonly topic: string; readonly partition: number; readonly offset: number }>,
): Record<string, Record<number, number>> => {
  const topics = new Map<string, [number, number][]>();
  for (const { topic, partition, offset } of found) {
    const list = topics.get(topic);
    if (list === undefined) topics.set(topic, [[partition, offset]]);
    else list.push([partition, offset]);
  }
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
