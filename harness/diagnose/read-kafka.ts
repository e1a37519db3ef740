/**
 * Asks a live Kafka and changes nothing: no group is joined, no offset committed, no topic made. Records are read by partition and
 * offset, gently.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaAddress } from '../environment/types.ts';
import type { GroupMember, NewEvent } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { recordEvent } from '../recorder/kafka-records.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import { ERROR, errorName } from '../wire/kafka/errors.ts';
import { decodeBatches, findAborted } from '../wire/kafka/record-batch.ts';
import type { KafkaConnection } from '../wire/kafka/request.ts';
import { describeGroup } from '../wire/kafka/requests/describe-groups.ts';
import type { DescribedMember } from '../wire/kafka/requests/describe-groups.ts';
import { fetchRecords } from '../wire/kafka/requests/fetch.ts';
import { listGroups } from '../wire/kafka/requests/list-groups.ts';
import { listOffsets } from '../wire/kafka/requests/list-offsets.ts';
import { metadata } from '../wire/kafka/requests/metadata.ts';
import type { TopicMetadata } from '../wire/kafka/requests/metadata.ts';
import { offsetFetch } from '../wire/kafka/requests/offset-fetch.ts';
import { partitionName } from '../wire/kafka/requests/shared.ts';
import { told } from './told.ts';
import type { GroupSeen, PartitionSeen, Told, TopicsSeen } from './snapshot.ts';

type RecordRead = NewEvent<'kafka.record'>;

/** Is the record kept? All others are forgotten as soon as they are read. */
export type Wanted = (record: RecordRead) => boolean;

export interface LiveKafka {
  /** What was written since the last time, of these topics; the first time, all there is. */
  readTopics(topics: readonly string[], wanted: Wanted): Promise<TopicsSeen>;
  /** The records of these topics that are wanted, and nothing is remembered of it. */
  scan(topics: readonly string[], wanted: Wanted): Promise<readonly RecordRead[]>;
  readGroups(): Promise<Readonly<Record<string, Told<GroupSeen>>>>;
  close(): void;
}

const REQUEST_DEADLINE_MS = 10_000;
/** For the records of one look, ms. */
const RECORDS_DEADLINE_MS = 60_000;
/** One fetch, and all of them: nobody else is to notice. */
const FETCH_BYTES = 1024 * 1024;
const BYTES_PER_MS = 8_000;

const OFFSETS_TOPIC = '__consumer_offsets';

interface Place {
  readonly topic: TopicMetadata;
  readonly partition: number;
  readonly first: number;
  readonly end: number;
  /** The next offset to read. */
  next: number;
  since: number | undefined;
}

/** Members subscribe to nothing while their group rebalances, and where they do so by an expression: then it is not known. */
const memberOf = ({ memberId, clientId, topics }: DescribedMember): GroupMember => ({
  memberId,
  clientId,
  ...(topics.length === 0 ? {} : { topics }),
});

/** Reads one partition up to its end of before. Gives how many bytes came. */
const fetchInto = async (
  connection: KafkaConnection,
  place: Place,
  wanted: Wanted,
  found: RecordRead[],
  unread: Set<string>,
): Promise<number> => {
  const { topic, partition, end } = place;
  const where = partitionName(topic.name, partition);
  const fetch = fetchRecords({
    from: [{ topicId: topic.id, partition, offset: place.next }],
    isolation: 'read_committed',
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
  });
  const route = { to: 'leader', topic: topic.name, partition } as const;
  const [answer] = await connection.send({ ...fetch, route });
  if (answer === undefined || answer.errorCode !== ERROR.none) {
    unread.add(`${where} could not be read from ${place.next} on (${errorName(answer?.errorCode ?? -1)})`);
    place.next = end;
    return 0;
  }
  const batches = decodeBatches(answer.records);
  const aborted = findAborted(batches, answer.aborted);
  for (const batch of batches) {
    if (batch.unreadable !== undefined)
      unread.add(`${where}: batch ${batch.baseOffset} to ${batch.lastOffset} could not be read: ${batch.unreadable}`);
    place.since ??= batch.records[0]?.timestamp;
    const own = batch.control === undefined ? batch.records.filter(({ offset }) => offset >= place.next) : [];
    for (const record of own) {
      const event = recordEvent(topic.name, partition, record, aborted.has(batch));
      if (wanted(event)) found.push(event);
    }
    place.next = Math.max(place.next, batch.lastOffset + 1);
  }
  if (batches.length === 0) {
    unread.add(`${where} gave nothing at ${place.next}, before its end at ${end}`);
    place.next = end;
  }
  return answer.records.length;
};

const readRecords = async (
  connection: KafkaConnection,
  places: readonly Place[],
  wanted: Wanted,
): Promise<Pick<TopicsSeen, 'records' | 'unread'>> => {
  const [records, unread] = [[] as RecordRead[], new Set<string>()];
  const began = performance.now();
  let bytes = 0;
  for (const place of places)
    while (place.next < place.end) {
      if (performance.now() - began > RECORDS_DEADLINE_MS) {
        unread.add(
          `${partitionName(place.topic.name, place.partition)} was read up to ${place.next} of ${place.end}: the time was up`,
        );
        break;
      }
      bytes += await fetchInto(connection, place, wanted, records, unread);
      const early = bytes / BYTES_PER_MS - (performance.now() - began);
      if (early > 1) await pause(early);
    }
  return { records, unread: [...unread] };
};

