/** The way to somebody's brokers: each is asked whether it lets us in and can do what is needed, and gets a gateway. */
import { withDeadline } from '../../base/waiting.ts';
import { settledInTurn } from '../../base/in-turn.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import type { ExternalSettings, HostAndPort } from '../../config/types.ts';
import { APIS } from '../../wire/kafka/apis.ts';
import type { ApiName } from '../../wire/kafka/apis.ts';
import { openBrokerConnection } from '../../wire/kafka/broker-connection.ts';
import { apiVersions } from '../../wire/kafka/requests/api-versions.ts';
import { metadata } from '../../wire/kafka/requests/metadata.ts';
import type { Metadata } from '../../wire/kafka/requests/metadata.ts';
import type { Address, KafkaAddress } from '../../addresses/address.ts';
import type { Gateway } from './gateway.ts';
import { openBroker, openKafkaGateway } from './kafka-gateway.ts';
import { refused } from './refused.ts';

interface Access {
  /** What is asked of a broker, version by version. */
  readonly requests: Readonly<Partial<Record<ApiName, number>>>;
  /** One broker after the other, so that few connections stand at once. */
  readonly inTurn: boolean;
}

/** Of who only looks. */
export const READING: Access = {
  requests: {
    Fetch: 13,
    ListOffsets: 2,
    Metadata: 12,
    OffsetFetch: 1,
    FindCoordinator: 1,
    DescribeGroups: 0,
    ListGroups: 0,
  },
  inTurn: true,
};

/** Of the harness: Kafka 3.7 and later have all of it. */
const PLAYING: Access = {
  requests: {
    ...READING.requests,
    Produce: 7,
    OffsetCommit: 2,
    LeaveGroup: 0,
    CreateTopics: 4,
    DeleteTopics: 3,
    DeleteGroups: 1,
    ConsumerGroupDescribe: 0,
  },
  inTurn: false,
};

/** ms for a broker of the list to let us in. */
export const TRY_DEADLINE_MS = 10_000;

export interface Brokers {
  /** Plain, for the harness and the workers' proxies. */
  readonly address: KafkaAddress;
  /** Where they really are. */
  readonly places: readonly HostAndPort[];
  readonly close: () => Promise<void>;
}

const wayOut = (why: string): string => {
  if (/certificate|altnames|self.signed/i.test(why))
    return 'Name its authority in external.kafka.tls.ca (FAULTLINE_KAFKA_CA), or the name it has in external.kafka.tls.servername.';
  if (/credentials|mechanism/.test(why))
    return 'Correct external.kafka.sasl (FAULTLINE_KAFKA_SASL_MECHANISM, FAULTLINE_KAFKA_USERNAME, FAULTLINE_KAFKA_PASSWORD).';
  return 'Is it up, reachable from here, and are external.kafka.tls and external.kafka.sasl as its listener wants them?';
};

/** Errors: what the network, TLS or the broker said. */
const tryBroker = async (broker: HostAndPort, { tls, sasl }: ExternalSettings['kafka']): Promise<void> => {
  let destroy = (): void => undefined;
  try {
    const open = openBroker({ broker, tls, sasl }, (socket) => (destroy = () => void socket.destroy()));
    await withDeadline(open, TRY_DEADLINE_MS, `connecting to ${hostAndPort(broker)}`);
  } finally {
    destroy();
  }
};

