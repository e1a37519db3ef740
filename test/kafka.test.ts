/** Kafka on the wire and the recorder's two Kafka sources, on a real broker. */
import { connect } from 'node:net';
import { CompressionTypes } from 'kafkajs';
import type { Consumer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Address, Environment } from '../harness/environment/types.ts';
import { openRecordSource } from '../harness/recorder/kafka-records.ts';
import { openOffsetSource } from '../harness/recorder/kafka-offsets.ts';
import { openPoller } from '../harness/recorder/kafka-poller.ts';
import type { Poller } from '../harness/recorder/kafka-poller.ts';
import { APIS } from '../harness/wire/kafka/apis.ts';
import { openKafkaConnection } from '../harness/wire/kafka/connection.ts';
import type { KafkaConnection, KafkaRequest } from '../harness/wire/kafka/connection.ts';
import { Writer } from '../harness/wire/kafka/codec.ts';
import type { Reader } from '../harness/wire/kafka/codec.ts';
import { findCoordinator } from '../harness/wire/kafka/requests/find-coordinator.ts';
import { openProducer } from '../harness/wire/kafka/producer.ts';
import type { Producer } from '../harness/wire/kafka/producer.ts';
import { openKafkaRelay } from '../harness/wire/kafka/relay.ts';
import { apiVersions } from '../harness/wire/kafka/requests/api-versions.ts';
import { describeGroup } from '../harness/wire/kafka/requests/describe-groups.ts';
import { removeMember } from '../harness/wire/kafka/requests/leave-group.ts';
import { listOffsets } from '../harness/wire/kafka/requests/list-offsets.ts';
import { metadata } from '../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../harness/wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../harness/wire/kafka/requests/offset-fetch.ts';
import { createTopics, deleteTopics } from '../harness/wire/kafka/topics.ts';
import { kafkaClient, openEnvironment, unique } from './support/kafka.ts';
import { createTape, eventually } from './support/postgres.ts';

const BARRIER_MS = 5000;

let environment: Environment;
let kafka: Address;
let connection: KafkaConnection;
let producer: Producer;
let topic: string;
/** What a test opened, ended after it in the opposite order. */
let open: (() => unknown)[] = [];

beforeAll(async () => {
  environment = await openEnvironment();
  kafka = environment.kafka;
  connection = openKafkaConnection({ address: kafka });
  producer = openProducer(kafka);
}, 120_000);

afterAll(async () => {
  producer.close();
  connection.close();
  await environment.stop();
});

beforeEach(async () => {
  topic = unique('topic');
  await createTopics(kafka, [{ name: topic, partitions: 3 }]);
});

afterEach(async () => {
  for (const end of open.reverse()) await end();
  open = [];
});

const errors = () => {
  const messages: string[] = [];
  return { messages, onError: (error: Error) => void messages.push(error.message) };
};

const recording = async () => {
  const tape = createTape();
  const failed = errors();
  const source = await openRecordSource({ address: kafka, record: tape.record, onError: failed.onError });
  open.push(() => source.close());
  const caughtUp = async () => {
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    return tape.of('kafka.record').filter((one) => one.topic === topic);
  };
  return { tape, source, caughtUp, errors: failed.messages };
};

const following = async () => {
  const tape = createTape();
  const failed = errors();
  const source = await openOffsetSource({ address: kafka, record: tape.record, onError: failed.onError });
  open.push(() => source.close());
  return { tape, source, errors: failed.messages };
};

/** A consumer that has its partitions. */
const joined = async (address: Address, groupId: string, clientId = 'worker'): Promise<Consumer> => {
  const consumer = kafkaClient(address, clientId).consumer({ groupId, heartbeatInterval: 300, maxWaitTimeInMs: 100 });
  open.push(() => consumer.disconnect());
  await consumer.subscribe({ topic, fromBeginning: true });
  const joining = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({ eachMessage: async () => undefined });
  await joining;
  return consumer;
};

