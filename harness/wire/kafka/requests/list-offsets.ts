import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';
import { collectOffsets, joinOffsets, partitionName, writePartitions } from './shared.ts';
import type { Partitions } from './shared.ts';

/**
 * `latest` read_committed is the last stable offset: what a reader of committed records can reach. `since`: of the first record with
 * that time or a later one, ms since the epoch; -1 where there is none.
 */
export type OffsetWanted = 'earliest' | 'latest-committed' | 'latest-uncommitted' | { readonly since: number };

const TIMESTAMP = { earliest: -2, 'latest-committed': -1, 'latest-uncommitted': -1 } as const;

const timestampOf = (wanted: OffsetWanted): number => (typeof wanted === 'object' ? wanted.since : TIMESTAMP[wanted]);

/** The first, or the next to be written, offset of each partition. Errors: KafkaError naming the partition. */
export const listOffsets = (
  partitions: Partitions,
  wanted: OffsetWanted,
): KafkaRequest<Record<string, Record<number, number>>> => {
  const writer = new Writer().int32(-1).int8(wanted === 'latest-committed' ? 1 : 0);
  writePartitions(writer, partitions, (_topic, partition) => void writer.int32(partition).int64(timestampOf(wanted)));
  return {
    api: 'ListOffsets',
    version: 2,
    body: writer.finish(),
    route: {
      to: 'leaders',
      partitions,
      parts: { of: (led) => listOffsets(led, wanted), join: joinOffsets },
    },
    decode: (reader) => {
      reader.int32(); // throttle time
      const found = reader.array(false, () => {
        const topic = reader.string(false);
        return reader.array(false, () => {
          const partition = reader.int32();
          check('ListOffsets', reader.int16(), partitionName(topic, partition));
          reader.int64(); // timestamp
          return { topic, partition, offset: reader.int64() };
        });
      });
      return collectOffsets(found.flat());
    },
  };
};
