/** The harness's own producer: one raw Produce request a record. */
import type { KafkaAddress } from '../../addresses/address.ts';
import { askAgain } from '../../base/waiting.ts';
import { openKafkaConnection } from './connection.ts';
import { ERROR, KafkaError, check } from './errors.ts';
import { partitionOf } from './murmur2.ts';
import { encodeBatch } from './record-batch-writer.ts';
import { metadata } from './requests/metadata.ts';
import { produce } from './requests/produce.ts';

export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out: what Kafka's own clients choose for the key (murmur2); without a key, partition 0. */
  readonly partition?: number;
}

export interface Producer {
  /**
   * Appends one record, acknowledged by the broker; resolves with where it is.
   * A refusal that will pass (a leader not ready) is tried again for up to `retryMs`; a lost connection is not,
   * because the record may be there already.
   * Errors: KafkaError (missing topic, too large), Error (connection).
   */
  send(topic: string, record: OutgoingRecord): Promise<{ readonly partition: number; readonly offset: number }>;
  close(): void;
}

export interface ProducerOptions {
  /** How long passing refusals are tried again, ms. Default 2000. */
  readonly retryMs?: number;
  /** Wall clock for the records' timestamps, ms. */
  readonly now?: () => number;
}

const RETRY_EVERY_MS = 10;

export const openProducer = (
  address: KafkaAddress,
  { retryMs = 2000, now = Date.now }: ProducerOptions = {},
): Producer => {
  const connection = openKafkaConnection({ address });
  const counts = new Map<string, number>();
  /** Of several replicas' leaders one that steps down may have appended what it refuses. */
  const mayRepeat = ({ transient, api, code }: KafkaError): boolean =>
    transient && !(address.nodes !== undefined && api === 'Produce' && code === ERROR.notLeader);

  const partitionsOf = async (topic: string): Promise<number> => {
    const known = counts.get(topic);
    if (known !== undefined) return known;
    const found = (await connection.send(metadata([topic]))).topics[0];
    check('Metadata', found?.errorCode ?? ERROR.unknownTopicOrPartition, `topic ${topic}`);
    const count = found?.partitions.length ?? 0;
    counts.set(topic, count);
    return count;
  };

  const sendOnce = async (topic: string, record: OutgoingRecord): Promise<{ partition: number; offset: number }> => {
    const key = record.key === null ? null : Buffer.from(record.key);
    const partition = record.partition ?? (key === null ? 0 : partitionOf(key, await partitionsOf(topic)));
    const value = typeof record.value === 'string' ? Buffer.from(record.value) : record.value;
    const batch = encodeBatch({ key, value, headers: record.headers ?? {}, timestamp: Math.floor(now()) });
    return { partition, offset: await connection.send(produce({ topic, partition, batch, timeoutMs: 5000 })) };
  };

  return {
    send: (topic, record) =>
      askAgain(() => sendOnce(topic, record), {
        ms: retryMs,
        everyMs: RETRY_EVERY_MS,
        mayPass: (error) => {
          // The topic may have been made anew, with another number of partitions.
          counts.delete(topic);
          return error instanceof KafkaError && mayRepeat(error);
        },
      }),
    close: () => connection.close(),
  };
};