describe('requests', () => {
  test('versions, metadata, offsets of partitions and of groups', async () => {
    expect((await connection.send(apiVersions())).get(APIS.Fetch.key)?.max).toBeGreaterThanOrEqual(13);
    await producer.send(topic, { key: 'a', value: 'x', partition: 1 });
    const known = await connection.send(metadata([topic, 'no-such-topic']));
    expect(known.brokers).toEqual([{ nodeId: expect.any(Number), ...kafka }]);
    expect(known.topics.find((one) => one.name === topic)?.partitions.map((one) => one.partition)).toEqual([0, 1, 2]);
    expect(known.topics.find((one) => one.name === 'no-such-topic')?.errorCode).toBe(3);

    expect(await connection.send(listOffsets({ [topic]: [0, 1] }, 'latest-committed'))).toEqual({
      [topic]: { 0: 0, 1: 1 },
    });
    const group = unique('group');
    await connection.send(offsetCommit(group, { [topic]: { 0: 0, 1: 1 } }));
    expect(await connection.send(offsetFetch(group, { [topic]: [0, 1, 2] }))).toEqual({ [topic]: { 0: 0, 1: 1 } });
    await expect(connection.send(listOffsets({ 'no-such-topic': [0] }, 'earliest'))).rejects.toThrow(
      'Kafka refused ListOffsets for no-such-topic-0: UNKNOWN_TOPIC_OR_PARTITION',
    );
  });

  test('a connection that was lost is made anew by the next request, and errors name the API', async () => {
    const waiting = connection.send({ ...metadata(), decode: () => 'answered' });
    connection.disconnect();
    await expect(waiting).rejects.toThrow(/Kafka Metadata v12 to .* failed: disconnected/);
    expect((await connection.send(metadata([topic]))).topics).toHaveLength(1);

    const nobody = openKafkaConnection({ address: { host: '127.0.0.1', port: 1 } });
    await expect(nobody.send(metadata())).rejects.toThrow(/Metadata.*ECONNREFUSED/);
    nobody.close();
  });

  test('topics are usable when they were created, gone when they were deleted', async () => {
    expect(await createTopics(kafka, [{ name: topic, partitions: 3 }])).toEqual([topic]);
    for (let round = 0; round < 5; round++) {
      expect(await deleteTopics(kafka, [topic, 'never-there'])).toEqual(['never-there']);
      await expect(openProducer(kafka, { retryMs: 0 }).send(topic, { key: 'a', value: '1' })).rejects.toThrow(
        'UNKNOWN_TOPIC_OR_PARTITION',
      );
      await createTopics(kafka, [{ name: topic, partitions: 3 }]);
      expect(await producer.send(topic, { key: 'a', value: 'x', partition: 2 })).toEqual({ partition: 2, offset: 0 });
    }
  });

  test('what the producer sends is what an ordinary consumer reads, in the partition that kafkajs would choose', async () => {
    const headers = { eventId: 'e1', odd: 'ü\u0000' };
    const ours = await producer.send(topic, { key: 'correlation', value: '{"a":"é"}', headers });
    const theirs = kafkaClient(kafka).producer();
    await theirs.connect();
    const [sent] = await theirs.send({ topic, messages: [{ key: 'correlation', value: 'theirs' }] });
    await theirs.disconnect();
    expect(sent?.partition).toBe(ours.partition);

    const consumer = kafkaClient(kafka).consumer({ groupId: unique('group'), maxWaitTimeInMs: 100 });
    open.push(() => consumer.disconnect());
    await consumer.subscribe({ topic, fromBeginning: true });
    const seen: unknown[] = [];
    await consumer.run({
      eachMessage: async ({ message: { offset, key, value, headers: read } }) => {
        const texts = Object.entries(read ?? {}).map(([name, text]) => [name, String(text)]);
        seen.push([offset, String(key), String(value), Object.fromEntries(texts)]);
      },
    });
    await eventually('both messages', () => seen.length === 2);
    expect(seen[0]).toEqual(['0', 'correlation', '{"a":"é"}', headers]);
  });

  test('a killed member leaves at once, and only once', async () => {
    const group = unique('group');
    await joined(kafka, group);
    const described = await describeGroup(connection, group);
    expect(described).toMatchObject({ state: 'Stable', members: [{ clientId: 'worker', topics: [topic] }] });
    const memberId = described.members[0]?.memberId ?? '';
    await expect(connection.send(offsetCommit(group, { [topic]: { 0: 0 } }))).rejects.toThrow('UNKNOWN_MEMBER_ID');
    expect(await removeMember(connection, group, memberId)).toBe(true);
    expect((await describeGroup(connection, group)).members.map((one) => one.memberId)).not.toContain(memberId);
    expect(await removeMember(connection, group, memberId)).toBe(false);
    expect(await describeGroup(connection, unique('group'))).toMatchObject({ state: 'Dead', members: [] });
  });
});

