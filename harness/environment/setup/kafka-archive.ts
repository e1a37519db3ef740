import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { hostAndPort } from '../../base/host-and-port.ts';
import { makePremises } from '../embedded/premises.ts';
import { jvmFlags } from '../embedded/kafka-command.ts';
import { startKafka } from '../embedded/kafka.ts';
import type { Address } from '../../addresses/address.ts';
import { cached, keyOf } from './cache.ts';
import type { KafkaParts, SetupOptions } from './parts.ts';
import { VERSIONS } from './versions.ts';

const FILE = 'kafka.jsa';
const REASON = 'not-made.txt';

/** What every trial makes the broker do, so that the classes for it are in the archive. */
const exercise = async (broker: Address): Promise<void> => {
  const kafka = new Kafka({ brokers: [hostAndPort(broker)], logLevel: logLevel.NOTHING, retry: { retries: 5 } });
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer = kafka.consumer({ groupId: 'exercise', allowAutoTopicCreation: false });
  const topic = 'exercise';
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
    await producer.send({ topic, messages: [{ key: 'key', value: 'value', headers: { name: 'value' } }] });
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.run({ eachMessage: () => Promise.resolve(resolve()) }).catch(reject);
    });
    await consumer.stop();
    await admin.fetchOffsets({ groupId: 'exercise', topics: [topic] });
    await admin.deleteTopics({ topics: [topic] });
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
  }
};

const make = async (kafka: KafkaParts, { env }: SetupOptions, file: string): Promise<void> => {
  const premises = makePremises(env);
  try {
    const broker = await startKafka(kafka, premises.context, [`-XX:ArchiveClassesAtExit=${file}`]);
    await exercise(broker.address);
    // The JVM writes the archive while it ends, and only if it ends by itself.
    await broker.part.endGently(60_000);
  } finally {
    await premises.end();
  }
};

/**
 * The class-data archive that halves the broker's start, made once by running one. It is valid for one JVM and one class path only.
 * null when this JVM could not make one; that is not tried again.
 */
export const kafkaArchive = async (
  kafka: Omit<KafkaParts, 'archive'>,
  options: SetupOptions,
): Promise<string | null> => {
  const { java, classPath } = kafka;
  const key = keyOf(java.version, realpathSync(java.command), classPath, ...jvmFlags);
  const folder = await cached(options, `kafka-${VERSIONS.kafka}-classes-${key}`, async (unfinished) => {
    options.progress('preparing a class archive for a quick start of Kafka');
    const file = join(unfinished, FILE);
    await make({ ...kafka, archive: null }, options, file);
    if (!existsSync(file)) {
      options.progress(`Java ${java.version} made no class archive: Kafka will take a second longer to start`);
      await writeFile(join(unfinished, REASON), `Java ${java.version} ended without writing an archive\n`);
    }
  });
  const file = join(folder, FILE);
  return existsSync(file) ? file : null;
};
