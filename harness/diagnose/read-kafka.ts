/**
 * Asks a live Kafka and changes nothing: no group is joined, no offset committed, no topic made. Records are read by partition and
 * offset, gently.
 */
import type { KafkaAddress } from '../addresses/address.ts';
import type { GroupMember } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import { ERROR, errorName } from '../wire/kafka/errors.ts';
import { describeGroup } from '../wire/kafka/requests/describe-groups.ts';
import type { DescribedMember } from '../wire/kafka/requests/describe-groups.ts';
import { listGroups } from '../wire/kafka/requests/list-groups.ts';
import { listOffsets } from '../wire/kafka/requests/list-offsets.ts';
import { metadata } from '../wire/kafka/requests/metadata.ts';
import type { TopicMetadata } from '../wire/kafka/requests/metadata.ts';
import { offsetFetch } from '../wire/kafka/requests/offset-fetch.ts';
import { MOST_KAFKA_CONNECTIONS } from './limiter.ts';
import type { Limiter } from './limiter.ts';
import { provingTopics } from './proving-topics.ts';
import { inReadingOrder, readRecords, unreadIn } from './read-records.ts';
import type { Place, RecordRead, Wanted } from './read-records.ts';
import { beginAt, goOn, seenOf } from './read-so-far.ts';
import type { SoFar } from './read-so-far.ts';
import { leftOut, told } from './told.ts';
import type { GroupSeen, PartitionSeen, Told, TopicsSeen } from './snapshot.ts';

export interface Scanned {
  readonly records: readonly RecordRead[];
  /** What could not be looked through. */
  readonly unread: readonly string[];
}

export interface LiveKafka {
  /** Which of these topics are there, and nothing of their records. */
  listTopics(topics: readonly string[]): Promise<TopicsSeen>;
  /** What was not read yet of these topics: the first time, all there is. `key`: of the records that are looked for, where it is known. */
  readTopics(topics: readonly string[], wanted: Wanted, key?: string): Promise<TopicsSeen>;
  /** The records of these topics that are wanted, and nothing is remembered of it. `key`: where it is known. */
  scan(topics: readonly string[], wanted: Wanted, key?: string): Promise<Scanned>;
  readGroups(): Promise<Readonly<Record<string, Told<GroupSeen>>>>;
  /** Ends what is under way: it fails. */
  abandon(): void;
  close(): void;
}

const REQUEST_DEADLINE_MS = 10_000;
/** For all that is asked of one group, ms. */
const GROUP_DEADLINE_MS = 20_000;
const OFFSETS_TOPIC = '__consumer_offsets';

/** Members subscribe to nothing while their group rebalances, and where they do so by an expression: then it is not known. */
const memberOf = ({ memberId, clientId, topics, assigned }: DescribedMember): GroupMember => ({
  memberId,
  clientId,
  ...(assigned === undefined ? {} : { assigned }),
  ...(topics.length === 0 ? {} : { topics }),
});

export interface Gently {
  readonly limiter: Limiter;
  /** Records of before are not read, ms since the epoch; undefined: all are. */
  readonly since: number | undefined;
  /** For how long one look reads records at most, ms. */
  readonly recordsMs: number;
  /** Of every topic it is said what was not read; left out: of those that prove something about one payment. */
  readonly every?: true;
}

