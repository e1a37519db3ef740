/** The slot's topics: removed, created, made anew; the recorder follows. */
import type { RecordEvent } from '../../history/events.ts';
import { PARTITIONS_PER_TOPIC, TOPICS } from '../../pipeline/pipeline.ts';
import type { Address } from '../../environment/types.ts';
import { createTopics, deleteTopics } from '../../wire/kafka/topics.ts';

export interface TopicControls {
  remove(topic: string): Promise<void>;
  create(topic: string): Promise<void>;
  /** Every topic that exists is deleted, and the groups' offsets in it with it. */
  removeAll(): Promise<void>;
  /** Every topic of the pipeline is there. */
  createAll(): Promise<void>;
  /** Records which topics exist. */
  look(): Promise<void>;
}

export const createTopicControls = (parts: {
  readonly kafka: Address;
  readonly record: RecordEvent;
  /** Makes everything that reads or writes topics notice the change. */
  readonly refresh: () => Promise<void>;
  /** Names of the topics the broker has. */
  readonly list: () => Promise<readonly string[]>;
}): TopicControls => {
  const { kafka, record } = parts;

  const remove = async (topics: readonly string[]): Promise<void> => {
    await deleteTopics(kafka, topics);
    for (const topic of topics) record({ kind: 'kafka.topic-deleted', source: 'harness', topic });
    await parts.refresh();
  };
  const create = async (topics: readonly string[]): Promise<void> => {
    await createTopics(
      kafka,
      topics.map((name) => ({ name, partitions: PARTITIONS_PER_TOPIC })),
    );
    for (const topic of topics)
      record({ kind: 'kafka.topic-created', source: 'harness', topic, partitions: PARTITIONS_PER_TOPIC });
    await parts.refresh();
  };

  return {
    remove: (topic) => remove([topic]),
    create: (topic) => create([topic]),
    removeAll: async () => {
      const existing = await parts.list();
      if (existing.length > 0) await remove(existing);
    },
    createAll: () => create(TOPICS),
    look: async () => {
      record({ kind: 'kafka.topics', source: 'kafka', topics: await parts.list() });
    },
  };
};
