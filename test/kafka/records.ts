/** Part of kafka.test.ts: what the recorder's source of records makes of what is written. */
import { CompressionTypes } from 'kafkajs';
import { expect, test } from 'vitest';
import { BARRIER_MS } from '../support/kafka-bench.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import { eventually } from '../support/postgres.ts';

export const testRecords = ({ now, open, recording }: KafkaBench): void => {
  test('records what is written from now on, with key, headers, JSON and correlation id', async () => {
    const { producer, topic } = now();
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
    const { producer, topic } = now();
    const { caughtUp, errors: failed } = await recording();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const large = Buffer.alloc(600_000, 'é');
    await producer.send(topic, { key: 'k', value: Buffer.from([0xff, 0xfe, 0x00]), partition: 0 });
    await producer.send(topic, { key: 'k', value: deep, partition: 0 });
    await producer.send(topic, { key: 'k', value: large, partition: 0, headers: { '': '', constructor: 'x' } });
    const records = await caughtUp();
    expect(records.map((one) => one.value?.text.length)).toEqual([3, 100_000, 300_000]);
    expect(records.map((one) => one.json)).toEqual([undefined, undefined, undefined]);
    expect(records[2]?.value).not.toHaveProperty('truncated');
    expect(records[2]?.headers).toEqual({ '': '', constructor: 'x' });
    expect(() => JSON.stringify(records)).not.toThrow();
    expect(failed).toEqual([]);
  });

  test('reads batches that clients compress', async () => {
    const { kafka, topic } = now();
    const { caughtUp } = await recording();
    const client = kafkaClient(kafka).producer();
    await client.connect();
    const messages = Array.from({ length: 20 }, (_, i) => ({ key: 'k', value: `{"n":${i}}`, partition: 0 }));
    await client.send({ topic, messages, compression: CompressionTypes.GZIP });
    // Larger than the broker takes as it stands, and than is kept of it.
    const large = { key: 'k', value: 'é'.repeat(1_200_000), partition: 0 };
    await client.send({ topic, messages: [large], compression: CompressionTypes.GZIP });
    await client.disconnect();
    const records = await caughtUp();
    expect(records.slice(0, -1).map((one) => one.json)).toEqual(messages.map((_, n) => ({ n })));
    const cut = { bytes: 2_400_000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(records.at(-1)?.value).toMatchObject({ text: 'é'.repeat(2048), truncated: cut });
  });

  test('keeps aborted records marked, and transaction markers', async () => {
    const { kafka, producer, topic } = now();
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
};
