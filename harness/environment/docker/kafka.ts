/** The broker in a container: the same settings as the embedded one, by the image's variables. */
import { brokerSettings, jvmFlags } from '../embedded/kafka-command.ts';
import { coordinatorAnswers } from '../embedded/kafka-ready.ts';
import { reservePort } from '../embedded/ports.ts';
import { until } from '../embedded/until.ts';
import type { Address } from '../../addresses/address.ts';
import { isPortTaken } from './failures.ts';
import { IMAGES } from './images.ts';
import { ANSWER_WITHIN_MS, startPart } from './part.ts';
import type { Part } from './part.ts';
import type { Premises } from './premises.ts';

const PORT = 9092;
const CONTROLLER_PORT = 9093;
const DATA = '/var/lib/kafka/data';

/** Formats the storage: any will do, one broker lives as long as its data. */
const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw';

/** How often a start is tried again because somebody took the port between choosing and publishing it. */
const ATTEMPTS = 4;

/** The image makes `a.b.c` of KAFKA_A_B_C. */
const variableOf = (setting: string): string => `KAFKA_${setting.replaceAll('.', '_').toUpperCase()}`;

/** @param published where the broker is reached from this machine: what it says of itself to clients */
const variables = (published: number): Record<string, string> => {
  const inside = brokerSettings({ folder: DATA, port: PORT, controllerPort: CONTROLLER_PORT });
  const settings = {
    ...inside,
    listeners: String(inside['listeners']).replace(`127.0.0.1:${PORT}`, `0.0.0.0:${PORT}`),
    'advertised.listeners': String(inside['advertised.listeners']).replace(`:${PORT}`, `:${published}`),
  };
  // Flags of the program's log are the embedded broker's own: the image brings another logger.
  const memory = jvmFlags.filter((flag) => /^-Xm[sx]/.test(flag));
  const tuning = jvmFlags.filter((flag) => flag.startsWith('-XX:'));
  return {
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])),
    CLUSTER_ID,
    // A thousand lines about its settings cost it time, and what matters when it ends is at the end anyway.
    KAFKA_LOG4J_ROOT_LOGLEVEL: 'WARN',
    KAFKA_HEAP_OPTS: memory.join(' '),
    KAFKA_JVM_PERFORMANCE_OPTS: tuning.join(' '),
  };
};

export interface RunningKafka {
  readonly part: Part;
  /** For this machine. */
  readonly address: Address;
  /** For containers of the run. */
  readonly inside: Address;
}

const startOnce = async (premises: Premises, attempt: number): Promise<RunningKafka> => {
  // Chosen beforehand, as the broker must say it to clients of `faultline up`.
  const { port, release } = await reservePort();
  await release();
  const part = await startPart(premises, {
    name: 'Kafka',
    role: attempt === 1 ? 'kafka' : `kafka-${attempt}`,
    image: IMAGES.kafka,
    command: [],
    env: variables(port),
    ports: [{ container: PORT, host: port }],
    memory: [DATA],
  });
  const address = part.published(PORT);
  await until((patience) => coordinatorAnswers(address, patience), {
    what: `Kafka on port ${port}`,
    within: ANSWER_WITHIN_MS,
    unless: [part.died, premises.abandoned],
  });
  return { part, address, inside: { host: part.address, port: PORT } };
};

/** Starts the broker and waits until its group coordinator answers. @throws FaultlineError 'environment' */
export const startKafka = async (premises: Premises): Promise<RunningKafka> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(premises, attempt);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isPortTaken(error)) throw error;
    }
  }
};
