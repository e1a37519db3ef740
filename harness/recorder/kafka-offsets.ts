/** The source 'offsets': commits and membership of groups, in the order in which __consumer_offsets has them. */
import type { KafkaAddress } from '../environment/types.ts';
import type { GroupMember, RecordEvent } from '../history/events.ts';
import { REAL_NAMES } from '../pipeline/names.ts';
import type { Names } from '../pipeline/names.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import type { KafkaRecord, RecordBatch } from '../wire/kafka/record-batch.ts';
import { describeGroups } from '../wire/kafka/requests/describe-groups.ts';
import { findCoordinator } from '../wire/kafka/requests/find-coordinator.ts';
import { HARNESS_COMMIT } from '../wire/kafka/requests/offset-commit.ts';
import { untilAnswered } from '../wire/kafka/wait.ts';
import { decodeGroupLog } from './kafka-group-log.ts';
import type { GroupLogEntry } from './kafka-group-log.ts';
import { openPoller } from './kafka-poller.ts';
import type { Poller } from './kafka-poller.ts';

export interface OffsetSourceOptions {
  /** The broker itself, not a worker's relay. */
  readonly address: KafkaAddress;
  readonly record: RecordEvent;
  /** What groups and topics are called there; left out: by their real names. */
  readonly names?: Names;
  /** Is this group, by its real name, one of the run's? On a broker of somebody else's the others are nobody's business. */
  readonly wanted?: (group: string) => boolean;
  /** Something could not be read: the source is incomplete from here on. */
  readonly onError: (error: Error) => void;
}

const OFFSETS_TOPIC = '__consumer_offsets';
const START_DEADLINE_MS = 15_000;

/** Where an entry stands in __consumer_offsets: a group's are all in one partition. */
interface LogPosition {
  readonly log: number;
  readonly position: number;
}

/** Turns the coordinator's records into events. Keeps what an event needs of earlier records. */
const createTranslator = ({
  record,
  names = REAL_NAMES,
  wanted = () => true,
}: Pick<OffsetSourceOptions, 'record' | 'names' | 'wanted'>): ((at: LogPosition, entry: GroupLogEntry) => void) => {
  /** The group's real name; undefined: somebody else's. Asked for each event, since whose a group is may show late. */
  const groupOf = (entry: GroupLogEntry): string | undefined => {
    const group = names.real(entry.group);
    return group !== undefined && wanted(group) ? group : undefined;
  };

  /** Members of groups of the newer protocol, whose log names them one at a time: memberId to clientId. */
  const consumerGroups = new Map<string, Map<string, string>>();

  const changed = (
    at: LogPosition,
    entry: GroupLogEntry,
    generation: number,
    members: readonly GroupMember[],
  ): void => {
    const group = groupOf(entry);
    if (group === undefined) return;
    record({ kind: 'offsets.group-changed', source: 'offsets', ...at, group, generation, members });
  };

  const membersOf = (group: string): readonly GroupMember[] =>
    [...(consumerGroups.get(group) ?? [])].map(([memberId, clientId]) => ({ memberId, clientId }));

  return (at, entry) => {
    if (entry.type === 'commit') {
      const { partition, offset, metadata } = entry;
      const [group, topic] = [groupOf(entry), names.real(entry.topic)];
      if (group === undefined || topic === undefined) return;
      const by = metadata === HARNESS_COMMIT ? 'harness' : 'worker';
      record({ kind: 'offsets.committed', source: 'offsets', ...at, group, topic, partition, offset, by });
    } else if (entry.type === 'group') {
      changed(at, entry, entry.generation, entry.members);
    } else if (entry.type === 'member') {
      const members = consumerGroups.get(entry.group) ?? new Map<string, string>();
      consumerGroups.set(entry.group, members);
      if (entry.clientId === null) members.delete(entry.memberId);
      else members.set(entry.memberId, entry.clientId);
    } else {
      // Members are written first, the new epoch after them.
      if (entry.epoch === null) consumerGroups.delete(entry.group);
      changed(at, entry, entry.epoch ?? -1, membersOf(entry.group));
    }
  };
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

/**
 * Reads __consumer_offsets from its present end. Commits within a transaction count when it commits, at its marker.
 * Errors: Error when the broker does not answer, FaultlineError when it has no coordinator within 15 s.
 */
export const openOffsetSource = async (options: OffsetSourceOptions): Promise<Poller> => {
  const { address, onError } = options;
  await makeOffsetsTopic(address);
  const translate = createTranslator(options);
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
    if (batch.control === 'commit') for (const entry of entries) translate(at, entry);
  };

  return openPoller({
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
        if (!batch.transactional) translate({ log: partition, position: one.offset }, entry);
        else undecided.set(transaction, [...(undecided.get(transaction) ?? []), entry]);
      }
    },
    onError,
  });
};
