import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { ERROR, KafkaError, check } from '../errors.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
}

/** What became of each topic of a request. */
export interface CreatedTopics {
  readonly made: readonly string[];
  /** They were there already. */
  readonly existing: readonly string[];
  /** Why another one could not be made, the first of them. */
  readonly refusal: KafkaError | undefined;
}

/** Creates topics with replication factor 1. */
export const createTopicsRequest = (topics: readonly NewTopic[], timeoutMs: number): KafkaRequest<CreatedTopics> => {
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
      const answers = reader.array(false, () => {
        const one = { name: reader.string(false), code: reader.int16() };
        reader.nullableString(false); // message
        return one;
      });
      const of = (code: number): readonly string[] =>
        answers.filter((one) => one.code === code).map(({ name }) => name);
      const refused = answers.find(({ code }) => code !== ERROR.none && code !== ERROR.topicExists);
      return {
        made: of(ERROR.none),
        existing: of(ERROR.topicExists),
        refusal: refused && new KafkaError('CreateTopics', refused.code, `topic ${refused.name}`),
      };
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
