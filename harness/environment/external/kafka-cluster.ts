/** Somebody's Kafka: what it must be able to do, what is there already, and what the run adds and takes away again. */
import { FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import type { ExternalSettings, HostAndPort } from '../../config/types.ts';
import { namesUnder } from '../../pipeline/names.ts';
import type { Names } from '../../pipeline/names.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { openKafkaConnection } from '../../wire/kafka/connection.ts';
import { allGroups } from '../../wire/kafka/groups.ts';
import type { KafkaConnection } from '../../wire/kafka/request.ts';
import { brokerSetting } from '../../wire/kafka/requests/describe-configs.ts';
import { describeGroup } from '../../wire/kafka/requests/describe-groups.ts';
import type { DescribedGroup } from '../../wire/kafka/requests/describe-groups.ts';
import { listTransactions } from '../../wire/kafka/requests/list-transactions.ts';
import { metadata } from '../../wire/kafka/requests/metadata.ts';
import { createTopics, deleteTopics } from '../../wire/kafka/topics.ts';
import { POLITE, untilAnswered } from '../../wire/kafka/wait.ts';
import type { KafkaAddress } from '../../addresses/address.ts';
import type { SharedCluster } from '../types.ts';
import { TRY_DEADLINE_MS, openBrokers } from './kafka-brokers.ts';
import type { Brokers } from './kafka-brokers.ts';
import { refused } from './refused.ts';

const COORDINATOR_DEADLINE_MS = 60_000;

const OFFSETS_TOPIC = '__consumer_offsets';

/** What of a cluster decides which scenarios are possible there. */
export interface ClusterFacts extends SharedCluster {
  /** The broker makes a topic that somebody asks for: none can be missing. */
  readonly makesTopics: boolean;
  /** What begins with the prefix of the run and is none of its names, as the broker knows it. */
  readonly strangers: readonly string[];
}

const realOnes = (names: Names, wire: readonly string[]): readonly string[] =>
  wire.flatMap((name) => names.real(name) ?? []);

/** Where the broker names no transactions (too old, or no right to ask), none is known. */
const transactionalIds = (connection: KafkaConnection): Promise<readonly string[]> =>
  connection.send(listTransactions()).catch(() => []);

/** What a run of this prefix leaves behind has the prefix and a group's name; transactional ids cannot be deleted. */
const strangersUnder = (
  prefix: string,
  own: readonly string[],
  { topics, groups, ids }: Readonly<Record<'topics' | 'groups' | 'ids', readonly string[]>>,
): readonly string[] =>
  prefix === ''
    ? []
    : [
        ...[...topics, ...groups].filter((name) => !own.includes(name)),
        ...ids.filter((id) => !own.some((name) => id.startsWith(name))),
      ].filter((name) => name.startsWith(prefix));

/** What the run finds. Changes nothing. Errors: FaultlineError 'environment' when this cluster cannot be used. */
const examine = async (
  address: KafkaAddress,
  connection: KafkaConnection,
  { settings: { prefix }, pipeline, groups: ofWorkers }: Asked,
): Promise<ClusterFacts> => {
  const names = namesUnder(prefix);
  const { brokers, topics } = await connection.send(metadata());
  const late = brokers.find(({ nodeId }) => address.nodes?.has(nodeId) !== true);
  if (late !== undefined)
    throw refused(
      `broker ${late.nodeId} at ${hostAndPort(late)} joined the cluster just now`,
      'Wait until all its brokers are up, and start again.',
    );
  const own: readonly string[] = pipeline.topics.map(names.wire);
  const found = topics.filter(({ name }) => own.includes(name));
  for (const { name, partitions } of found)
    if (partitions.length !== pipeline.partitions)
      throw refused(
        `topic ${name} has ${partitions.length} partitions; the pipeline's topics have ${pipeline.partitions}`,
        'Make it anew with as many, or remove it: the run then makes its own and deletes it at the end.',
      );
  const unreadable = topics.find(({ name, errorCode }) => name === OFFSETS_TOPIC && errorCode !== 0);
  if (unreadable !== undefined)
    throw refused(
      `${OFFSETS_TOPIC} may not be read (error ${unreadable.errorCode})`,
      'The recorder reads the committed offsets there: give its user READ and DESCRIBE on it.',
    );
  const groups = await allGroups(connection);
  const all = { topics: topics.map(({ name }) => name), groups, ids: await transactionalIds(connection) };
  // Who may not ask counts as on a cluster that makes topics: fewer scenarios, none of them wrong.
  const settings = await Promise.all(
    brokers.map(({ nodeId }) => connection.send(brokerSetting(nodeId, 'auto.create.topics.enable')).catch(() => null)),
  );
  return {
    keptTopics: realOnes(
      names,
      found.map(({ name }) => name),
    ),
    keptGroups: realOnes(names, groups),
    strangers: strangersUnder(prefix, [...own, ...ofWorkers.map(names.wire)], all),
    makesTopics: settings.some((setting) => setting !== 'false'),
  };
};

/** A broker that nobody has asked yet makes its offsets topic first, and loads it: until then it coordinates no group. */
const whenCoordinated = (connection: KafkaConnection, group: string): Promise<DescribedGroup> =>
  untilAnswered(
    `the coordinator of the group ${group}`,
    COORDINATOR_DEADLINE_MS,
    () => describeGroup(connection, group),
    POLITE,
  );

/** Gives those of the groups that are there. Errors: FaultlineError 'environment' when one has a member. */
const requireEmpty = async (connection: KafkaConnection, groups: readonly string[]): Promise<readonly string[]> => {
  const there: string[] = [];
  for (const group of groups) {
    const { members, state } = await whenCoordinated(connection, group);
    if (state !== 'Dead') there.push(group);
    const [member] = members;
    if (member !== undefined)
      throw refused(
        `the group ${group} has ${members.length === 1 ? 'a member' : `${members.length} members, among them one`} that this run did not start: ${member.clientId} (${member.memberId}) from ${member.host.replace(/^\//, '')}`,
        'Stop it first: it would take the events of the tests. A member of a run that was killed goes by itself within its session time-out, usually 30 s.',
      );
  }
  return there;
};

export interface JoinedKafka {
  readonly address: KafkaAddress;
  /** Where the brokers really are. */
  readonly places: readonly HostAndPort[];
  readonly shared: SharedCluster;
  /** Deletes the topics that the run made, and closes the gateways. */
  leave(): Promise<void>;
}

const withBrokers = async <T>(
  settings: ExternalSettings['kafka'],
  onRefused: (error: Error) => void,
  work: (address: KafkaAddress, connection: KafkaConnection) => Promise<T>,
): Promise<{ readonly brokers: Brokers; readonly result: T }> => {
  const brokers = await openBrokers(settings, onRefused);
  const { address, places } = brokers;
  const connection = openKafkaConnection({ address, timeoutMs: TRY_DEADLINE_MS });
  try {
    return { brokers, result: await work(address, connection) };
  } catch (error) {
    await brokers.close();
    if (error instanceof FaultlineError) throw error;
    throw refused(
      `the Kafka cluster at ${places.map(hostAndPort).join(', ')} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      'Its user needs the right to describe the cluster, its topics and groups, to make, delete, read and write the topics of the pipeline, and to commit for their groups.',
    );
  } finally {
    connection.close();
  }
};

export interface Asked {
  readonly settings: ExternalSettings['kafka'];
  readonly pipeline: Pipeline;
  /** Groups of the workers that will run, by their real names. */
  readonly groups: readonly string[];
  /** Throws when what was there before, by the broker's names, must not be used. */
  readonly allow: (found: readonly string[]) => void;
}

const allowFound = ({ settings, groups, allow }: Asked, { keptTopics, keptGroups, strangers }: ClusterFacts): void => {
  const { wire } = namesUnder(settings.prefix);
  const own = [...keptTopics, ...keptGroups.filter((group) => groups.includes(group))];
  allow([...own.map(wire), ...strangers]);
};

/** Looks at a cluster and changes nothing. */
export const lookAtKafka = async (asked: Asked): Promise<ClusterFacts> => {
  const { settings } = asked;
  const { brokers, result } = await withBrokers(
    settings,
    () => undefined,
    async (address, connection) => {
      const facts = await examine(address, connection, asked);
      allowFound(asked, facts);
      return facts;
    },
  );
  await brokers.close();
  return result;
};

/** Checks the cluster and its groups, and makes the topics that are missing. */
export const joinKafka = async (asked: Asked, onRefused: (error: Error) => void): Promise<JoinedKafka> => {
  const { settings, groups, pipeline } = asked;
  const { topics, partitions } = pipeline;
  const names = namesUnder(settings.prefix);
  const { brokers, result } = await withBrokers(settings, onRefused, async (address, connection) => {
    const looked = await examine(address, connection, asked);
    // A group whose coordinator moved while they were listed is in no list, and is somebody's all the same.
    const there = realOnes(names, await requireEmpty(connection, groups.map(names.wire)));
    const facts = { ...looked, keptGroups: [...new Set([...looked.keptGroups, ...there])] };
    allowFound(asked, facts);
    const missing = topics.filter((topic) => !facts.keptTopics.includes(topic));
    const existing = await createTopics(
      address,
      missing.map((topic) => ({ name: names.wire(topic), partitions })),
    );
    // Somebody made it between the look and now: it is not ours.
    return { ...facts, keptTopics: [...facts.keptTopics, ...realOnes(names, existing)] };
  });
  const { address, places, close } = brokers;
  const { keptTopics, keptGroups } = result;
  return {
    address,
    places,
    shared: { keptTopics, keptGroups },
    leave: async () => {
      try {
        await deleteTopics(address, topics.filter((topic) => !keptTopics.includes(topic)).map(names.wire));
      } finally {
        await close();
      }
    },
  };
};
