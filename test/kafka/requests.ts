/** Part of kafka.test.ts: requests, topics and the producer. */
import { expect, test } from 'vitest';
import { APIS } from '../../harness/wire/kafka/apis.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import { apiVersions } from '../../harness/wire/kafka/requests/api-versions.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { removeMember } from '../../harness/wire/kafka/requests/leave-group.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../../harness/wire/kafka/requests/offset-fetch.ts';
import { createTopics, deleteTopics } from '../../harness/wire/kafka/topics.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { eventually } from '../support/postgres.ts';

export const testRequests = ({ now, open, joined }: KafkaBench): void => {
  test('versions, metadata, offsets of partitions and of groups', async () => {
    const { kafka, connection, producer, topic } = now();
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
    const { connection, topic } = now();
    const { api, version, body } = metadata();
    const waiting = connection.send({ api, version, body, decode: () => 'answered' });
    connection.disconnect();
    await expect(waiting).rejects.toThrow(/Kafka Metadata v12 to .* failed: disconnected/);
    expect((await connection.send(metadata([topic]))).topics).toHaveLength(1);

    const nobody = openKafkaConnection({ address: { host: '127.0.0.1', port: 1 } });
    await expect(nobody.send(metadata())).rejects.toThrow(/Metadata.*ECONNREFUSED/);
    nobody.close();
  });

  test('topics are usable when they were created, gone when they were deleted', async () => {
    const { kafka, producer, topic } = now();
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
    const { kafka, producer, topic } = now();
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
    const { kafka, connection, topic } = now();
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
};
