/** The source 'offsets': commits and membership of groups, in the order in which __consumer_offsets has them. */
import type { KafkaAddress } from '../addresses/address.ts';
import type { GroupMember, Offsets, RecordEvent } from '../history/events.ts';
import { REAL_NAMES, strayTopic } from '../pipeline/names.ts';
import type { Names } from '../pipeline/names.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import type { KafkaRecord, RecordBatch } from '../wire/kafka/record-batch.ts';
import { describeGroups } from '../wire/kafka/requests/describe-groups.ts';
import { findCoordinator } from '../wire/kafka/requests/find-coordinator.ts';
import { HARNESS_COMMIT } from '../wire/kafka/requests/offset-commit.ts';
import { untilAnswered } from '../wire/kafka/wait.ts';
import { decodeGroupLog } from './kafka-group-log.ts';
import type { GroupLogEntry } from './kafka-group-log.ts';
import type { Incarnations } from './incarnations.ts';
import { openPoller } from './kafka-poller.ts';
import type { Poller } from './kafka-poller.ts';
import type { PollLag } from './poll-lag.ts';

export interface OffsetSourceOptions {
  /** The broker itself, not a worker's relay. */
  readonly address: KafkaAddress;
  readonly record: RecordEvent;
  /** What groups and topics are called there; left out: by their real names. */
  readonly names?: Names;
  /** Is this group, by its real name, one of the run's? On a broker of somebody else's the others are nobody's business. */
  readonly wanted?: (group: string) => boolean;
  /** Tells the lives of topics apart; a commit is about the present one. */
  readonly incarnations?: Incarnations;
  /** Something could not be read: the source is incomplete from here on. */
  readonly onError: (error: Error) => void;
  /** Learns how late answers are. */
  readonly lag?: PollLag;
  /** See `PollerOptions`. */
  readonly mayWait?: () => boolean;
}

const OFFSETS_TOPIC = '__consumer_offsets';
const START_DEADLINE_MS = 15_000;

/** Where an entry stands in __consumer_offsets: a group's are all in one partition. */
interface LogPosition {
  readonly log: number;
  readonly position: number;
}

interface Translator {
  take(at: LogPosition, entry: GroupLogEntry): void;
  standing(): Readonly<Record<string, Offsets>>;
}

/** Turns the coordinator's records into events. Keeps what an event needs of earlier records. */
const createTranslator = ({
  record,
  names = REAL_NAMES,
  wanted = () => true,
  incarnations,
}: Pick<OffsetSourceOptions, 'record' | 'names' | 'wanted' | 'incarnations'>): Translator => {
  const standing = new Map<string, Record<string, Record<number, number>>>();
  /** The group's real name; undefined: somebody else's. Asked for each event, since whose a group is may show late. */
  const groupOf = (entry: GroupLogEntry): string | undefined => {
    const group = names.real(entry.group);
    return group !== undefined && wanted(group) ? group : undefined;
  };

  /** Members of groups of the newer protocol, whose log names them one at a time. */
  const consumerGroups = new Map<string, Map<string, GroupMember>>();

  const changed = (
    at: LogPosition,
    entry: GroupLogEntry,
    generation: number,
    members: readonly GroupMember[],
  ): void => {
    const group = groupOf(entry);
    if (group === undefined) return;
    record({
      kind: 'offsets.group-changed',
      source: 'offsets',
      ...at,
      group,
      generation,
      members: members.map(byRealNames),
    });
  };

  const byRealNames = ({ topics, ...member }: GroupMember): GroupMember => ({
    ...member,
    ...(topics === undefined ? {} : { topics: topics.map((topic) => names.real(topic) ?? strayTopic(topic)) }),
  });

  const membersOf = (group: string): readonly GroupMember[] => [...(consumerGroups.get(group)?.values() ?? [])];

  const stand = (group: string, topic: string, partition: number, offset: number): void => {
    const topics = standing.get(group) ?? {};
    standing.set(group, topics);
    const partitions = (topics[topic] ??= {});
    if (offset >= 0) partitions[partition] = offset;
    else {
      delete partitions[partition];
      if (Object.keys(partitions).length === 0) delete topics[topic];
      if (Object.keys(topics).length === 0) standing.delete(group);
    }
  };

  const take: Translator['take'] = (at, entry) => {
    if (entry.type === 'commit') {
      const { partition, offset, metadata } = entry;
      const [group, topic] = [groupOf(entry), names.real(entry.topic)];
      if (group === undefined || topic === undefined) return;
      const by = metadata === HARNESS_COMMIT ? 'harness' : 'worker';
      stand(group, topic, partition, offset);
      const life = incarnations === undefined ? {} : { incarnation: incarnations.of(topic) };
      record({ kind: 'offsets.committed', source: 'offsets', ...at, group, topic, partition, offset, ...life, by });
    } else if (entry.type === 'group') {
      changed(at, entry, entry.generation, entry.members);
    } else if (entry.type === 'member') {
      const members = consumerGroups.get(entry.group) ?? new Map<string, GroupMember>();
      consumerGroups.set(entry.group, members);
      if (entry.member === null) members.delete(entry.memberId);
      else members.set(entry.memberId, entry.member);
    } else {
      // Members are written first, the new epoch after them.
      if (entry.epoch === null) consumerGroups.delete(entry.group);
      changed(at, entry, entry.epoch ?? -1, membersOf(entry.group));
    }
  };
  return { take, standing: () => structuredClone(Object.fromEntries(standing)) };
};

