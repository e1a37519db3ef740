/** A Kafka that is somebody else's: one broker or several, each with the listeners that a real one has. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { brokerCommand, brokerSettings, propertiesFile } from '../../harness/environment/embedded/kafka-command.ts';
import { startPart } from '../../harness/environment/embedded/part.ts';
import type { StartContext } from '../../harness/environment/embedded/start-context.ts';
import { until } from '../../harness/environment/embedded/until.ts';
import type { Parts } from '../../harness/environment/setup/parts.ts';
import type { Address, KafkaAddress } from '../../harness/addresses/address.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import type { KafkaConnection } from '../../harness/wire/kafka/request.ts';
import { describeGroups } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { findCoordinator } from '../../harness/wire/kafka/requests/find-coordinator.ts';
import { metadata, metadataOfAll } from '../../harness/wire/kafka/requests/metadata.ts';

const HOST = '127.0.0.1';
const WITHIN_MS = 60_000;

/** The user that the brokers' SASL listeners know. */
export const KAFKA_USER = { username: 'harness', password: 'broker-secret-1' } as const;

/** One broker's. */
export interface Listeners {
  readonly plain: Address;
  readonly tls: Address;
  readonly sasl: Address;
}

export interface SomebodysBroker {
  readonly nodeId: number;
  readonly at: Listeners;
  /** As a machine that is switched off; resolves when its process is gone. */
  kill(): Promise<void>;
}

export interface BrokersWanted {
  readonly count: number;
  /** Partitions of __consumer_offsets: with several of them groups have different coordinators. */
  readonly offsetsPartitions: number;
  /** Who logs in may do only what he was given: who comes without a login is the administrator. */
  readonly guarded?: true;
}

const ONE: BrokersWanted = { count: 1, offsetsPartitions: 1 };

/** Every broker of a cluster formats its storage for itself. */
const format = (kafka: Parts['kafka'], properties: string, rest: readonly string[]): void => {
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', kafka.classPath, 'kafka.tools.StorageTool', 'format'];
  const cluster = ['--cluster-id', 'FkU3OEVBNTcwNTJENDM2Qk', '--config', properties];
  execFileSync(kafka.java.command, [...tool, ...cluster, ...rest], { stdio: 'pipe' });
};

const asking = async (address: KafkaAddress, ask: (connection: KafkaConnection) => Promise<void>): Promise<void> => {
  const connection = openKafkaConnection({ address });
  try {
    await ask(connection);
  } finally {
    connection.close();
  }
};

/** Every broker of the cluster is known to this one. */
const knowsAll = (address: Address, count: number): Promise<void> =>
  asking(address, async (connection) => {
    const { brokers } = await connection.send(metadata([]));
    if (brokers.length < count) throw new Error(`the cluster has ${brokers.length} brokers`);
  });

const GROUPS_TOPIC = '__consumer_offsets';

