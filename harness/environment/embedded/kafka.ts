import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrokerConnection } from '../../wire/kafka/broker-connection.ts';
import { metadata } from '../../wire/kafka/requests/metadata.ts';
import type { Address } from '../../addresses/address.ts';
import type { KafkaParts } from '../setup/parts.ts';
import { brokerCommand, brokerSettings, propertiesFile } from './kafka-command.ts';
import { coordinatorAnswers } from './kafka-ready.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { ANSWER_WITHIN_MS, retryWhenPortTaken } from './start-context.ts';
import type { StartContext } from './start-context.ts';
import { until } from './until.ts';

export interface RunningBroker {
  readonly part: Part;
  readonly address: Address;
}

/** Makes the storage that of a cluster of its own. */
const giveClusterId = (file: string): string => {
  const id = randomBytes(16).toString('base64url');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^cluster\.id=.*$/m, `cluster.id=${id}`));
  return id;
};

/** The port may have been taken by another run's broker, which answers as well as ours would. Errors: Error when it was. */
const requireCluster = async (address: Address, wanted: string, patience: number): Promise<void> => {
  const connection = openBrokerConnection({ address, timeoutMs: patience });
  try {
    const { clusterId } = await connection.send(metadata([]));
    if (clusterId !== wanted) throw new Error(`another broker answers on port ${address.port}`);
  } finally {
    connection.close();
  }
};

const startOnce = async (
  kafka: KafkaParts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  name: string,
  extraFlags: readonly string[],
): Promise<RunningBroker> => {
  const home = join(folder.path, name);
  const data = join(home, 'data');
  const temporary = join(folder.executable, `${name}-tmp`);
  mkdirSync(data, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  for (const file of readdirSync(kafka.storage)) copyFileSync(join(kafka.storage, file), join(data, file));
  const clusterId = giveClusterId(join(data, 'meta.properties'));
  const [port, controllerPort] = await Promise.all([reservePort(), reservePort()]);
  const properties = join(home, 'server.properties');
  const settings = brokerSettings({ folder: data, port: port.port, controllerPort: controllerPort.port });
  writeFileSync(properties, propertiesFile(settings));
  await Promise.all([port.release(), controllerPort.release()]);
  const part = startPart({
    name: 'Kafka',
    command: brokerCommand(kafka, properties, temporary, extraFlags),
    env,
    log: join(home, 'output.log'),
    endsBy: 'KILL',
    reaper,
  });
  started(part);
  const address = { host: '127.0.0.1', port: port.port };
  const answers = async (patience: number): Promise<void> => {
    await coordinatorAnswers(address, patience);
    await requireCluster(address, clusterId, patience);
  };
  await until(answers, {
    what: `Kafka's group coordinator on port ${port.port}`,
    within: ANSWER_WITHIN_MS,
    unless: [part.died, abandoned],
  });
  return { part, address };
};

/** Starts a broker and waits until its group coordinator answers. */
export const startKafka = (
  kafka: KafkaParts,
  context: StartContext,
  extraFlags: readonly string[] = [],
): Promise<RunningBroker> => retryWhenPortTaken((attempt) => startOnce(kafka, context, `kafka-${attempt}`, extraFlags));
