/** What the tests of the reference workers stand on: real Kafka and PostgreSQL, and a programmable admin-service. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { EachMessagePayload } from 'kafkajs';
import pg from 'pg';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { PARTITIONS_PER_TOPIC, TOPICS } from '../../harness/pipeline/testing.ts';
import type { Topic } from '../../harness/pipeline/testing.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { removeMember } from '../../harness/wire/kafka/requests/leave-group.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../../harness/wire/kafka/requests/offset-fetch.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';

const DATABASE = 'reference_workers';
const PARTITIONS = Array.from({ length: PARTITIONS_PER_TOPIC }, (_, index) => index);

/** Waits until the condition gives something. @throws Error that says what was waited for. */
export const until = async <T>(what: string, condition: () => T | Promise<T>, deadlineMs = 15_000) => {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await condition();
    if (found) return found as NonNullable<T>;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for: ${what}`);
    await sleep(2);
  }
};

interface Received {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Record<string, unknown>;
  /** `Date.now()` on arrival. */
  readonly at: number;
}

/** One purchase's ids. */
export interface Subject {
  readonly paymentId: string;
  readonly studentId: string;
  readonly courseId: string;
}

export const newSubject = (): Subject => ({
  paymentId: randomUUID(),
  studentId: randomUUID(),
  courseId: randomUUID(),
});

const BOOKING = {
  timeSlot: '5:30 PM',
  startDate: '2026-12-01',
  schedule: { timeSlot: '5:30 PM', startDate: '2026-12-01', mode: 'everyday' },
  purchaseTier: 30,
  sessionCount: 30,
};

/** An event of the pipeline, as text. */
export const eventOf = (
  type: 'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED',
  subject: Subject,
  { eventId = randomUUID() as string, booking = true } = {},
): string =>
  JSON.stringify({
    type,
    timestamp: Date.now(),
    userId: subject.studentId,
    role: 'student',
    studentId: subject.studentId,
    courseId: subject.courseId,
    ...(type === 'PURCHASE_CONFIRMED'
      ? { paymentId: subject.paymentId, amountCents: 9900 }
      : { purchaseId: randomUUID(), purchaseTier: 30 }),
    ...(booking && { metadata: BOOKING }),
    _metadata: { eventId, correlationId: subject.paymentId, timestamp: Date.now(), source: 'test', version: '1.0.0' },
  });

const openDatabase = async ({ postgres }: Environment) => {
  const urlOf = (database: string) =>
    `postgres://${postgres.admin.user}:${encodeURIComponent(postgres.admin.password)}@${postgres.host}:${postgres.port}/${database}`;
  const maintenance = new pg.Client({ connectionString: urlOf('postgres') });
  await maintenance.connect();
  await maintenance.query(`drop database if exists ${DATABASE} with (force)`);
  await maintenance.query(`create database ${DATABASE}`);
  await maintenance.end();
  const pool = new pg.Pool({ connectionString: urlOf(DATABASE) });
  pool.on('error', () => undefined);
  for (const schema of ['fixtures/schema.sql', 'pipelines/purchase-to-sessions/schema.sql'])
    await pool.query(readFileSync(join(packageRoot, schema), 'utf8'));
  return { pool, url: urlOf(DATABASE) };
};

const record = ({ topic, message }: EachMessagePayload): Received => ({
  topic,
  key: message.key?.toString() ?? '',
  headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
  value: JSON.parse(message.value?.toString() ?? 'null') as Record<string, unknown>,
  at: Date.now(),
});

