/** How the broker is run: the JVM's flags and the broker's settings, both measured for a quick start (shared facts, "Kafka, embedded"). */
import type { KafkaParts } from '../setup/parts.ts';

/** Name of the listener for everybody but the controller. */
const LISTENER = 'PLAIN';

/** Largest record batch a worker may send, bytes: somebody's 100 MB message is recorded and judged, not lost in a broken connection. */
const LARGEST_MESSAGE = 150 * 1024 * 1024;

export interface BrokerPlace {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
}

/** The broker's settings, by their names in Kafka's documentation. */
export const brokerSettings = ({
  folder,
  port,
  controllerPort,
}: BrokerPlace): Readonly<Record<string, string | number | boolean>> => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  listeners: `${LISTENER}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'advertised.listeners': `${LISTENER}://127.0.0.1:${port}`,
  'listener.security.protocol.map': `${LISTENER}:PLAINTEXT,CONTROLLER:PLAINTEXT`,
  'inter.broker.listener.name': LISTENER,
  'controller.listener.names': 'CONTROLLER',
  'log.dirs': folder,

  // As in production: a missing topic stays missing.
  'auto.create.topics.enable': false,
  'num.partitions': 3,
  'default.replication.factor': 1,

  // One node: every internal topic has one copy; one partition makes commits and transactions a single ordered list.
  'offsets.topic.num.partitions': 1,
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,

  // A first member has its partitions at once, and a test may ask for a short session.
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 10,

  'message.max.bytes': LARGEST_MESSAGE,
  'socket.request.max.bytes': LARGEST_MESSAGE + 1024 * 1024,
  'replica.fetch.max.bytes': LARGEST_MESSAGE,

  // Nothing a trial wrote is tidied away while it is judged, whatever timestamp a worker gave it.
  'log.cleaner.enable': false,
  'log.retention.ms': -1,
  'log.retention.bytes': -1,
  'log.segment.delete.delay.ms': 5000,

  // Few threads start sooner and leave the cores to the workers.
  'num.network.threads': 1,
  'num.io.threads': 2,
  'background.threads': 2,
  'num.recovery.threads.per.data.dir': 1,
  'group.coordinator.threads': 1,
  'auto.leader.rebalance.enable': false,
});

/** The settings as a properties file. */
export const propertiesFile = (settings: ReturnType<typeof brokerSettings>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** Flags that both the archive and every start must share, or the archive is not used. */
export const jvmFlags = [
  '-XX:TieredStopAtLevel=1',
  // One compiler thread leaves a core to the start itself: measured 7 % quicker on two cores.
  '-XX:-CICompilerCountPerCPU',
  '-XX:CICompilerCount=1',
  '-XX:+UseSerialGC',
  // Enough to start without collecting garbage, and room for a few of the largest messages; what is not used is not taken.
  '-Xms256m',
  '-Xmx1g',
  '-XX:-UsePerfData',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
  // log4j-core is left out (0.1 s of every start): errors go to stderr through slf4j-simple, and log4j-api shall not complain.
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
  '-Dlog4j.provider=org.apache.logging.log4j.simple.internal.SimpleProvider',
] as const;

/**
 * The broker's command line.
 * @param temporary folder for the native libraries that compression unpacks; programs may run there
 */
export const brokerCommand = (
  kafka: Pick<KafkaParts, 'java' | 'classPath' | 'archive'>,
  properties: string,
  temporary: string,
  extraFlags: readonly string[] = [],
): [string, ...string[]] => [
  kafka.java.command,
  ...jvmFlags,
  ...(kafka.archive === null ? [] : ['-Xshare:auto', `-XX:SharedArchiveFile=${kafka.archive}`]),
  ...extraFlags,
  `-Djava.io.tmpdir=${temporary}`,
  '-cp',
  kafka.classPath,
  'kafka.Kafka',
  properties,
];
