import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';
import { partitionName } from './shared.ts';

export interface ProduceOptions {
  readonly topic: string;
  readonly partition: number;
  /** One record batch. */
  readonly batch: Buffer;
  readonly timeoutMs: number;
}

/** Appends one record batch, acknowledged by all in-sync replicas; gives the offset of its first record. */
export const produce = ({ topic, partition, batch, timeoutMs }: ProduceOptions): KafkaRequest<number> => {
  const writer = new Writer().string(null, false).int16(-1).int32(timeoutMs);
  writer.array([topic], false, (name) =>
    writer.string(name, false).array([partition], false, (index) => writer.int32(index).nullableBytes(batch, false)),
  );
  return {
    api: 'Produce',
    version: 7,
    body: writer.finish(),
    route: { to: 'leader', topic, partition },
    decode: (reader) => {
      const offsets = reader.array(false, () => {
        const name = reader.string(false);
        return reader.array(false, () => {
          const index = reader.int32();
          check('Produce', reader.int16(), partitionName(name, index));
          const offset = reader.int64();
          reader.int64(); // append time
          reader.int64(); // log start offset
          return offset;
        });
      });
      const offset = offsets[0]?.[0];
      if (offset === undefined) throw new RangeError('no partition in the answer');
      return offset;
    },
  };
};
