import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { ERROR, check } from '../errors.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
}

/** Creates topics with replication factor 1. Gives the names that existed already. */
export const createTopicsRequest = (
  topics: readonly NewTopic[],
  timeoutMs: number,
): KafkaRequest<readonly string[]> => {
  const writer = new Writer();
  writer.array(topics, false, ({ name, partitions }) =>
    // No manual assignment, no configuration.
    writer.string(name, false).int32(partitions).int16(1).int32(0).int32(0),
  );
  return {
    api: 'CreateTopics',
    version: 4,
    body: writer.int32(timeoutMs).boolean(false).finish(),
    decode: (reader) => {
      reader.int32(); // throttle time
      const existing: string[] = [];
      reader.array(false, () => {
        const name = reader.string(false);
        const code = reader.int16();
        reader.nullableString(false); // message
        if (code === ERROR.topicExists) existing.push(name);
        else check('CreateTopics', code, `topic ${name}`);
      });
      return existing;
    },
    waitMs: timeoutMs,
  };
};

/** Deletes topics. Gives the names that did not exist. */
export const deleteTopicsRequest = (topics: readonly string[], timeoutMs: number): KafkaRequest<readonly string[]> => {
  const writer = new Writer();
  writer.array(topics, false, (name) => void writer.string(name, false)).int32(timeoutMs);
  return {
    api: 'DeleteTopics',
    version: 3,
    body: writer.finish(),
    decode: (reader) => {
      reader.int32(); // throttle time
      const missing: string[] = [];
      reader.array(false, () => {
        const name = reader.string(false);
        const code = reader.int16();
        if (code === ERROR.unknownTopicOrPartition) missing.push(name);
        else check('DeleteTopics', code, `topic ${name}`);
      });
      return missing;
    },
    waitMs: timeoutMs,
  };
};
