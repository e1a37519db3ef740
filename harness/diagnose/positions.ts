/** Where groups stand in their topics. */
import type { Look, PartitionSeen } from './snapshot.ts';
import { valueOf } from './snapshot.ts';

export interface Position {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Where the partition ends; undefined: not known. */
  readonly end: number | undefined;
}

/** The partition as it was read; undefined: it was not. */
export const partitionIn = ({ topics }: Look, topic: string, partition: number): PartitionSeen | undefined =>
  valueOf(topics)
    ?.there.find(({ name }) => name === topic)
    ?.partitions.find((one) => one.partition === partition);

/** Every committed offset of the look. */
export const positionsIn = (look: Look): readonly Position[] => {
  // A group may read what is of transactions that are not over.
  const endOf = (topic: string, partition: number): number | undefined => {
    const found = partitionIn(look, topic, partition);
    return found?.written ?? found?.end;
  };
  return Object.entries(look.groups).flatMap(([group, told]) =>
    Object.entries(valueOf(told)?.committed ?? {}).flatMap(([topic, partitions]) =>
      Object.entries(partitions).map(([partition, offset]) => ({
        group,
        topic,
        partition: Number(partition),
        offset,
        end: endOf(topic, Number(partition)),
      })),
    ),
  );
};

/** Offsets that no record of the topic as it is now can have been read up to: they are of another life of it. */
export const committedPastEnd = (look: Look): readonly (Position & { readonly end: number })[] =>
  positionsIn(look).flatMap((one) => (one.end !== undefined && one.offset > one.end ? [{ ...one, end: one.end }] : []));
