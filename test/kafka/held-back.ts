/** Part of kafka.test.ts: a relay that keeps a worker from topics which are not the run's. */
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  Kafka,
  ResourcePatternTypes,
  logLevel,
} from 'kafkajs';
import type { Admin, EachMessagePayload } from 'kafkajs';
import { expect, test } from 'vitest';
import type { Address } from '../../harness/addresses/address.ts';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import type { Reader } from '../../harness/wire/kafka/codec.ts';
import { APIS } from '../../harness/wire/kafka/apis.ts';
import type { ApiName } from '../../harness/wire/kafka/apis.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { PASSING } from '../../harness/wire/kafka/passing/requests.ts';
import { encodeBatch } from '../../harness/wire/kafka/record-batch-writer.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import type { KafkaRequest } from '../../harness/wire/kafka/request.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../../harness/wire/kafka/requests/offset-fetch.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { bodyWith, frameOf, isIn, requestMessages, versionsOf } from '../support/kafka-messages.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import { createTape } from '../support/postgres.ts';

/** The versions that name their topics. */
const VERSIONS = Array.from({ length: 10 }, (_, i) => i + 3);

const FETCH_VERSIONS = Array.from({ length: 9 }, (_, i) => i + 4);

/** A record for every topic, in one request; the answer is not looked at. */
const producing = (version: number, topics: readonly string[]): KafkaRequest<void> => {
  const flexible = version >= 9;
  const batch = encodeBatch({ key: null, value: Buffer.from('x'), headers: {}, timestamp: 1 });
  const body = new Writer().string(null, flexible).int16(1).int32(1000);
  body.array(topics, flexible, (topic) => {
    body.string(topic, flexible).array([0], flexible, (partition) => {
      body.int32(partition).nullableBytes(batch, flexible);
      if (flexible) body.tags();
    });
    if (flexible) body.tags();
  });
  if (flexible) body.tags();
  return { api: 'Produce', version, body: body.finish(), decode: () => undefined };
};

/** A poll of one partition of every topic, without a session; the answer is not looked at. */
const fetching = (version: number, topics: readonly string[]): KafkaRequest<void> => {
  const flexible = version >= 12;
  const body = new Writer().int32(-1).int32(1).int32(1).int32(1024).int8(0);
  if (version >= 7) body.int32(0).int32(-1); // no session
  body.array(topics, flexible, (topic) => {
    body.string(topic, flexible).array([0], flexible, (partition) => {
      body.int32(partition);
      if (version >= 9) body.int32(-1);
      body.int64(0);
      if (version >= 12) body.int32(-1);
      if (version >= 5) body.int64(-1);
      body.int32(1024);
      if (flexible) body.tags();
    });
    if (flexible) body.tags();
  });
  if (version >= 7) body.length(0, flexible); // forgotten topics
  if (version >= 11) body.string('', flexible); // rack
  if (flexible) body.tags();
  return { api: 'Fetch', version, body: body.finish(), decode: () => undefined };
};

/** A consumer that asks to be let in, in the oldest form. */
const joining = (group: string): KafkaRequest<void> => ({
  api: 'JoinGroup',
  version: 2,
  body: new Writer()
    .string(group, false)
    .int32(6000)
    .int32(6000)
    .string('', false)
    .string('consumer', false)
    .length(0, false)
    .finish(),
  decode: () => undefined,
});

/** What the broker offers, asked in one version of ApiVersions: the last version by key. */
const offered = (version: number): KafkaRequest<ReadonlyMap<number, number>> => ({
  api: 'ApiVersions',
  version,
  body: version < 3 ? Buffer.alloc(0) : new Writer().string('a', true).string('1', true).tags().finish(),
  decode: (reader: Reader) => {
    const flexible = version >= 3;
    expect(reader.int16()).toBe(0);
    const all = reader.array(flexible, () => {
      const one = { key: reader.int16(), from: reader.int16(), to: reader.int16() };
      if (flexible) reader.tags();
      return one;
    });
    return new Map<number, number>(all.map(({ key, to }) => [key, to]));
  },
});

