import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../types.ts';
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
  await until(() => coordinatorAnswers(address), {
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
