/** A live Kafka of two brokers that lets nobody do what he was not given: which rights suffice to look, and what a missing one costs. */
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  ResourcePatternTypes,
  logLevel,
} from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { liveSettings } from '../../harness/config/external.ts';
import { ALL_CHECKS, partsOf } from '../../harness/diagnose/chosen.ts';
import { readLive } from '../../harness/diagnose/read.ts';
import { reportOf } from '../../harness/diagnose/report.ts';
import type { Snapshot } from '../../harness/diagnose/snapshot.ts';
import { toHistory } from '../../harness/diagnose/to-history.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { newPayment, openLiveSystem } from '../support/live-system.ts';
import { openSomebodysBrokers } from '../support/somebodys-cluster.ts';
import type { SomebodysBrokers } from '../support/somebodys-cluster.ts';
import { KAFKA_USER } from '../support/somebodys-kafka.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const { topics, partitions } = pipelineOf(shippedPipeline);
const GROUPS = ['purchase-creation-workers', 'trainer-allocation-workers'];
const paid = newPayment();

let cluster: SomebodysBrokers;
let admin: Admin;
beforeAll(async () => {
  cluster = await openSomebodysBrokers({ count: 2, offsetsPartitions: 4, guarded: true });
  const brokers = cluster.brokers.map(({ at }) => `127.0.0.1:${at.plain.port}`);
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: partitions })) });
  const system = await openLiveSystem({ KAFKA_BROKERS: brokers[0]!, DATABASE_URL: cluster.postgres.url });
  await system.confirm(paid);
  await system.create(paid);
  for (const role of ['purchase-worker', 'allocation-worker'] as const)
    await system.passAll(shippedPipeline.stages[role].group, pipelineOf(shippedPipeline).consumedTopic(role));
  await system.close();
});
afterAll(async () => {
  await admin?.disconnect();
  await cluster?.stop();
});

type Right = readonly [type: AclResourceTypes, name: string, operation: AclOperationTypes];

const topicRights = (name: string, ...operations: readonly AclOperationTypes[]): readonly Right[] =>
  operations.map((operation) => [AclResourceTypes.TOPIC, name, operation]);
const LOOK_AT_TOPICS = topics.flatMap((name) => topicRights(name, AclOperationTypes.DESCRIBE));
const READ_TOPICS = topics.flatMap((name) => topicRights(name, AclOperationTypes.READ));
const LOOK_AT_GROUPS = GROUPS.map((name): Right => [AclResourceTypes.GROUP, name, AclOperationTypes.DESCRIBE]);
const LOOK_AT_OFFSETS = topicRights('__consumer_offsets', AclOperationTypes.DESCRIBE);

const asAcl = ([resourceType, resourceName, operation]: Right) => ({
  resourceType,
  resourceName,
  operation,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: `User:${KAFKA_USER.username}`,
  host: '*',
  permissionType: AclPermissionTypes.ALLOW,
});

/** What is there, and who may do what. */
const inventory = async (): Promise<unknown> => ({
  topics: (await admin.listTopics()).sort(),
  groups: (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort(),
});

/** What a look says that has these rights, and no others. */
const lookedAtWith = async (...rights: readonly Right[]) => {
  const everybodys = {
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  };
  await admin.deleteAcls({ filters: [everybodys] });
  if (rights.length > 0) await admin.createAcls({ acl: rights.map(asAcl) });
  const env = {
    KAFKA_BROKERS: `localhost:${cluster.brokers[0]!.at.sasl.port}`,
    FAULTLINE_KAFKA_CA: cluster.ca,
    FAULTLINE_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    FAULTLINE_KAFKA_USERNAME: KAFKA_USER.username,
    FAULTLINE_KAFKA_PASSWORD: KAFKA_USER.password,
  };
  const before = await inventory();
  const found = await readLive({
    pipeline: shippedPipeline,
    settings: liveSettings(undefined, env, packageRoot),
    about: { payment: paid.payment },
    parts: partsOf(ALL_CHECKS),
    bytesPerSecond: 8_000_000,
    since: undefined,
    progress: () => undefined,
  });
  expect(await inventory()).toEqual(before);
  expect(JSON.stringify(found)).not.toContain(KAFKA_USER.password);
  return found;
};

const sourcesOf = (found: Awaited<ReturnType<typeof lookedAtWith>>) => {
  const { sources } = reportOf(toHistory(found as Snapshot), { brokers: '' });
  return Object.fromEntries(sources.map(({ source, complete, why }) => [source, complete ? 'complete' : why]));
};
const RECORDS = 'records in Kafka';
const OFFSETS = "the groups' members and offsets";

test('Describe and Read of topics, and Describe of groups and of the offsets’ topic suffice', async () => {
  const found = await lookedAtWith(...LOOK_AT_TOPICS, ...READ_TOPICS, ...LOOK_AT_GROUPS, ...LOOK_AT_OFFSETS);
  expect(sourcesOf(found)).toMatchObject({ [RECORDS]: 'complete', [OFFSETS]: 'complete' });
});

test('without Describe of a group nothing is known of that one', async () => {
  const [one] = LOOK_AT_GROUPS;
  const found = await lookedAtWith(...LOOK_AT_TOPICS, ...READ_TOPICS, one!, ...LOOK_AT_OFFSETS);
  const { [RECORDS]: records, [OFFSETS]: offsets } = sourcesOf(found);
  expect(records).toBe('complete');
  expect(offsets).toContain('trainer-allocation-workers');
  expect(offsets).toContain('GROUP_AUTHORIZATION_FAILED');
  expect(offsets).not.toContain('purchase-creation-workers');
});

test('without Describe of the offsets’ topic groups are known all the same', async () => {
  const found = await lookedAtWith(...LOOK_AT_TOPICS, ...READ_TOPICS, ...LOOK_AT_GROUPS);
  expect(sourcesOf(found)).toMatchObject({ [RECORDS]: 'complete', [OFFSETS]: 'complete' });
});

test('without Read of a topic its records are not known, and it is said of which', async () => {
  const others = READ_TOPICS.filter(([, name]) => name !== 'purchase-created');
  const found = await lookedAtWith(...LOOK_AT_TOPICS, ...others, ...LOOK_AT_GROUPS, ...LOOK_AT_OFFSETS);
  const { [RECORDS]: records } = sourcesOf(found);
  expect(records).toContain('purchase-created');
  expect(records).toContain('TOPIC_AUTHORIZATION_FAILED');
  expect(records).not.toContain('purchase-confirmed');
});

test('without any right nothing is found, and each thing that was not allowed is named', async () => {
  const found = await lookedAtWith();
  expect(found).toMatchObject({ unfound: true });
  const said = JSON.stringify(found);
  for (const topic of topics) expect(said).toContain(topic);
  expect(said).toContain('TOPIC_AUTHORIZATION_FAILED');
});
