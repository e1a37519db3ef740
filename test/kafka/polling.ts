/** Part of kafka.test.ts: how the source of records reads on: topics that come and go, its barrier, outages. */
import { expect, test } from 'vitest';
import { openPoller } from '../../harness/recorder/kafka-poller.ts';
import { openRecordSource } from '../../harness/recorder/kafka-records.ts';
import { APIS } from '../../harness/wire/kafka/apis.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import { createTopics, deleteTopics } from '../../harness/wire/kafka/topics.ts';
import { BARRIER_MS, errors } from '../support/kafka-bench.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import { createTape, eventually } from '../support/postgres.ts';

export const testPolling = ({ now, open, recording }: KafkaBench): void => {
  test('reads a topic that was made anew from its beginning, also when it is longer than before', async () => {
    const { kafka, producer, topic } = now();
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
    const { kafka, producer, topic } = now();
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
    const { kafka } = now();
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
    const { kafka, producer, topic } = now();
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
    const { kafka, producer, topic } = now();
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
    const { kafka, topic } = now();
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
};