/** Makes __consumer_offsets, its partitions led by the brokers in turn: left to the cluster, chance would deal them out. */
const dealOutGroups = async (brokers: readonly SomebodysBroker[], partitions: number): Promise<void> => {
  const kafka = new Kafka({ brokers: brokers.map(({ at }) => `${HOST}:${at.plain.port}`), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const leaderOf = (partition: number): number => brokers[partition % brokers.length]!.nodeId;
    await admin.createTopics({
      // One broker may not know the topic yet that another has made: the client takes that for its absence.
      waitForLeaders: false,
      topics: [
        {
          topic: GROUPS_TOPIC,
          replicaAssignment: Array.from({ length: partitions }, (_, partition) => ({
            partition,
            replicas: [leaderOf(partition)],
          })),
          configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
};

/** Every broker knows who leads each of its partitions. */
const ledEverywhere = (address: KafkaAddress, partitions: number): Promise<void> =>
  asking(address, async (connection) => {
    for (const { topics } of await connection.send(metadataOfAll([GROUPS_TOPIC]))) {
      const led = topics.flatMap((topic) => topic.partitions).filter(({ leader }) => leader >= 0).length;
      if (led !== partitions) throw new Error(`a broker knows leaders of ${led} of ${partitions} partitions`);
    }
  });

/** Where nobody has made it, the first question makes __consumer_offsets. */
const coordinates = (address: KafkaAddress): Promise<void> =>
  asking(address, async (connection) => {
    await connection.send(findCoordinator('faultline'));
    await connection.send(describeGroups(['faultline']));
  });

/** Starts them; the last is the controller as well. */
export const startBrokers = async (
  { kafka }: Parts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  certificate: { readonly cert: string; readonly key: string },
  { count, offsetsPartitions, guarded }: BrokersWanted = ONE,
): Promise<readonly SomebodysBroker[]> => {
  const controller = await reservePort();
  const home = join(folder.path, 'somebodys-kafka');
  mkdirSync(home);
  const keystore = join(home, 'keystore.pem');
  writeFileSync(keystore, `${readFileSync(certificate.key, 'utf8')}${readFileSync(certificate.cert, 'utf8')}`);
  const { username, password } = KAFKA_USER;
  const login = (module: string, rest = ''): string => `org.apache.kafka.common.security.${module} required ${rest};`;
  const user = `[name=${username},password=${password}]`;
  const users = ['--add-scram', `SCRAM-SHA-256=${user}`, '--add-scram', `SCRAM-SHA-512=${user}`];

  const authorizer: Readonly<Record<string, string>> =
    guarded === undefined
      ? {}
      : {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': 'User:ANONYMOUS',
        };

  const start = async (nodeId: number): Promise<SomebodysBroker> => {
    const [data, temporary] = [join(home, `data-${nodeId}`), join(folder.executable, `somebodys-kafka-${nodeId}`)];
    mkdirSync(data);
    mkdirSync(temporary, { recursive: true });
    const ports = await Promise.all([reservePort(), reservePort(), reservePort()]);
    const [plain = 0, tls = 0, sasl = 0] = ports.map(({ port }) => port);
    const listeners = `PLAIN://${HOST}:${plain},TLS://${HOST}:${tls},SASL://${HOST}:${sasl}`;
    const isController = nodeId === count;
    const properties = join(home, `${nodeId}.properties`);
    writeFileSync(
      properties,
      propertiesFile({
        ...brokerSettings({ folder: data, port: plain, controllerPort: controller.port }),
        'node.id': nodeId,
        // The node of the settings is the controller: there is one.
        'controller.quorum.voters': `${count}@${HOST}:${controller.port}`,
        // One that is gone is known to be gone soon.
        'broker.session.timeout.ms': 6000,
        'broker.heartbeat.interval.ms': 500,
        'process.roles': isController ? 'broker,controller' : 'broker',
        'offsets.topic.num.partitions': offsetsPartitions,
        listeners: isController ? `${listeners},CONTROLLER://${HOST}:${controller.port}` : listeners,
        'advertised.listeners': listeners,
        'listener.security.protocol.map': 'PLAIN:PLAINTEXT,TLS:SSL,SASL:SASL_SSL,CONTROLLER:PLAINTEXT',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keystore,
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.sasl.plain.sasl.jaas.config': login('plain.PlainLoginModule', `user_${username}="${password}"`),
        'listener.name.sasl.scram-sha-256.sasl.jaas.config': login('scram.ScramLoginModule'),
        'listener.name.sasl.scram-sha-512.sasl.jaas.config': login('scram.ScramLoginModule'),
        ...authorizer,
      }),
    );
    format(kafka, properties, isController ? users : []);
    await Promise.all(ports.map((port) => port.release()));
    if (isController) await controller.release();
    const part = startPart({
      name: `somebody's broker ${nodeId}`,
      command: brokerCommand(kafka, properties, temporary),
      env,
      log: join(home, `${nodeId}.log`),
      endsBy: 'KILL',
      reaper,
    });
    started(part);
    const at = (port: number): Address => ({ host: HOST, port });
    await until(() => knowsAll(at(plain), count), {
      what: `somebody's broker ${nodeId}`,
      within: WITHIN_MS,
      unless: [part.died, abandoned],
    });
    return { nodeId, at: { plain: at(plain), tls: at(tls), sasl: at(sasl) }, kill: () => part.end() };
  };

  const brokers = await Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)));
  const nodes = new Map(brokers.map(({ nodeId, at }) => [nodeId, at.plain]));
  const address = { ...brokers[0]!.at.plain, nodes };
  if (count > 1) {
    await dealOutGroups(brokers, offsetsPartitions);
    await until(() => ledEverywhere(address, offsetsPartitions), {
      what: "somebody's leaders of groups",
      within: WITHIN_MS,
      unless: [abandoned],
    });
  }
  await until(() => coordinates(address), {
    what: "somebody's coordinators",
    within: WITHIN_MS,
    unless: [abandoned],
  });
  return brokers;
};
