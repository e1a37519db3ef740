/** Somebody's Kafka: what it must be able to do, what is there already, and what the run adds and takes away again. */
import { FaultlineError } from '../../base/errors.ts';
import { withDeadline } from '../../base/deadline.ts';
import type { ExternalSettings, HostAndPort } from '../../config/types.ts';
import { PARTITIONS_PER_TOPIC, TOPICS } from '../../pipeline/pipeline.ts';
import { APIS } from '../../wire/kafka/apis.ts';
import type { ApiName } from '../../wire/kafka/apis.ts';
import { openKafkaConnection } from '../../wire/kafka/connection.ts';
import type { KafkaConnection } from '../../wire/kafka/connection.ts';
import { KafkaError } from '../../wire/kafka/errors.ts';
import { apiVersions } from '../../wire/kafka/requests/api-versions.ts';
import { brokerSetting } from '../../wire/kafka/requests/describe-configs.ts';
import { describeGroup } from '../../wire/kafka/requests/describe-groups.ts';
import type { DescribedGroup } from '../../wire/kafka/requests/describe-groups.ts';
import { findCoordinator } from '../../wire/kafka/requests/find-coordinator.ts';
import { listGroups } from '../../wire/kafka/requests/list-groups.ts';
import { metadata } from '../../wire/kafka/requests/metadata.ts';
import { createTopics, deleteTopics } from '../../wire/kafka/topics.ts';
import { waitUntil } from '../../wire/kafka/wait.ts';
import type { Address, SharedCluster } from '../types.ts';
import { nameOf } from './consent.ts';
import type { Gateway } from './gateway.ts';
import { openBroker, openKafkaGateway } from './kafka-gateway.ts';

/** What the harness asks a broker in, version by version: Kafka 3.7 and later have all of it. */
const NEEDED: Readonly<Partial<Record<ApiName, number>>> = {
  Produce: 7,
  Fetch: 13,
  ListOffsets: 2,
  Metadata: 12,
  OffsetCommit: 2,
  OffsetFetch: 1,
  FindCoordinator: 1,
  LeaveGroup: 0,
  DescribeGroups: 0,
  ListGroups: 0,
  CreateTopics: 4,
  DeleteTopics: 3,
  DeleteGroups: 1,
  ConsumerGroupDescribe: 0,
};

/** ms for a broker of the list to let us in. */
const TRY_DEADLINE_MS = 10_000;

const COORDINATOR_DEADLINE_MS = 60_000;

const OFFSETS_TOPIC = '__consumer_offsets';

/** What of a cluster decides which scenarios are possible there. */
export interface ClusterFacts extends SharedCluster {
  /** The broker makes a topic that somebody asks for: none can be missing. */
  readonly makesTopics: boolean;
}

const refused = (message: string, hint: string): FaultlineError => new FaultlineError('environment', message, hint);

const wayOut = (why: string): string => {
  if (/certificate|altnames|self.signed/i.test(why))
    return 'Name its authority in external.kafka.tls.ca (FAULTLINE_KAFKA_CA), or the name it has in external.kafka.tls.servername.';
  if (/credentials|mechanism/.test(why))
    return 'Correct external.kafka.sasl (FAULTLINE_KAFKA_SASL_MECHANISM, FAULTLINE_KAFKA_USERNAME, FAULTLINE_KAFKA_PASSWORD).';
  return 'Is it up, reachable from here, and are external.kafka.tls and external.kafka.sasl as its listener wants them?';
};

