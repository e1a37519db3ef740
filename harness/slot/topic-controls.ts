/** The slot's topics: removed, created, made anew; the recorder follows. */
import { FaultlineError } from '../base/errors.ts';
import type { RecordEvent } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { KafkaAddress } from '../addresses/address.ts';
import type { Names } from '../pipeline/names.ts';
import { createTopics, deleteTopics } from '../wire/kafka/topics.ts';

export interface TopicControls {
  remove(topic: string): Promise<void>;
  create(topic: string): Promise<void>;
  /** Every topic that exists and may be deleted is, and the groups' offsets in it with it. */
  removeAll(): Promise<void>;
  /** Every topic of the pipeline is there. */
  createAll(): Promise<void>;
  /** Records which topics exist. */
  look(): Promise<void>;
}

export const createTopicControls = (parts: {
  readonly kafka: KafkaAddress;
  readonly pipeline: Pick<Pipeline, 'topics' | 'partitions'>;
  /** What the topics are called there. */
  readonly names: Names;
  readonly record: RecordEvent;
  /** Makes everything that reads or writes topics notice the change. */
  readonly refresh: () => Promise<void>;
  /** What these topics were is over, and about to be made anew. */
  readonly over: (topics: readonly string[]) => Promise<void>;
  /** The topics the broker has, by their real names. */
  readonly list: () => Promise<readonly string[]>;
  /** Topics of somebody else's: never deleted, and there all the time. */
  readonly kept?: readonly string[];
}): TopicControls => {
  const { kafka, names, record, kept = [] } = parts;
  const { partitions } = parts.pipeline;
  const mine = (topics: readonly string[]): readonly string[] => topics.filter((topic) => !kept.includes(topic));

  const remove = async (topics: readonly string[]): Promise<void> => {
    const foreign = topics.find((topic) => kept.includes(topic));
    if (foreign !== undefined)
      throw new FaultlineError(
        'fault',
        `topic ${foreign} was there before this run and is not deleted`,
        'Run this scenario on a cluster without the topic, or with --env embedded.',
      );
    await deleteTopics(kafka, topics.map(names.wire));
    for (const topic of topics) record({ kind: 'kafka.topic-deleted', source: 'harness', topic });
    await parts.refresh();
  };
  const create = async (topics: readonly string[]): Promise<void> => {
    if (topics.length === 0) return;
    await parts.over(topics);
    await createTopics(
      kafka,
      topics.map((topic) => ({ name: names.wire(topic), partitions })),
    );
    for (const topic of topics) record({ kind: 'kafka.topic-created', source: 'harness', topic, partitions });
    await parts.refresh();
  };

  return {
    remove: (topic) => remove([topic]),
    create: (topic) => create([topic]),
    removeAll: async () => {
      const existing = mine(await parts.list());
      if (existing.length > 0) await remove(existing);
    },
    createAll: () => create(mine(parts.pipeline.topics)),
    look: async () => {
      record({ kind: 'kafka.topics', source: 'kafka', topics: await parts.list() });
    },
  };
};