/** Opens a connection on first use. */
export const openLiveKafka = (address: KafkaAddress, pipeline: Pipeline): LiveKafka => {
  const connection = openKafkaConnection({ address, timeoutMs: REQUEST_DEADLINE_MS });
  /** How far each partition was read, by the id of its topic. */
  const read = new Map<string, number>();

  const placesOf = async (topics: readonly TopicMetadata[]): Promise<readonly Place[]> => {
    if (topics.length === 0) return [];
    const partitions = Object.fromEntries(
      topics.map((topic) => [topic.name, topic.partitions.map(({ partition }) => partition)]),
    );
    const firsts = await connection.send(listOffsets(partitions, 'earliest'));
    const ends = await connection.send(listOffsets(partitions, 'latest-committed'));
    return topics.flatMap((topic) =>
      topic.partitions.map(({ partition }): Place => {
        const first = firsts[topic.name]?.[partition] ?? 0;
        const end = ends[topic.name]?.[partition] ?? first;
        const next = Math.max(first, read.get(`${topic.id} ${partition}`) ?? 0);
        return { topic, partition, first, end, next, since: undefined };
      }),
    );
  };

  const readTopics = async (topics: readonly string[], wanted: Wanted): Promise<TopicsSeen> => {
    // By name: who may not see a topic is told so, where a list would only leave it out. None is made.
    const known = (await connection.send(metadata(topics))).topics;
    const there = known.filter(({ errorCode }) => errorCode === ERROR.none);
    const hidden = known.filter(
      ({ errorCode }) => ![ERROR.none, ERROR.unknownTopicOrPartition].includes(errorCode as 0),
    );
    const places = await placesOf(there);
    const { records, unread } = await readRecords(connection, places, wanted);
    for (const { topic, partition, next } of places) read.set(`${topic.id} ${partition}`, next);
    const partitionsOf = (topic: TopicMetadata): readonly PartitionSeen[] =>
      places
        .filter((place) => place.topic === topic)
        .map(({ partition, first, end, since }) => ({
          partition,
          first,
          end,
          ...(since === undefined ? {} : { since }),
        }));
    return {
      there: there.map((topic) => ({ name: topic.name, partitions: partitionsOf(topic) })),
      missing: known.filter(({ errorCode }) => errorCode === ERROR.unknownTopicOrPartition).map(({ name }) => name),
      hidden: Object.fromEntries(
        hidden.map(({ name, errorCode }) => [name, `the topic ${name} may not be seen (${errorName(errorCode)})`]),
      ),
      records,
      unread,
    };
  };

  /**
   * Who asks for a group's coordinator where there was never a group has the broker make a topic for them: then it is not asked.
   * Where nobody may see that topic the list of groups tells, which makes none.
   */
  const mayAsk = async (group: string): Promise<'yes' | 'none' | string> => {
    const [offsets] = (await connection.send(metadata([OFFSETS_TOPIC]))).topics;
    if (offsets?.errorCode === ERROR.none) return 'yes';
    if (offsets?.errorCode === ERROR.unknownTopicOrPartition) return 'none';
    const listed = await connection.send(listGroups());
    return listed.includes(group)
      ? 'yes'
      : `the group ${group} may not be seen, or there is none (${OFFSETS_TOPIC}: ${errorName(offsets?.errorCode ?? -1)})`;
  };

  const readGroup = async (group: string): Promise<GroupSeen> => {
    const asked = await mayAsk(group);
    if (asked === 'none') return { state: 'Dead', members: [], committed: {} };
    if (asked !== 'yes') throw new Error(asked);
    const { state, members } = await describeGroup(connection, group);
    const roles = pipeline.roles.filter((role) => pipeline.stage(role).group === group);
    const topics = (await connection.send(metadata(roles.map(pipeline.consumedTopic)))).topics;
    const partitions = Object.fromEntries(
      topics
        .filter(({ errorCode }) => errorCode === ERROR.none)
        .map((topic) => [topic.name, topic.partitions.map(({ partition }) => partition)]),
    );
    const committed = await connection.send(offsetFetch(group, partitions));
    return { state, members: members.map(memberOf), committed };
  };

  return {
    readTopics,
    scan: async (topics, wanted) => {
      const there = (await connection.send(metadata(topics))).topics.filter(
        ({ errorCode }) => errorCode === ERROR.none,
      );
      const places = (await placesOf(there)).map((place) => ({ ...place, next: place.first }));
      return (await readRecords(connection, places, wanted)).records;
    },
    readGroups: async () => {
      const groups = [...new Set(pipeline.roles.map((role) => pipeline.stage(role).group))];
      const seen: [string, Told<GroupSeen>][] = [];
      for (const group of groups) seen.push([group, await told(`the group ${group}`, () => readGroup(group))]);
      return Object.fromEntries(seen);
    },
    close: () => connection.close(),
  };
};
