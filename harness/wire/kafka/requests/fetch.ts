import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';
import { gathered } from './shared.ts';

export interface FetchFrom {
  /** Topic id as hex: an id belongs to one life of a topic, so a topic made anew is never read by mistake. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchOptions {
  readonly from: readonly FetchFrom[];
  readonly isolation: 'read_committed' | 'read_uncommitted';
  /** How long the broker may wait for `minBytes`, ms. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Bytes of one answer; a first batch that is larger comes nevertheless. */
  readonly maxBytes: number;
}

export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  /** read_committed only: transactions that were aborted, by the first offset each wrote. */
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[];
  /** Record batches as they are in the log; the last may be cut off. */
  readonly records: Buffer;
}

/** Fetch v13, without a fetch session. Partitions come back each with its own error code. */
export const fetchRecords = (options: FetchOptions): KafkaRequest<readonly FetchedPartition[]> => {
  const topics = gathered(options.from.map((from) => [from.topicId, from] as const));
  const writer = new Writer()
    .int32(-1) // replica: a consumer
    .int32(options.maxWaitMs)
    .int32(options.minBytes)
    .int32(options.maxBytes)
    .int8(options.isolation === 'read_committed' ? 1 : 0)
    .int32(0) // no session
    .int32(-1);
  writer.array([...topics], true, ([topicId, partitions]) =>
    writer
      .uuid(topicId)
      .array(partitions, true, ({ partition, offset }) =>
        writer
          .int32(partition)
          .int32(-1) // leader epoch
          .int64(offset)
          .int32(-1) // last fetched epoch
          .int64(-1) // log start offset
          .int32(options.maxBytes)
          .tags(),
      )
      .tags(),
  );
  writer.length(0, true).string('', true).tags(); // forgotten topics, rack
  return {
    api: 'Fetch',
    version: 13,
    body: writer.finish(),
    waitMs: options.maxWaitMs,
    decode: (reader) => {
      reader.int32(); // throttle time
      check('Fetch', reader.int16(), 'all partitions');
      reader.int32(); // session
      const answers = reader.array(true, () => {
        const topicId = reader.uuid();
        const partitions = reader.array(true, (): FetchedPartition => {
          const partition = reader.int32();
          const errorCode = reader.int16();
          reader.int64(); // high watermark
          reader.int64(); // last stable offset
          reader.int64(); // log start offset
          const aborted = reader.array(true, () => {
            const one = { producerId: reader.int64(), firstOffset: reader.int64() };
            reader.tags();
            return one;
          });
          reader.int32(); // preferred replica
          const records = reader.nullableBytes(true) ?? Buffer.alloc(0);
          reader.tags();
          return { topicId, partition, errorCode, aborted, records };
        });
        reader.tags();
        return partitions;
      });
      return answers.flat();
    },
  };
};