/** The first broker of the list that lets us in. */
const chooseBroker = async (settings: ExternalSettings['kafka']): Promise<HostAndPort> => {
  const failures: string[] = [];
  for (const broker of settings.brokers) {
    try {
      await tryBroker(broker, settings);
      return broker;
    } catch (error) {
      failures.push(`${hostAndPort(broker)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw refused(`Kafka cannot be reached: ${failures.join('; ')}`, wayOut(failures.join()));
};

const noBroker =
  (where: string) =>
  (error: Error): never => {
    throw refused(
      `what answers at ${where} is no Kafka broker, or wants TLS or SASL: ${error.message}`,
      'See external.kafka.tls and external.kafka.sasl.',
    );
  };

/** Gives what the broker knows of its cluster. Errors: FaultlineError 'environment' when it cannot do what is needed. */
const requireRequests = async (address: Address, where: string, needed: Access['requests']): Promise<Metadata> => {
  const connection = openBrokerConnection({ address, timeoutMs: TRY_DEADLINE_MS });
  try {
    const offered = await connection.send(apiVersions()).catch(noBroker(where));
    const lacking = Object.entries(needed).flatMap(([name, version]) => {
      const range = offered.get(APIS[name as ApiName].key);
      return range !== undefined && range.min <= version && range.max >= version ? [] : [`${name} v${version}`];
    });
    if (lacking.length > 0)
      throw refused(`the broker at ${where} does not offer ${lacking.join(', ')}`, 'It takes Kafka 3.7 or later.');
    return await connection.send(metadata([])).catch(noBroker(where));
  } finally {
    connection.close();
  }
};

/** A gateway to one of several brokers, at the address that it advertises. */
const openOneOf = async (
  { nodeId, host, port }: Metadata['brokers'][number],
  settings: ExternalSettings['kafka'],
  onRefused: (error: Error) => void,
  needed: Access['requests'],
): Promise<Gateway> => {
  const broker = { host, port };
  await tryBroker(broker, settings).catch((error: Error) => {
    throw refused(
      `broker ${nodeId} of the cluster, which says that it is at ${hostAndPort(broker)}, cannot be reached there: ${error.message}`,
      `Every broker must be reachable from here at the address that its listener advertises. ${wayOut(error.message)}`,
    );
  });
  const gateway = await openKafkaGateway({ broker, tls: settings.tls, sasl: settings.sasl }, onRefused);
  try {
    await requireRequests(gateway.address, hostAndPort(broker), needed);
    return gateway;
  } catch (error) {
    await gateway.close();
    throw error;
  }
};

/** A gateway's address, by the broker's own name in errors. */
const named = ({ address }: Gateway, broker: HostAndPort): Address => ({ ...address, name: hostAndPort(broker) });

const openAll = async (
  brokers: Metadata['brokers'],
  settings: ExternalSettings['kafka'],
  onRefused: (error: Error) => void,
  { requests, inTurn }: Access,
): Promise<Brokers> => {
  const open = (broker: Metadata['brokers'][number]) => openOneOf(broker, settings, onRefused, requests);
  const opened = inTurn ? await settledInTurn(brokers, open, false) : await Promise.allSettled(brokers.map(open));
  const gateways = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
  };
  const failed = opened.find((one) => one.status === 'rejected');
  const [first] = gateways;
  if (failed !== undefined || first === undefined) {
    await close();
    throw failed?.reason;
  }
  const nodes = new Map(brokers.map((broker, i) => [broker.nodeId, named(gateways[i]!, broker)]));
  return { address: { ...first.address, nodes }, places: brokers, close };
};

/**
 * Opens a gateway to every broker of the cluster. One that is alone is reached where the settings say, whatever it
 * advertises; several are reached where they say themselves. Errors: FaultlineError 'environment'; nothing is left open
 */
export const openBrokers = async (
  settings: ExternalSettings['kafka'],
  onRefused: (error: Error) => void,
  access: Access = PLAYING,
): Promise<Brokers> => {
  const broker = await chooseBroker(settings);
  const gateway = await openKafkaGateway({ broker, tls: settings.tls, sasl: settings.sasl }, onRefused);
  try {
    const { brokers } = await requireRequests(gateway.address, hostAndPort(broker), access.requests);
    const [only, ...others] = brokers;
    if (only === undefined)
      throw refused(
        `the broker at ${hostAndPort(broker)} knows of no broker yet`,
        'Wait until the cluster is up, and start again.',
      );
    if (others.length === 0) {
      const nodes = new Map([[only.nodeId, named(gateway, broker)]]);
      return { address: { ...gateway.address, nodes }, places: [broker], close: () => gateway.close() };
    }
    const all = await openAll(brokers, settings, onRefused, access);
    await gateway.close();
    return all;
  } catch (error) {
    await gateway.close();
    throw error;
  }
};
