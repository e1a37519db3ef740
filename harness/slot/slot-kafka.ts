/** What a slot does with Kafka itself: reads it, writes to it, and handles topics and groups; all of them by real names. */
import { consumerGroupsOf, partsOf } from '../config/parts.ts';
import type { WorkerSet } from '../config/types.ts';
import type { Environment } from '../environment/types.ts';
import type { NewEvent, Offsets, RecordEvent } from '../history/events.ts';
import type { Message } from '../pipeline/message.ts';
import { namesUnder } from '../pipeline/names.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { createIncarnations } from '../recorder/incarnations.ts';
import { openOffsetSource } from '../recorder/kafka-offsets.ts';
import type { OffsetSource } from '../recorder/kafka-offsets.ts';
import type { Poller } from '../recorder/kafka-poller.ts';
import { openRecordSource } from '../recorder/kafka-records.ts';
import { createPollLag } from '../recorder/poll-lag.ts';
import type { PollLag } from '../recorder/poll-lag.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import { openProducer } from '../wire/kafka/producer.ts';
import { metadata } from '../wire/kafka/requests/metadata.ts';
import { createGroupAdmin } from './group-admin.ts';
import type { GroupAdmin } from './group-admin.ts';
import { createOwnMembers } from './own-members.ts';
import type { OwnMembers } from './own-members.ts';
import { createTopicControls } from './topic-controls.ts';
import type { TopicControls } from './topic-controls.ts';

export interface SlotKafka {
  readonly records: Poller;
  readonly offsets: OffsetSource;
  readonly topics: TopicControls;
  readonly groups: GroupAdmin;
  /** How late answers to what reads it were. */
  readonly lag: PollLag;
  /** Knows nobody until it is told of the workers' relays. */
  readonly own: OwnMembers;
  /** Produces as this writer and records that the harness did. */
  produce(message: Message & { readonly partition?: number }, writer: string): Promise<void>;
  /** The topics as they are now are the trial's: their lives are counted from here. */
  countLives(): void;
  /** Where topics and groups stand. */
  positions(): Promise<NewEvent<'kafka.positions'>>;
  /** Deletes the groups that the workers were in, unless they were there before the run. */
  deleteGroups(): Promise<void>;
  close(): Promise<void>;
}

/** Reading what was committed before a topic is made anew takes a few ms. */
const CAUGHT_UP_MS = 5_000;

/** Groups of the workers, as configured and by whatever a wrong setting says: one value of it is the group's name. */
const groupsOf = ({ workers, prefix }: WorkerSet): ReadonlySet<string> => {
  const names = namesUnder(prefix);
  const wrong = workers.flatMap(({ misconfigured }) => Object.values(misconfigured).flatMap(Object.values));
  return new Set([...consumerGroupsOf(workers), ...wrong.flatMap((value: string) => names.real(value) ?? [])]);
};

/** Opens it. Errors: Error when the broker does not answer. */
export const openSlotKafka = async (parts: {
  readonly environment: Pick<Environment, 'kafka' | 'shared'>;
  readonly workers: WorkerSet;
  readonly record: RecordEvent;
  /** Does nobody wait for any single record now? */
  readonly mayWait: () => boolean;
  readonly onError: (error: Error) => void;
}): Promise<SlotKafka> => {
  const { environment, workers: set, record, mayWait, onError } = parts;
  const { kafka: address, shared } = environment;
  const pipeline = pipelineOf(set.pipeline);
  const names = namesUnder(set.prefix);
  const own = createOwnMembers(names);
  const configured = groupsOf(set);
  const connection = openKafkaConnection({ address });
  const producer = openProducer(address);
  const incarnations = createIncarnations();
  const lag = createPollLag();
  const common = { address, record, onError, names, incarnations, lag, mayWait };
  const opening = [
    openRecordSource({ ...common, ...(shared === undefined ? {} : { only: pipeline.topics }) }),
    openOffsetSource({
      ...common,
      ...(shared === undefined ? {} : { wanted: (group) => configured.has(group) || own.groups().has(group) }),
    }),
  ] as const;
  const opened = await Promise.allSettled(opening);
  if (opened.some(({ status }) => status === 'rejected')) {
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
    connection.close();
    producer.close();
  }
  const [records, offsets] = await Promise.all(opening);

  const list = async (): Promise<readonly string[]> =>
    (await connection.send(metadata())).topics
      .filter(({ internal, errorCode }) => !internal && errorCode === 0)
      .flatMap(({ name }) => names.real(name) ?? [])
      .filter((topic) => shared === undefined || pipeline.topics.includes(topic));
  const groups = createGroupAdmin({
    connection,
    record,
    names,
    partitions: pipeline.partitions,
    ...(shared === undefined ? {} : { isOwn: own.has }),
  });

  return {
    records,
    offsets,
    topics: createTopicControls({
      kafka: address,
      pipeline,
      names,
      record,
      refresh: () => records.refreshTopics(),
      over: async (topics) => {
        // Commits do not say which life of the topic they are about.
        await offsets.caughtUp(CAUGHT_UP_MS);
        for (const topic of topics) incarnations.over(topic);
      },
      list,
      ...(shared === undefined ? {} : { kept: shared.keptTopics }),
    }),
    groups,
    lag,
    own,
    produce: async ({ topic, key, headers, value, partition }, writer) => {
      const outgoing = { key, headers, value, ...(partition === undefined ? {} : { partition }) };
      const at = await producer.send(names.wire(topic), outgoing);
      const incarnation = incarnations.of(topic);
      record({ kind: 'kafka.produced', source: 'harness', correlationId: key, topic, ...at, incarnation, writer });
    },
    countLives: () => incarnations.rebase(),
    positions: async () => {
      // Further groups of the workers' as far as they were read of: only the configured ones decide what is read first.
      const committed: Record<string, Offsets> = { ...offsets.standing() };
      for (const { role, consumerGroup } of set.workers.flatMap(partsOf)) {
        const topic = pipeline.consumedTopic(role);
        committed[consumerGroup] = {
          ...committed[consumerGroup],
          [topic]: await groups.committed(consumerGroup, topic),
        };
      }
      return { kind: 'kafka.positions', source: 'kafka', ends: records.positions(), committed };
    },
    deleteGroups: async () => {
      const kept = shared?.keptGroups ?? [];
      const used = new Set([...consumerGroupsOf(set.workers), ...own.groups()]);
      await groups.delete([...used].filter((group) => !kept.includes(group)));
    },
    close: async () => {
      await Promise.all([records.close(), offsets.close()]);
      producer.close();
      connection.close();
    },
  };
};