/** Sends bytes over a connection of their own; resolves with the first of the answer, or with nothing when it ends without one. */
const over = ({ host, port }: Address, bytes: Buffer): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer?: Buffer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', end);
    socket.on('error', () => undefined);
    socket.on('close', () => end());
    socket.write(bytes);
  });

const OURS = 'ours.';

/** Of kafkajs. */
const NOT_OFFERED = 'The Kafka server does not support the requested API version';

export const testHeldBack = ({ now, open, joined }: KafkaBench): void => {
  const guarding = async (may: (topic: string) => boolean) => {
    const tape = createTape();
    const told: string[] = [];
    const guard = { may, heldBack: (what: string) => void told.push(what) };
    const relay = await openKafkaRelay({ worker: 'w', target: () => now().kafka, guard, record: tape.record });
    open.push(() => relay.close());
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    return { tape, told, behind, relay: relay.address };
  };
  const keptToPrefix = () => guarding((name) => name.startsWith(OURS));

  /** A topic with a record, a group with a member that goes on, and a producer in a transaction, all of somebody's. */
  const somebodys = async () => {
    const { kafka, connection, producer, topic } = now();
    const group = unique('their-group');
    const idle = unique('their-idle-group');
    const transactionalId = unique('their-id');
    await producer.send(topic, { key: 'k', value: 'of-somebody-else' });
    await joined(kafka, group, 'stranger');
    await connection.send(offsetCommit(idle, { [topic]: { 0: 1 } }));
    const theirs = kafkaClient(kafka).producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    open.push(() => theirs.disconnect());
    await theirs.connect();
    const transaction = await theirs.transaction();
    const admin = kafkaClient(kafka).admin();
    open.push(() => admin.disconnect());
    await admin.connect();
    const look = async () => {
      const { topics } = await connection.send(metadata());
      const settings = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
      });
      const { members, state } = await describeGroup(connection, group);
      return {
        topics: topics.map(({ name, id, partitions }) => `${name} ${id} ${partitions.length}`).sort(),
        starts: await connection.send(listOffsets({ [topic]: [0, 1, 2] }, 'earliest')),
        ends: await connection.send(listOffsets({ [topic]: [0, 1, 2] }, 'latest-uncommitted')),
        settings: settings.resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
        groups: [...(await connection.send(listGroups()))].sort(),
        member: [state, members.map(({ memberId }) => memberId)],
        offsets: await connection.send(offsetFetch(idle, { [topic]: [0] })),
      };
    };
    return { topic, group, idle, transactionalId, transaction, look };
  };

  test('passes what may be written, and ends the connection before anything else gets to the broker', async () => {
    const { kafka, connection, topic } = now();
    const other = unique('theirs');
    await createTopics(kafka, [{ name: other, partitions: 1 }]);
    const { tape, behind } = await guarding((one) => one === topic);
    for (const version of VERSIONS) await behind.send(producing(version, [topic]));
    for (const version of VERSIONS)
      await expect(behind.send(producing(version, [topic, other])), `v${version}`).rejects.toThrow(/Produce/);
    const ends = await connection.send(listOffsets({ [topic]: [0], [other]: [0] }, 'latest-uncommitted'));
    expect(ends).toEqual({ [topic]: { 0: VERSIONS.length }, [other]: { 0: 0 } });
    const said = tape.of('trial.harness-error').map(({ message }) => message);
    const why = `it wrote to the topic ${other}, which lacks the prefix of this run: held back`;
    expect(said).toEqual(VERSIONS.map(() => `relay of w to kafka: ${why}`));
  });

  test('neither reads another topic nor joins or commits for another group', async () => {
    const { connection, topic } = now();
    const group = unique('group');
    const { told, behind } = await guarding((one) => one === topic);
    for (const version of FETCH_VERSIONS) {
      await behind.send(fetching(version, [topic]));
      await expect(behind.send(fetching(version, [topic, 'theirs'])), `v${version}`).rejects.toThrow(/Fetch/);
    }
    const commit = offsetCommit(group, { [topic]: { 0: 7 } });
    for (const request of [joining(group), commit]) await expect(behind.send(request)).rejects.toThrow(request.api);
    expect(told).toEqual([
      ...FETCH_VERSIONS.map(() => 'read the topic theirs, which lacks the prefix of this run'),
      ...[1, 2].map(() => `asked for the group ${group}, which lacks the prefix of this run`),
    ]);
    expect(await connection.send(listGroups())).not.toContain(group);
  });

  test('offers what passes, and no version that names topics by ids only', async () => {
    const { connection } = now();
    const { behind, relay } = await guarding(() => true);
    const keys: readonly number[] = Object.keys(PASSING).map((api) => APIS[api as ApiName].key);
    for (const version of [0, 1, 2, 3, 4]) {
      const [all, passing] = [await connection.send(offered(version)), await behind.send(offered(version))];
      expect([...passing.keys()].sort()).toEqual([...all.keys()].filter((key) => keys.includes(key)).sort());
      for (const api of ['Produce', 'Fetch'] as const) {
        expect(all.get(APIS[api].key), `${api} v${version}`).toBeGreaterThanOrEqual(13);
        expect(passing.get(APIS[api].key), `${api} v${version}`).toBe(12);
      }
    }
    // A client of tomorrow hears that its version is not known, and which are: 18 is the key, from 0 to 4.
    const newer = await over(relay, frameOf(APIS.ApiVersions.key, 5, true, Buffer.from('0261026200', 'hex')));
    expect(newer?.subarray(8).toString('hex')).toBe('002300000001001200000004');
  });

  test('lets an ordinary client do all it does with names of the run, a transaction and a topic of its own included', async () => {
    const { connection } = now();
    const { relay, told } = await keptToPrefix();
    const [from, to, group] = [`${OURS}${unique('from')}`, `${OURS}${unique('to')}`, `${OURS}${unique('group')}`];
    const client = kafkaClient(relay);
    const admin = client.admin();
    open.push(() => admin.disconnect());
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [from, to].map((topic) => ({ topic, numPartitions: 1 })),
    });
    const producer = client.producer({ transactionalId: `${group}-0`, idempotent: true, maxInFlightRequests: 1 });
    open.push(() => producer.disconnect());
    await producer.connect();
    const consumer = client.consumer({ groupId: group, maxWaitTimeInMs: 100 });
    open.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: from, fromBeginning: true });
    const done = new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: EachMessagePayload): Promise<void> => {
        const transaction = await producer.transaction();
        await transaction.send({ topic: to, messages: [{ value: message.value }] });
        const topics = [{ topic: from, partitions: [{ partition: 0, offset: '1' }] }];
        await transaction.sendOffsets({ consumerGroupId: group, topics });
        await transaction.commit().then(resolve, reject);
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
    await client
      .producer({ allowAutoTopicCreation: false })
      .connect()
      .then(() => now().producer.send(from, { key: 'k', value: 'v' }));
    await done;
    // The coordinator writes the end of the transaction after it has answered.
    const committed = () => connection.send(offsetFetch(group, { [from]: [0] }));
    await expect.poll(committed).toEqual({ [from]: { 0: 1 } });
    expect(told).toEqual([]);
  });

  test('an ordinary client cannot touch what is somebody’s', async () => {
    const { topic, group, idle, transactionalId, transaction, look } = await somebodys();
    const { relay, told } = await keptToPrefix();
    const before = await look();
    const client = new Kafka({
      brokers: [`${relay.host}:${relay.port}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const made = unique('made');
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:w',
      host: '*',
      operation: AclOperationTypes.ALL,
      permissionType: AclPermissionTypes.ALLOW,
    };
    const one = [{ partition: 0, offset: '1' }];
    const attacks: readonly (readonly [says: string, attack: (admin: Admin) => Promise<unknown>])[] = [
      [NOT_OFFERED, (admin) => admin.deleteTopics({ topics: [topic] })],
      [`asked for the group ${idle}`, (admin) => admin.deleteGroups([idle])],
      [
        NOT_OFFERED,
        (admin) =>
          admin.alterConfigs({
            validateOnly: false,
            resources: [
              { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'retention.ms', value: '1' }] },
            ],
          }),
      ],
      [`made the topic ${made}`, (admin) => admin.createTopics({ topics: [{ topic: made }] })],
      [NOT_OFFERED, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 9 }] })],
      [`asked for the group ${idle}`, (admin) => admin.setOffsets({ groupId: idle, topic, partitions: one })],
      [NOT_OFFERED, (admin) => admin.createAcls({ acl: [acl] })],
      [
        `used the transactional id ${transactionalId}`,
        async () => {
          const retry = { retries: 1, initialRetryTime: 1 };
          const producer = client.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, retry });
          open.push(() => producer.disconnect());
          await producer.connect();
          await producer.transaction();
        },
      ],
      [
        `asked for a topic to be made, ${made}`,
        async () => {
          const producer = client.producer({ allowAutoTopicCreation: true });
          open.push(() => producer.disconnect());
          await producer.connect();
          await producer.send({ topic: made, messages: [{ value: 'v' }] });
        },
      ],
    ];
    for (const [says, attack] of attacks) {
      told.length = 0;
      const admin = client.admin();
      open.push(() => admin.disconnect());
      await admin.connect();
      const refused = await attack(admin).then(
        () => 'nobody',
        (error: Error) => error.message,
      );
      // What is not offered an ordinary client does not even send.
      expect(says === NOT_OFFERED ? refused : told.join(), refused).toContain(says);
    }
    expect(await look()).toEqual(before);
    expect(before.member).toEqual(['Stable', [expect.any(String)]]);
    // Somebody's producer has not been fenced.
    await transaction.send({ topic, messages: [{ value: 'v' }] });
    await transaction.commit();
    expect(group).not.toBe(idle);
  });

  test('neither can frames of any request, made by hand', async () => {
    const { topic, group, look } = await somebodys();
    const { connection } = now();
    const { relay, told } = await keptToPrefix();
    const before = await look();
    const answered: string[] = [];
    const id = (await connection.send(metadata())).topics.find(({ name }) => name === topic)!.id;
    for (const message of await requestMessages())
      for (const version of versionsOf(message)) {
        const flexible = isIn(message.flexibleVersions, version);
        for (const name of message.name.includes('Group') || message.name.includes('Coordinator') ? [group] : [topic]) {
          const frame = frameOf(message.apiKey, version, flexible, bodyWith(message, version, { name, number: 1, id }));
          const answer = await over(relay, frame);
          if (answer !== undefined) answered.push(message.name);
          expect(answer?.includes('of-somebody-else') ?? false, `${message.name} v${version}`).toBe(false);
        }
      }
    expect([...new Set(answered)].sort()).toEqual(['ApiVersions', 'DescribeCluster']);
    // More than can be looked at, and what is no frame.
    const [large, none] = [Buffer.alloc(64), Buffer.alloc(64)];
    large.writeInt32BE(20 * 1024 * 1024, 0);
    none.writeInt32BE(-5, 0);
    told.length = 0;
    expect(await over(relay, large)).toBeUndefined();
    expect(await over(relay, none)).toBeUndefined();
    expect(told).toEqual([expect.stringContaining('20971520 bytes'), 'sent bytes that are no request of Kafka']);
    // The answer to the first, with the addresses of brokers in it, would be taken for the second's, which has none.
    const asking = frameOf(APIS.Metadata.key, 4, false, new Writer().int32(-1).int8(0).finish());
    const beating = new Writer().string(`${OURS}group`, false).int32(1).string('m', false).finish();
    const twice = Buffer.concat([asking, frameOf(APIS.Heartbeat.key, 0, false, beating)]);
    expect(await over(relay, twice)).toBeUndefined();
    expect(told.at(-1)).toMatch(/^sent a second request of the number \d+ before the first was answered$/);
    expect(await look()).toEqual(before);
  });

  test('an answer that belongs to no request does not reach the worker', async () => {
    const stray = Buffer.from('0000000800000063deadbeef', 'hex');
    const broker = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(stray));
    });
    await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
    open.push(() => broker.close());
    const target = { host: '127.0.0.1', port: (broker.address() as AddressInfo).port };
    const guard = { may: () => true, heldBack: () => undefined };
    const relay = await openKafkaRelay({ worker: 'w', target: () => target, guard, record: createTape().record });
    open.push(() => relay.close());
    expect(await over(relay.address, frameOf(APIS.ApiVersions.key, 0, false, Buffer.alloc(0)))).toBeUndefined();
  });
};
