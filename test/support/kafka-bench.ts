/** The broker of one test file and what its tests reach it with: made before them, ended after them; a topic for each. */
import type { Consumer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Address } from '../../harness/addresses/address.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { openOffsetSource } from '../../harness/recorder/kafka-offsets.ts';
import { openRecordSource } from '../../harness/recorder/kafka-records.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import type { KafkaConnection } from '../../harness/wire/kafka/request.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import type { Producer } from '../../harness/wire/kafka/producer.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import { kafkaClient, openEnvironment, unique } from './kafka.ts';
import { createTape } from './postgres.ts';

export const BARRIER_MS = 5000;

/** Messages of what a source could not do. */
export const errors = () => {
  const messages: string[] = [];
  return { messages, onError: (error: Error) => void messages.push(error.message) };
};

interface Bench {
  readonly environment: Environment;
  readonly kafka: Address;
  readonly connection: KafkaConnection;
  readonly producer: Producer;
}

const openBench = async (): Promise<Bench> => {
  const environment = await openEnvironment();
  const { kafka } = environment;
  return { environment, kafka, connection: openKafkaConnection({ address: kafka }), producer: openProducer(kafka) };
};

/** Registers the hooks; the bench is there as soon as tests run. */
export const useKafka = () => {
  let bench: Bench | undefined;
  let topic = '';
  const now = () => {
    if (!bench) throw new Error('the bench is there only inside a test');
    return { ...bench, topic };
  };
  /** What a test opened, ended after it in the opposite order. */
  const open: (() => unknown)[] = [];

  beforeAll(async () => {
    bench = await openBench();
  }, 120_000);
  afterAll(async () => {
    const { environment, connection, producer } = now();
    producer.close();
    connection.close();
    await environment.stop();
  });
  beforeEach(async () => {
    topic = unique('topic');
    await createTopics(now().kafka, [{ name: topic, partitions: 3 }]);
  });
  afterEach(async () => {
    for (const end of open.splice(0).reverse()) await end();
  });

  return {
    /** The broker, and the topic of this test. */
    now,
    open,
    /** The source of records, on a tape. */
    recording: async () => {
      const { kafka } = now();
      const tape = createTape();
      const failed = errors();
      const source = await openRecordSource({ address: kafka, record: tape.record, onError: failed.onError });
      open.push(() => source.close());
      /** The records of this test's topic. */
      const caughtUp = async () => {
        expect(await source.caughtUp(BARRIER_MS)).toBe(true);
        return tape.of('kafka.record').filter((one) => one.topic === topic);
      };
      return { tape, source, caughtUp, errors: failed.messages };
    },
    /** The source of offsets, on a tape. */
    following: async () => {
      const { kafka } = now();
      const tape = createTape();
      const failed = errors();
      const source = await openOffsetSource({ address: kafka, record: tape.record, onError: failed.onError });
      open.push(() => source.close());
      return { tape, source, errors: failed.messages };
    },
    /** A consumer that has its partitions. */
    joined: async (address: Address, groupId: string, clientId = 'worker'): Promise<Consumer> => {
      const consumer = kafkaClient(address, clientId).consumer({
        groupId,
        heartbeatInterval: 300,
        maxWaitTimeInMs: 100,
      });
      open.push(() => consumer.disconnect());
      await consumer.subscribe({ topic, fromBeginning: true });
      const joining = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
      await consumer.run({ eachMessage: async () => undefined });
      await joining;
      return consumer;
    },
  };
};

export type KafkaBench = ReturnType<typeof useKafka>;