/** The first broker of the list that lets us in. */
const chooseBroker = async ({ brokers, tls, sasl }: ExternalSettings['kafka']): Promise<HostAndPort> => {
  const failures: string[] = [];
  for (const broker of brokers) {
    let destroy = (): void => undefined;
    try {
      const open = openBroker({ broker, tls, sasl }, (socket) => (destroy = () => void socket.destroy()));
      await withDeadline(open, TRY_DEADLINE_MS, `connecting to ${nameOf(broker)}`);
      return broker;
    } catch (error) {
      failures.push(`${nameOf(broker)}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      destroy();
    }
  }
  throw refused(`Kafka cannot be reached: ${failures.join('; ')}`, wayOut(failures.join()));
};

const requireRequests = async (connection: KafkaConnection, where: string): Promise<void> => {
  const offered = await connection.send(apiVersions()).catch((error: Error) => {
    throw refused(
      `what answers at ${where} is no Kafka broker, or wants TLS or SASL: ${error.message}`,
      'See external.kafka.tls and external.kafka.sasl.',
    );
  });
  const lacking = Object.entries(NEEDED).flatMap(([name, version]) => {
    const range = offered.get(APIS[name as ApiName].key);
    return range !== undefined && range.min <= version && range.max >= version ? [] : [`${name} v${version}`];
  });
  if (lacking.length > 0)
    throw refused(`the broker at ${where} does not offer ${lacking.join(', ')}`, 'It takes Kafka 3.7 or later.');
};

/** What the run finds. Changes nothing. Errors: FaultlineError 'environment' when this cluster cannot be used. */
const examine = async (connection: KafkaConnection, where: string): Promise<ClusterFacts> => {
  await requireRequests(connection, where);
  const { brokers, topics } = await connection.send(metadata());
  if (brokers.length !== 1)
    throw refused(
      `the Kafka cluster at ${where} has ${brokers.length} brokers (${brokers.map(nameOf).join(', ')}); --env external takes one of a single broker`,
      "The relays and the recorder speak to one broker: on more they would miss what another one leads. This repository's docker-compose.yml has such a cluster.",
    );
  const own: readonly string[] = TOPICS;
  const found = topics.filter(({ name }) => own.includes(name));
  for (const { name, partitions } of found)
    if (partitions.length !== PARTITIONS_PER_TOPIC)
      throw refused(
        `topic ${name} has ${partitions.length} partitions; the pipeline's topics have ${PARTITIONS_PER_TOPIC}`,
        'Make it anew with as many, or remove it: the run then makes its own and deletes it at the end.',
      );
  const unreadable = topics.find(({ name, errorCode }) => name === OFFSETS_TOPIC && errorCode !== 0);
  if (unreadable !== undefined)
    throw refused(
      `${OFFSETS_TOPIC} may not be read (error ${unreadable.errorCode})`,
      'The recorder reads the committed offsets there: give its user READ and DESCRIBE on it.',
    );
  // Who may not ask counts as on a cluster that makes topics: fewer scenarios, none of them wrong.
  const setting = await connection
    .send(brokerSetting(brokers[0]?.nodeId ?? 0, 'auto.create.topics.enable'))
    .catch(() => null);
  return {
    keptTopics: found.map(({ name }) => name),
    keptGroups: await connection.send(listGroups()),
    makesTopics: setting !== 'false',
  };
};

/** A broker that nobody has asked yet makes its offsets topic first, and loads it: until then it coordinates no group. */
const whenCoordinated = async (connection: KafkaConnection, group: string): Promise<DescribedGroup> => {
  let described: DescribedGroup | undefined;
  await waitUntil(`the coordinator of the group ${group}`, COORDINATOR_DEADLINE_MS, async () => {
    try {
      await connection.send(findCoordinator(group));
      described = await describeGroup(connection, group);
      return undefined;
    } catch (error) {
      if (error instanceof KafkaError && error.transient) return error.message;
      throw error;
    }
  });
  return described ?? { group, state: 'Dead', members: [] };
};

const requireEmpty = async (connection: KafkaConnection, groups: readonly string[]): Promise<void> => {
  for (const group of groups) {
    const { members } = await whenCoordinated(connection, group);
    const [member] = members;
    if (member !== undefined)
      throw refused(
        `the group ${group} has ${members.length === 1 ? 'a member' : `${members.length} members, among them one`} that this run did not start: ${member.clientId} (${member.memberId}) from ${member.host.replace(/^\//, '')}`,
        'Stop it first: it would take the events of the tests. A member of a run that was killed goes by itself within its session time-out, usually 30 s.',
      );
  }
};

export interface JoinedKafka {
  readonly address: Address;
  readonly shared: SharedCluster;
  /** Deletes the topics that the run made, and closes the gateway. */
  leave(): Promise<void>;
}

const withGateway = async <T>(
  settings: ExternalSettings['kafka'],
  onRefused: (error: Error) => void,
  work: (gateway: Gateway, connection: KafkaConnection, where: string) => Promise<T>,
): Promise<{ readonly gateway: Gateway; readonly result: T }> => {
  const broker = await chooseBroker(settings);
  const gateway = await openKafkaGateway({ broker, tls: settings.tls, sasl: settings.sasl }, onRefused);
  const connection = openKafkaConnection({ address: gateway.address, timeoutMs: TRY_DEADLINE_MS });
  try {
    return { gateway, result: await work(gateway, connection, nameOf(broker)) };
  } catch (error) {
    await gateway.close();
    if (error instanceof FaultlineError) throw error;
    throw refused(
      `the Kafka cluster at ${nameOf(broker)} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      'Its user needs the right to describe the cluster, its topics and groups, to make, delete, read and write the topics of the pipeline, and to commit for their groups.',
    );
  } finally {
    connection.close();
  }
};

/** Looks at a cluster and changes nothing. */
export const lookAtKafka = async (settings: ExternalSettings['kafka']): Promise<ClusterFacts> => {
  const { gateway, result } = await withGateway(
    settings,
    () => undefined,
    (_gateway, connection, where) => examine(connection, where),
  );
  await gateway.close();
  return result;
};

/** Checks the cluster and its groups, and makes the topics that are missing. */
export const joinKafka = async (
  settings: ExternalSettings['kafka'],
  groups: readonly string[],
  onRefused: (error: Error) => void,
): Promise<JoinedKafka> => {
  const { gateway, result } = await withGateway(settings, onRefused, async ({ address }, connection, where) => {
    const facts = await examine(connection, where);
    await requireEmpty(connection, groups);
    const missing = TOPICS.filter((topic) => !facts.keptTopics.includes(topic));
    const partitions = PARTITIONS_PER_TOPIC;
    const there = await createTopics(
      address,
      missing.map((name) => ({ name, partitions })),
    );
    // Somebody made it between the look and now: it is not ours.
    return { ...facts, keptTopics: [...facts.keptTopics, ...there] };
  });
  const { keptTopics, keptGroups } = result;
  return {
    address: gateway.address,
    shared: { keptTopics, keptGroups },
    leave: async () => {
      try {
        await deleteTopics(
          gateway.address,
          TOPICS.filter((topic) => !keptTopics.includes(topic)),
        );
      } finally {
        await gateway.close();
      }
    },
  };
};
