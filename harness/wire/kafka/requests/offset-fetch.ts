import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';
import { collectOffsets, partitionName, writePartitions } from './shared.ts';
import type { Partitions } from './shared.ts';

/** A group's committed offsets; partitions without one are left out. */
export const offsetFetch = (
  group: string,
  partitions: Partitions,
): KafkaRequest<Record<string, Record<number, number>>> => {
  const writer = new Writer().string(group, false);
  writePartitions(writer, partitions, (_topic, partition) => void writer.int32(partition));
  return {
    api: 'OffsetFetch',
    version: 1,
    body: writer.finish(),
    route: { to: 'coordinator', group },
    decode: (reader) => {
      const found = reader.array(false, () => {
        const topic = reader.string(false);
        return reader.array(false, () => {
          const partition = reader.int32();
          const offset = reader.int64();
          reader.nullableString(false); // metadata
          check('OffsetFetch', reader.int16(), `group ${group}, ${partitionName(topic, partition)}`);
          return { topic, partition, offset };
        });
      });
      return collectOffsets(found.flat().filter((one) => one.offset >= 0));
    },
  };
};