/** The topic is made by the first question for a coordinator; without it there is nothing to read. */
const makeOffsetsTopic = async (address: KafkaAddress): Promise<void> => {
  const connection = openKafkaConnection({ address });
  try {
    await untilAnswered(`creating ${OFFSETS_TOPIC}`, START_DEADLINE_MS, async () => {
      await connection.send(findCoordinator('faultline'));
      // It answers for itself only once it has loaded its log.
      await connection.send(describeGroups(['faultline']));
    });
  } finally {
    connection.close();
  }
};

export interface OffsetSource extends Poller {
  /** Where the groups stood last, as far as it was read: committed offsets by group. */
  standing(): Readonly<Record<string, Offsets>>;
}

/**
 * Reads __consumer_offsets from its present end. Commits within a transaction count when it commits, at its marker.
 * Errors: Error when the broker does not answer, FaultlineError when it has no coordinator within 15 s.
 */
export const openOffsetSource = async (options: OffsetSourceOptions): Promise<OffsetSource> => {
  const { address, onError } = options;
  await makeOffsetsTopic(address);
  const { take, standing } = createTranslator(options);
  /** What open transactions wrote, by partition and producer. */
  const undecided = new Map<string, GroupLogEntry[]>();

  const decode = ({ key, value, offset }: KafkaRecord, partition: number): GroupLogEntry | undefined => {
    try {
      return decodeGroupLog(key, value);
    } catch (error) {
      onError(new Error(`${OFFSETS_TOPIC}-${partition}@${offset} is unreadable: ${(error as Error).message}`));
      return undefined;
    }
  };

  const endTransaction = (transaction: string, partition: number, batch: RecordBatch): void => {
    const entries = undecided.get(transaction) ?? [];
    undecided.delete(transaction);
    const at = { log: partition, position: batch.lastOffset };
    if (batch.control === 'commit') for (const entry of entries) take(at, entry);
  };

  const poller = await openPoller({
    address,
    // Uncommitted: one open transaction would otherwise hide everybody's commits behind it.
    isolation: 'read_uncommitted',
    wanted: (topic) => topic.name === OFFSETS_TOPIC,
    onBatch: (_topic, partition, batch) => {
      const transaction = `${partition}/${batch.producerId}`;
      if (batch.control !== undefined) {
        endTransaction(transaction, partition, batch);
        return;
      }
      for (const one of batch.records) {
        const entry = decode(one, partition);
        if (entry === undefined) continue;
        if (!batch.transactional) take({ log: partition, position: one.offset }, entry);
        else undecided.set(transaction, [...(undecided.get(transaction) ?? []), entry]);
      }
    },
    onError,
    ...(options.lag === undefined ? {} : { lag: options.lag }),
    ...(options.mayWait === undefined ? {} : { mayWait: options.mayWait }),
  });
  return { ...poller, standing };
};