/** A heartbeat of the newer group protocol (KIP-848), by which a member joins. */
const consumerHeartbeat = (group: string, memberId: string): KafkaRequest<number> => {
  const writer = new Writer().string(group, true).string(memberId, true).int32(0).string(null, true).string(null, true);
  writer.int32(60_000).array([topic], true, (name) => void writer.string(name, true));
  return {
    api: 'ConsumerGroupHeartbeat',
    version: 0,
    body: writer.string(null, true).length(0, true).tags().finish(),
    decode: (reader) => (reader.int32(), reader.int16()),
  };
};

describe('the source of records', () => {
  test('records what is written from now on, with key, headers, JSON and correlation id', async () => {
    await producer.send(topic, { key: 'before', value: '1' });
    const { caughtUp } = await recording();
    await producer.send(topic, {
      key: 'k',
      value: '{"_metadata":{"correlationId":"c1"}}',
      headers: { correlationId: 'c2' },
    });
    await producer.send(topic, { key: 'k', value: 'no json', headers: { correlationId: 'c2' } });
    // The key's own partition: order exists only within one.
    await producer.send(topic, {
      key: null,
      value: '7',
      partition: (await producer.send(topic, { key: 'k', value: null })).partition,
    });
    const records = await caughtUp();
    expect(records.map((one) => [one.correlationId, one.key, one.value?.text, one.json])).toEqual([
      ['c1', 'k', '{"_metadata":{"correlationId":"c1"}}', { _metadata: { correlationId: 'c1' } }],
      ['c2', 'k', 'no json', undefined],
      ['k', 'k', undefined, undefined],
      [undefined, null, '7', 7],
    ]);
    expect(records[0]).toMatchObject({ headers: { correlationId: 'c2' }, source: 'kafka' });
    expect(Math.abs((records[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('survives whatever is sent: no UTF-8, deep nesting, large values, odd headers', async () => {
    const { caughtUp, errors: failed } = await recording();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const large = Buffer.alloc(600_000, 'é');
    await producer.send(topic, { key: 'k', value: Buffer.from([0xff, 0xfe, 0x00]), partition: 0 });
    await producer.send(topic, { key: 'k', value: deep, partition: 0 });
    await producer.send(topic, { key: 'k', value: large, partition: 0, headers: { '': '', constructor: 'x' } });
    const records = await caughtUp();
    expect(records.map((one) => one.value?.text.length)).toEqual([3, 100_000, 2048]);
    expect(records.map((one) => one.json)).toEqual([undefined, undefined, undefined]);
    expect(records[2]?.value?.truncated).toEqual({ bytes: 600_000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(records[2]?.headers).toEqual({ '': '', constructor: 'x' });
    expect(() => JSON.stringify(records)).not.toThrow();
    expect(failed).toEqual([]);
  });

  test('reads batches that clients compress', async () => {
    const { caughtUp } = await recording();
    const client = kafkaClient(kafka).producer();
    await client.connect();
    const messages = Array.from({ length: 20 }, (_, i) => ({ key: 'k', value: `{"n":${i}}`, partition: 0 }));
    await client.send({ topic, messages, compression: CompressionTypes.GZIP });
    await client.disconnect();
    expect((await caughtUp()).map((one) => one.json)).toEqual(messages.map((_, n) => ({ n })));
  });

  test('keeps aborted records marked, and transaction markers', async () => {
    const { source, tape, caughtUp } = await recording();
    const client = kafkaClient(kafka).producer({
      transactionalId: unique('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await client.connect();
    open.push(() => client.disconnect());
    const first = await client.transaction();
    await first.send({ topic, messages: [{ key: 'k', value: 'aborted', partition: 0 }] });
    await producer.send(topic, { key: 'k', value: 'plain', partition: 0 });
    // Nothing of an open transaction is told, nor what follows it.
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    expect(tape.of('kafka.record').filter((one) => one.topic === topic)).toEqual([]);
    await first.abort();
    // A transaction's end is acknowledged a moment before its marker is in the log.
    await eventually('the first marker', async () => (await caughtUp()).length === 3);
    const second = await client.transaction();
    await second.send({ topic, messages: [{ key: 'k', value: 'committed', partition: 0 }] });
    await second.commit();

    await eventually('the second marker', async () => (await caughtUp()).length === 5);
    const records = await caughtUp();
    expect(records.map((one) => [one.offset, one.value?.text, one.aborted, one.control])).toEqual([
      [0, 'aborted', true, undefined],
      [1, 'plain', undefined, undefined],
      [2, undefined, undefined, 'abort'],
      [3, 'committed', undefined, undefined],
      [4, undefined, undefined, 'commit'],
    ]);
  });

  test('reads a topic that was made anew from its beginning, also when it is longer than before', async () => {
    const { source, caughtUp, tape } = await recording();
    await producer.send(topic, { key: 'k', value: 'old', partition: 0 });
    await caughtUp();
    await deleteTopics(kafka, [topic]);
    await source.refreshTopics();
    expect(source.positions()).not.toHaveProperty(topic);
    await createTopics(kafka, [{ name: topic, partitions: 3 }]);
    for (const value of ['new 0', 'new 1', 'new 2']) await producer.send(topic, { key: 'k', value, partition: 0 });
    await source.refreshTopics();
    expect((await caughtUp()).map((one) => [one.offset, one.value?.text])).toEqual([
      [0, 'old'],
      [0, 'new 0'],
      [1, 'new 1'],
      [2, 'new 2'],
    ]);
    expect(source.positions()[topic]).toEqual({ 0: 3, 1: 0, 2: 0 });
    expect(tape.of('kafka.record').every((one) => !one.topic.startsWith('__'))).toBe(true);
  });

  test('a topic that is deleted under it ends its reading and is no busy loop; made anew, it is read again', async () => {
    const requests: number[] = [];
    const relay = await openKafkaRelay({
      worker: 'source',
      target: () => kafka,
      record: () => 0,
      onFrame: ({ direction, apiKey, bytes }) => {
        if (direction === 'request') requests.push(apiKey);
        return bytes;
      },
    });
    open.push(() => relay.close());
    const read: number[] = [];
    const poller = await openPoller({
      address: relay.address,
      isolation: 'read_committed',
      // With other topics in it the broker would let the poll wait in spite of the missing one.
      wanted: ({ name }) => name === topic,
      onBatch: (_topic, _partition, batch) => void read.push(batch.baseOffset),
      onError: () => undefined,
    });
    open.push(() => poller.close());
    const before = requests.length;
    const started = performance.now();
    await deleteTopics(kafka, [topic]);
    await eventually('the topic to be gone from the positions', () => !(topic in poller.positions()));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // At most a look for topics each 20 ms, and a poll.
    expect(requests.length - before).toBeLessThan(((performance.now() - started) / 20) * 2 + 5);
    await createTopics(kafka, [{ name: topic, partitions: 3 }]);
    await producer.send(topic, { key: 'k', value: 'new life' });
    await eventually('the new record, without being told of the topic', () => read.length === 1);
    expect(read).toEqual([0]);
  });

  test('a poll that waits is cut short when there is a new topic', async () => {
    const fetches: string[] = [];
    const relay = await openKafkaRelay({
      worker: 'source',
      target: () => kafka,
      record: () => 0,
      onFrame: ({ apiKey, direction, bytes }) => {
        if (apiKey === APIS.Fetch.key) fetches.push(direction);
        return bytes;
      },
    });
    open.push(() => relay.close());
    const source = await openRecordSource({ address: relay.address, record: () => 0, onError: () => undefined });
    open.push(() => source.close());
    // A poll may just have ended by itself: then the next round shows it. Uncut, a request only follows an answer.
    await eventually('a second request without an answer to the first', async () => {
      await createTopics(kafka, [{ name: unique('topic'), partitions: 1 }]);
      const before = fetches.length;
      await source.refreshTopics();
      await eventually('the next poll', () => fetches.length > before);
      return fetches[before] === 'request' && fetches[before - 1] === 'request';
    });
  });

  test('the barrier says no at its deadline when what it waits for is not read', async () => {
    const frames = { cut: false };
    const relay = await openKafkaRelay({
      worker: 'source',
      target: () => kafka,
      record: () => 0,
      onFrame: ({ direction, apiKey, bytes }) =>
        frames.cut && direction === 'response' && apiKey === APIS.Fetch.key ? Buffer.alloc(0) : bytes,
    });
    open.push(() => relay.close());
    const tape = createTape();
    const source = await openRecordSource({ address: relay.address, record: tape.record, onError: () => undefined });
    open.push(() => source.close());
    frames.cut = true;
    await producer.send(topic, { key: 'k', value: 'unseen' });
    expect(await source.caughtUp(300)).toBe(false);
    expect(tape.of('kafka.record')).toEqual([]);
  });

  test('an outage is told once, is no busy loop, and ends with nothing lost', async () => {
    let target = kafka;
    const attempts = createTape();
    const relay = await openKafkaRelay({ worker: 'source', target: () => target, record: attempts.record });
    open.push(() => relay.close());
    const failed = errors();
    const tape = createTape();
    const source = await openRecordSource({ address: relay.address, record: tape.record, onError: failed.onError });
    open.push(() => source.close());
    target = { host: '127.0.0.1', port: 1 };
    await relay.closeConnections();
    await producer.send(topic, { key: 'k', value: 'meanwhile' });
    await eventually('the outage', () => failed.messages.length > 0);
    const before = attempts.of('wire.connected').length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(attempts.of('wire.connected').length - before).toBeLessThan(60);
    expect(failed.messages).toEqual([expect.stringMatching(/Kafka Fetch v13 .* failed/)]);
    target = kafka;
    await eventually('what was written meanwhile', () => tape.of('kafka.record').some((one) => one.topic === topic));
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
  });

  test('goes on from a given offset', async () => {
    // In one batch, which a broker always gives whole.
    const client = kafkaClient(kafka).producer();
    await client.connect();
    await client.send({ topic, messages: ['0', '1', '2'].map((value) => ({ key: 'k', value, partition: 0 })) });
    await client.disconnect();
    const tape = createTape();
    const from = { [topic]: { 0: 1 } };
    const source = await openRecordSource({ address: kafka, record: tape.record, onError: () => undefined, from });
    open.push(() => source.close());
    await source.caughtUp(BARRIER_MS);
    expect(tape.of('kafka.record').map((one) => [one.topic, one.offset])).toEqual([
      [topic, 1],
      [topic, 2],
    ]);
  });
});

describe('the source of offsets', () => {
  const caughtUp = async (source: Poller): Promise<void> => expect(await source.caughtUp(BARRIER_MS)).toBe(true);

  test("tells the harness's commits from a worker's, and members as they come and go", async () => {
    const group = unique('group');
    const { tape, source, errors: failed } = await following();
    await connection.send(offsetCommit(group, { [topic]: { 0: 0, 1: 0, 2: 0 } }));
    const consumer = await joined(kafka, group, 'purchase-worker-1');
    await producer.send(topic, { key: 'k', value: '1', partition: 1 });
    const commits = () => tape.of('offsets.committed').filter((one) => one.group === group);
    await eventually("the worker's commit", async () => {
      await caughtUp(source);
      return commits().some((one) => one.by === 'worker');
    });
    expect(commits().map((one) => [one.partition, one.offset, one.by])).toEqual([
      [0, 0, 'harness'],
      [1, 0, 'harness'],
      [2, 0, 'harness'],
      [1, 1, 'worker'],
    ]);
    expect(commits().map((one) => one.position)).toEqual(
      commits()
        .map((one) => one.position)
        .sort((a, b) => a - b),
    );
    await consumer.disconnect();
    await caughtUp(source);
    const changes = tape.of('offsets.group-changed').filter((one) => one.group === group);
    const full = changes.find((one) => one.members.length === 1);
    expect(full?.members).toEqual([
      { memberId: expect.stringContaining('purchase-worker-1-'), clientId: 'purchase-worker-1' },
    ]);
    expect(full?.generation).toBe(1);
    expect(changes.at(-1)?.members).toEqual([]);
    expect(failed).toEqual([]);
  });

  test('commits within a transaction count when it commits, and do not when it aborts', async () => {
    const group = unique('group');
    const { tape, source } = await following();
    const client = kafkaClient(kafka).producer({
      transactionalId: unique('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await client.connect();
    open.push(() => client.disconnect());
    const offsets = (offset: string) => ({
      consumerGroupId: group,
      topics: [{ topic, partitions: [{ partition: 0, offset }] }],
    });
    const first = await client.transaction();
    await first.sendOffsets(offsets('5'));
    await first.abort();
    const second = await client.transaction();
    // The coordinator may still be ending the first.
    await eventually('the second transaction', () =>
      second.sendOffsets(offsets('7')).then(
        () => true,
        () => false,
      ),
    );
    // Another group's commit behind the open transaction is told at once.
    await connection.send(offsetCommit(`${group}-other`, { [topic]: { 0: 1 } }));
    await caughtUp(source);
    const commits = () => tape.of('offsets.committed').map((one) => [one.group, one.offset, one.by]);
    expect(commits()).toEqual([[`${group}-other`, 1, 'harness']]);
    await second.commit();
    await eventually('the commit', async () => (await caughtUp(source), commits().length === 2));
    expect(commits()).toEqual([
      [`${group}-other`, 1, 'harness'],
      [group, 7, 'worker'],
    ]);
  });
});

describe('groups of the newer protocol (KIP-848)', () => {
  test('are seen by the relay, the source of offsets and the description, and their members can be removed', async () => {
    const group = unique('group');
    const memberId = 'AAAAAAAAAAAAAAAAAAAAAQ';
    const { tape, source, errors: failed } = await following();
    const relay = await openKafkaRelay({ worker: 'w', target: () => kafka, record: () => 0 });
    open.push(() => relay.close());
    const member = openKafkaConnection({ address: relay.address, clientId: 'modern' });
    open.push(() => member.close());
    expect(await member.send(consumerHeartbeat(group, memberId))).toBe(0);
    expect(relay.members()).toEqual(new Map([[group, [memberId]]]));
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    const changes = () => tape.of('offsets.group-changed').filter((one) => one.group === group);
    expect(changes().at(-1)?.members).toEqual([{ memberId, clientId: 'modern' }]);
    const described = await describeGroup(connection, group);
    expect(described.members).toEqual([{ memberId, clientId: 'modern', host: '/127.0.0.1', topics: [topic] }]);

    expect(await removeMember(connection, group, memberId)).toBe(true);
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    expect(changes().at(-1)?.members).toEqual([]);
    expect(await removeMember(connection, group, memberId)).toBe(false);
    relay.forgetMembers();
    expect(relay.members()).toEqual(new Map());
    expect(failed).toEqual([]);
  });
});

describe('the relay', () => {
  const relaying = async (target: () => Address = () => kafka) => {
    const tape = createTape();
    const relay = await openKafkaRelay({ worker: 'w', target, record: tape.record });
    open.push(() => relay.close());
    return { tape, relay };
  };

  test('an ordinary client works behind it and sees no other address', async () => {
    const { relay, tape } = await relaying();
    const group = unique('group');
    const admin = kafkaClient(relay.address).admin();
    await admin.connect();
    const cluster = await admin.describeCluster();
    await admin.disconnect();
    expect(cluster.brokers).toEqual([{ nodeId: expect.any(Number), ...relay.address }]);

    const consumer = await joined(relay.address, group);
    const memberId = (await describeGroup(connection, group)).members[0]?.memberId;
    expect(relay.members()).toEqual(new Map([[group, [memberId]]]));
    expect(tape.of('wire.connected').length).toBeGreaterThan(1);
    expect(tape.of('wire.connected')[0]).toMatchObject({ worker: 'w', upstream: 'kafka', connection: 1 });
    expect(tape.of('wire.refused')).toEqual([]);
    const { bytesUp, bytesDown } = relay.traffic();
    expect(bytesUp).toBeGreaterThan(100);
    expect(bytesDown).toBeGreaterThan(100);
    await consumer.disconnect();
    expect(relay.members()).toEqual(new Map());
  });

  test('puts its address into every version of every answer that names brokers, and changes nothing else', async () => {
    const { relay } = await relaying();
    const group = unique('group');
    const bodies = {
      Metadata: (version: number) => {
        const flexible = version >= 9;
        const writer = new Writer();
        writer.array([topic], flexible, (name) => {
          if (version >= 10) writer.uuid('0'.repeat(32));
          writer.string(name, flexible);
          if (flexible) writer.tags();
        });
        if (version >= 4) writer.boolean(false);
        if (version >= 8 && version <= 10) writer.boolean(false);
        if (version >= 8) writer.boolean(false);
        return flexible ? writer.tags() : writer;
      },
      FindCoordinator: (version: number) => {
        const writer = new Writer();
        if (version < 4) writer.string(group, version >= 3);
        if (version >= 1) writer.int8(0);
        if (version >= 4) writer.array([group], true, (name) => void writer.string(name, true));
        return version >= 3 ? writer.tags() : writer;
      },
      DescribeCluster: (version: number) => {
        const writer = new Writer().boolean(false);
        if (version >= 1) writer.int8(1);
        if (version >= 2) writer.boolean(false);
        return writer.tags();
      },
    };
    const versions = { Metadata: 13, FindCoordinator: 6, DescribeCluster: 2 } as const;
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    await connection.send(findCoordinator(group));
    const port = (value: number) => new Writer().int32(value).finish().toString('hex');
    for (const api of ['Metadata', 'FindCoordinator', 'DescribeCluster'] as const)
      for (let version = 0; version <= versions[api]; version++) {
        const body = bodies[api](version).finish();
        const request = {
          api,
          version,
          body,
          decode: (reader: Reader) => reader.raw(reader.remaining).toString('hex'),
        };
        const direct = await connection.send(request);
        expect(direct, `${api} v${version}`).toContain(port(kafka.port));
        expect(await behind.send(request), `${api} v${version}`).toBe(
          direct.replaceAll(port(kafka.port), port(relay.address.port)),
        );
      }
  });

  test('a worker whose upstream cannot be reached is refused, and both are recorded', async () => {
    const { relay, tape } = await relaying(() => ({ host: '127.0.0.1', port: 1 }));
    const error = await new Promise<Error & { code?: string }>((resolve) =>
      connect(relay.address)
        .on('error', resolve)
        .on('connect', () => undefined),
    );
    expect(error.code).toBe('ECONNRESET');
    expect(tape.events.map((one) => one.kind)).toEqual(['wire.connected', 'wire.refused']);
  });

  test('garbage passes to the broker, harms nobody, and is no refusal', async () => {
    const { relay, tape } = await relaying();
    const garbage = [
      Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
      Buffer.from('00000000', 'hex'),
      Buffer.from('ffffffff00', 'hex'),
      Buffer.concat([Buffer.from('06400000', 'hex'), Buffer.alloc(3_000_000, 0x41)]),
      Buffer.from('0000000c7fff7fff00000001ffff0000', 'hex'),
      Buffer.from('0000000c000b000000000001ffff7fff', 'hex'),
    ];
    for (const bytes of garbage)
      await new Promise<void>((resolve) => {
        const socket = connect(relay.address, () => socket.end(bytes));
        socket
          .on('error', () => undefined)
          .on('close', () => resolve())
          .resume();
      });
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    expect((await behind.send(metadata([topic]))).brokers[0]).toMatchObject(relay.address);
    expect(tape.events.filter((one) => one.kind !== 'wire.connected')).toEqual([]);
  });

  test('closing connections ends them, new ones are accepted', async () => {
    const { relay, tape } = await relaying();
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    await behind.send(metadata());
    const waiting = behind.send({ ...metadata(), decode: () => 'answered' });
    await relay.closeConnections();
    await Promise.allSettled([waiting]);
    await behind.send(metadata());
    expect(tape.events.map((one) => one.kind)).toEqual(['wire.connected', 'wire.connected']);
  });

  test('large answers and requests pass whole', async () => {
    const { relay } = await relaying();
    const behind = openProducer(relay.address);
    open.push(() => behind.close());
    for (let i = 0; i < 20; i++)
      await behind.send(topic, { key: 'k', value: Buffer.alloc(1_000_000, i), partition: 0 });
    const tape = createTape();
    const from = { [topic]: { 0: 0 } };
    const source = await openRecordSource({
      address: relay.address,
      record: tape.record,
      onError: () => undefined,
      from,
    });
    open.push(() => source.close());
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    expect(tape.of('kafka.record').map((one) => one.value?.text[0]?.charCodeAt(0))).toEqual([...Array(20).keys()]);
  });
});
