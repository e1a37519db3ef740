/** Part of kafka.test.ts: the recorder's source of offsets and group members. */
import { expect, test } from 'vitest';
import type { Poller } from '../../harness/recorder/kafka-poller.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { BARRIER_MS } from '../support/kafka-bench.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import { eventually } from '../support/postgres.ts';

export const testOffsets = ({ now, open, joined, following }: KafkaBench): void => {
  const caughtUp = async (source: Poller): Promise<void> => expect(await source.caughtUp(BARRIER_MS)).toBe(true);

  test("tells the harness's commits from a worker's, and members as they come and go", async () => {
    const { kafka, connection, producer, topic } = now();
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
      { memberId: expect.stringContaining('purchase-worker-1-'), clientId: 'purchase-worker-1', topics: [topic] },
    ]);
    expect(full?.generation).toBe(1);
    expect(changes.at(-1)?.members).toEqual([]);
    expect(failed).toEqual([]);
  });

  test('commits within a transaction count when it commits, and do not when it aborts', async () => {
    const { kafka, connection, topic } = now();
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
};
