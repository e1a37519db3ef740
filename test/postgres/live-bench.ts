/** A live system to be looked at: what the tests of that have in common. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveSettings } from '../../harness/config/types.ts';
import { connectionTo, withClient } from '../../harness/database/access.ts';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import { ALL_CHECKS, partsOf } from '../../harness/diagnose/chosen.ts';
import { readLive } from '../../harness/diagnose/read.ts';
import type { AskedLive } from '../../harness/diagnose/read.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import { foldersOf } from '../support/embedded.ts';
import { insertPayment, insertPurchase } from '../support/outside-rows.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';

export const PAYMENT = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
export const STUDENT = '809556c1-e184-4b85-8fd6-a5f1c8014bf6';
export const COURSE = 'ebefde63-8a3a-4d45-a594-c04275a03092';

/** What asks and changes nothing, whatever the program takes for that. */
export const READS = [
  'ApiVersions',
  'ConsumerGroupDescribe',
  'DescribeGroups',
  'Fetch',
  'FindCoordinator',
  'ListGroups',
  'ListOffsets',
  'Metadata',
  'OffsetFetch',
];

/** The retry queue's fallback: a row, and no event. */
export const incident = async (database: SlotDatabase): Promise<void> => {
  const ids = { studentId: STUDENT, courseId: COURSE };
  await insertPayment(database, 'payment-service', { id: PAYMENT, ...ids, amountCents: 100 });
  const id = '5e0c1d2a-5d3c-4d1a-9f7c-0a9f2f6f1c11';
  await insertPurchase(database, 'payment-service', { id, ...ids, purchaseTier: 10, metadata: {} });
};

export const serverLog = (): string =>
  foldersOf(process.pid)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /postgres-\d+\.log$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

/** Every statement that the server wrote down, without what it stands behind. */
export const statementsIn = (log: string): readonly string[] =>
  [...log.matchAll(/LOG: {2}(?:statement|execute [^:]*): (.*)/g)].map(([, statement = '']) => statement);

/** What is looked at twice is waited for, ms. */
export const LONG_MS = 300_000;

export const liveBench = ({ now, create }: PostgresBench) => {
  const settingsOf = (database: SlotDatabase, kafka = now().server.kafka): LiveSettings => ({
    kafka: { brokers: [{ host: kafka.host, port: kafka.port }], tls: undefined, sasl: undefined, prefix: '' },
    postgres: {
      host: database.server.host,
      port: database.server.port,
      ...database.server.worker,
      database: database.name,
      tls: undefined,
      plaintext: false,
    },
  });
  const read = (settings: LiveSettings, more: Partial<AskedLive> = {}) =>
    readLive({
      pipeline: shippedPipeline,
      settings,
      about: { payment: PAYMENT },
      parts: partsOf(ALL_CHECKS),
      bytesPerSecond: 8_000_000,
      since: undefined,
      progress: () => undefined,
      ...more,
    });
  const asAdmin = (database: string, sql: string): Promise<unknown> =>
    withClient(connectionTo(now().server.postgres, 'admin', database), (client) => client.query(sql));
  const clusterState = async (): Promise<unknown> => {
    const connection = openKafkaConnection({ address: now().server.kafka });
    const { topics } = await connection.send(metadata());
    const groups = await connection.send(listGroups());
    connection.close();
    return { topics: topics.map(({ name }) => name).sort(), groups: [...groups].sort() };
  };

  /** A database with the incident, and the topics of the pipeline. */
  const withIncident = async () => {
    const database = await create();
    await incident(database);
    const { kafka } = now().server;
    const { topics, partitions } = pipelineOf(shippedPipeline);
    await createTopics(
      kafka,
      topics.map((name) => ({ name, partitions })),
    );
    return { database, kafka, topics };
  };
  return { settingsOf, read, asAdmin, clusterState, withIncident };
};