/** Opens a connection on first use. */
export const openLiveKafka = (address: KafkaAddress, pipeline: Pipeline, gently: Gently): LiveKafka => {
  const { since } = gently;
  const connection = openKafkaConnection({
    address,
    timeoutMs: REQUEST_DEADLINE_MS,
    mostOpen: MOST_KAFKA_CONNECTIONS,
  });
  /** Of the step that is under way. */
  let ending = new AbortController();
  const abandon = (): void => {
    ending.abort();
    ending = new AbortController();
    connection.disconnect();
  };
  /** What was read of each partition, by the id of its topic. */
  const read = new Map<string, SoFar>();
  const own = provingTopics(pipeline);
  const isProving = (topic: string): boolean => gently.every === true || own.has(topic);

  const placesOf = async (topics: readonly TopicMetadata[], before: ReadonlyMap<string, SoFar>): Promise<Place[]> => {
    if (topics.length === 0) return [];
    const partitions = Object.fromEntries(
      topics.map((topic) => [topic.name, topic.partitions.map(({ partition }) => partition)]),
    );
    const firsts = await connection.send(listOffsets(partitions, 'earliest'));
    // In this order: what is written in between is not taken for a transaction that is not over.
    const written = await connection.send(listOffsets(partitions, 'latest-uncommitted'));
    const ends = await connection.send(listOffsets(partitions, 'latest-committed'));
    const sinces = since === undefined ? undefined : await connection.send(listOffsets(partitions, { since }));
    return topics.flatMap((topic) =>
      topic.partitions.map(({ partition }): Place => {
        const first = firsts[topic.name]?.[partition] ?? 0;
        const end = ends[topic.name]?.[partition] ?? first;
        const was = before.get(`${topic.id} ${partition}`);
        const from = sinces?.[topic.name]?.[partition];
        const soFar = was === undefined && from !== undefined ? beginAt(first, end, from) : goOn(was, first);
        return { topic, partition, end, written: written[topic.name]?.[partition] ?? end, soFar };
      }),
    );
  };

  /** By name: who may not see a topic is told so, where a list would only leave it out. None is made. */
  const knownOf = async (topics: readonly string[]) => {
    const known = (await connection.send(metadata(topics))).topics;
    const [none, unknown] = [ERROR.none, ERROR.unknownTopicOrPartition] as const;
    return {
      there: known.filter(({ errorCode }) => errorCode === none),
      missing: known.filter(({ errorCode }) => errorCode === unknown).map(({ name }) => name),
      hidden: Object.fromEntries(
        known
          .filter(({ errorCode }) => errorCode !== none && errorCode !== unknown)
          .map(({ name, errorCode }) => [name, `the topic ${name} may not be seen (${errorName(errorCode)})`]),
      ),
    };
  };

  const inOrder = (places: readonly Place[], key: string | undefined): readonly Place[] =>
    inReadingOrder(places, (topic) => own.has(topic), key);

  const readTopics: LiveKafka['readTopics'] = async (topics, wanted, key) => {
    const { signal } = ending;
    const { there, missing, hidden } = await knownOf(topics);
    const places = await placesOf(there, read);
    const records = await readRecords(connection, inOrder(places, key), wanted, { ...gently, signal });
    for (const { topic, partition, soFar } of places) read.set(`${topic.id} ${partition}`, soFar);
    const partitionsOf = (topic: TopicMetadata): readonly PartitionSeen[] =>
      places.filter((place) => place.topic === topic).map((place) => seenOf(place.soFar, place));
    return {
      there: there.map((topic) => ({ name: topic.name, partitions: partitionsOf(topic) })),
      missing,
      hidden,
      records,
      unread: places.filter(({ topic }) => isProving(topic.name)).flatMap(unreadIn),
      readBy: Date.now(),
    };
  };

  const listTopics: LiveKafka['listTopics'] = async (topics) => {
    const { there, missing, hidden } = await knownOf(topics);
    return {
      there: there.map(({ name }) => ({ name, partitions: [] })),
      missing,
      hidden,
      records: [],
      unread: [leftOut('their records').why],
    };
  };

  const scan: LiveKafka['scan'] = async (topics, wanted, key) => {
    const { signal } = ending;
    const { there, hidden } = await knownOf(topics);
    const places = await placesOf(there, new Map());
    const records = await readRecords(connection, inOrder(places, key), wanted, { ...gently, signal });
    const skipped = places.some(({ soFar }) => soFar.skipped === true);
    const before = skipped ? ['records of before were not looked through (--since)'] : [];
    return { records, unread: [...Object.values(hidden), ...places.flatMap(unreadIn), ...before] };
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
    listTopics,
    readTopics,
    scan,
    readGroups: async () => {
      const groups = [...new Set(pipeline.roles.map((role) => pipeline.stage(role).group))];
      const seen: [string, Told<GroupSeen>][] = [];
      for (const group of groups)
        seen.push([
          group,
          await told(`the group ${group}`, () => readGroup(group), { ms: GROUP_DEADLINE_MS, abandon }),
        ]);
      return Object.fromEntries(seen);
    },
    abandon,
    close: () => connection.close(),
  };
};