const openKafka = async ({ kafka: address }: Environment) => {
  const { host, port } = address;
  const kafka = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  // Until their leaders serve: kafkajs waits only until they are known, and the first tests would be refused.
  const makeTopics = (topics: readonly string[]) =>
    createTopics(
      address,
      topics.map((name) => ({ name, partitions: PARTITIONS_PER_TOPIC })),
    );
  await makeTopics(TOPICS);
  const received: Received[] = [];
  const positions = new Map<string, number>();
  const consumer = kafka.consumer({ groupId: `collector-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  const collected: Topic[] = [
    'purchase-created',
    'course-access-granted',
    'trainer-allocated',
    'sessions-generated',
    'dead-letter-queue',
  ];
  await consumer.subscribe({ topics: collected, fromBeginning: true });
  await consumer.run({
    eachMessage: async (delivery) => {
      // The test's own events on purchase-created have no headers, and not all are JSON.
      if (delivery.message.headers?.['eventId']) received.push(record(delivery));
      positions.set(`${delivery.topic}/${delivery.partition}`, Number(delivery.message.offset) + 1);
    },
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return { admin, createTopics: makeTopics, received, positions, consumer, producer };
};

/** Everything around the workers. */
export const openPipeline = async (environment: Environment) => {
  const [database, kafka] = await Promise.all([openDatabase(environment), openKafka(environment)]);
  const raw = openKafkaConnection({ address: environment.kafka });
  const { pool } = database;
  const endsOf = (topic: string) => raw.send(listOffsets({ [topic]: PARTITIONS }, 'latest-committed'));

  const allocationsOf = async ({ studentId, courseId }: Subject) =>
    (
      await pool.query<{ id: string; status: string; trainer_id: string | null }>(
        'select id, status, trainer_id from trainer_allocations where student_id = $1 and course_id = $2',
        [studentId, courseId],
      )
    ).rows;

  const marksOf = async ({ paymentId }: Subject, type: string) =>
    (
      await pool.query<{ source: string; event_id: string }>(
        'select source, event_id from processed_events where correlation_id = $1 and event_type = $2',
        [paymentId, type],
      )
    ).rows;

  return {
    pool,
    databaseUrl: database.url,
    brokers: `${environment.kafka.host}:${environment.kafka.port}`,
    admin: kafka.admin,
    createTopics: kafka.createTopics,
    allocationsOf,
    marksOf,
    /** All records that workers have written so far to the topic about a payment. */
    recordsOf: async (topic: Topic, { paymentId }: Subject): Promise<Received[]> => {
      const ends = Object.entries((await endsOf(topic))[topic] ?? {});
      await until(`the collector to read ${topic}`, () =>
        ends.every(([partition, end]) => (kafka.positions.get(`${topic}/${partition}`) ?? 0) >= end),
      );
      return kafka.received.filter((one) => one.topic === topic && one.key === paymentId);
    },
    publish: async (topic: string, { paymentId }: Subject, value: string, partition?: number): Promise<void> => {
      await kafka.producer.send({
        topic,
        messages: [{ key: paymentId, value, ...(partition !== undefined && { partition }) }],
      });
    },
    /** Commits the topic's ends for the group, as the harness does before workers start. */
    commitEnds: async (group: string, topic: string): Promise<void> => {
      await raw.send(offsetCommit(group, await endsOf(topic)));
    },
    /** Records between the group's committed offsets and the topic's ends. */
    lagOf: async (group: string, topic: string): Promise<number> => {
      const ends = (await endsOf(topic))[topic] ?? {};
      const committed = (await raw.send(offsetFetch(group, { [topic]: PARTITIONS })))[topic] ?? {};
      return PARTITIONS.reduce((sum, partition) => sum + (ends[partition] ?? 0) - (committed[partition] ?? 0), 0);
    },
    removeMembers: async (group: string): Promise<void> => {
      for (const { memberId } of (await describeGroup(raw, group)).members) await removeMember(raw, group, memberId);
    },
    memberCount: async (group: string): Promise<number> => (await describeGroup(raw, group)).members.length,
    markEarly: async ({ paymentId }: Subject, type: string, source: string): Promise<void> => {
      await pool.query(
        `insert into processed_events (event_id, event_type, correlation_id, source) values ($1, $2, $3, $4)`,
        [randomUUID(), type, paymentId, source],
      );
    },
    close: async (): Promise<void> => {
      raw.close();
      await Promise.all([kafka.consumer.disconnect(), kafka.producer.disconnect(), kafka.admin.disconnect()]);
      await pool.end();
    },
  };
};

export type Pipeline = Awaited<ReturnType<typeof openPipeline>>;
