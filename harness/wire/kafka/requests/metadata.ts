import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';

export interface TopicMetadata {
  readonly name: string;
  /** Topic id as hex: another one after the topic was made anew. All zeros when the topic does not exist. */
  readonly id: string;
  readonly internal: boolean;
  /** Kafka's error code; 3 when the topic does not exist. */
  readonly errorCode: number;
  /** Ascending. */
  readonly partitions: readonly {
    readonly partition: number;
    /** Node id; -1 while there is none. */
    readonly leader: number;
    readonly errorCode: number;
  }[];
}

export interface Metadata {
  /** As its storage was formatted. */
  readonly clusterId: string | null;
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topics: readonly TopicMetadata[];
}

/** What every broker that is there knows: a topic that was just made or deleted is not so for all of them at once. */
export const metadataOfAll = (topics: readonly string[]): KafkaRequest<readonly Metadata[]> => {
  const one = metadata(topics);
  return {
    ...one,
    decode: (reader) => [one.decode(reader)],
    route: { to: 'every broker', join: (lists) => lists.flat(), absentLeftOut: true },
  };
};

/** Brokers and topics; all topics when none are named. Missing ones come with error code 3; none is created. */
export const metadata = (topics?: readonly string[]): KafkaRequest<Metadata> => {
  const writer = new Writer();
  if (topics === undefined) writer.length(-1, true);
  else writer.array(topics, true, (topic) => void writer.uuid('0'.repeat(32)).string(topic, true).tags());
  // No auto-creation, no authorised operations.
  writer.boolean(false).boolean(false).tags();
  return {
    api: 'Metadata',
    version: 12,
    body: writer.finish(),
    decode: (reader) => {
      reader.int32(); // throttle time
      const brokers = reader.array(true, () => {
        const broker = { nodeId: reader.int32(), host: reader.string(true), port: reader.int32() };
        reader.nullableString(true); // rack
        reader.tags();
        return broker;
      });
      const clusterId = reader.nullableString(true);
      reader.int32(); // controller
      const found = reader.array(true, (): TopicMetadata => {
        const errorCode = reader.int16();
        const name = reader.string(true);
        const id = reader.uuid();
        const internal = reader.boolean();
        const partitions = reader.array(true, () => {
          const one = { errorCode: reader.int16(), partition: reader.int32(), leader: reader.int32() };
          reader.int32(); // leader epoch
          for (let lists = 0; lists < 3; lists++) reader.array(true, () => reader.int32()); // replicas, in sync, offline
          reader.tags();
          return one;
        });
        reader.int32(); // authorised operations
        reader.tags();
        return { name, id, internal, errorCode, partitions: partitions.sort((a, b) => a.partition - b.partition) };
      });
      return { clusterId, brokers, topics: found };
    },
  };
};
