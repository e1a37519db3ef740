/** Part of kafka.test.ts: the relay that stands between a worker and the broker. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Address } from '../../harness/addresses/address.ts';
import { openRecordSource } from '../../harness/recorder/kafka-records.ts';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import type { Reader } from '../../harness/wire/kafka/codec.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { findCoordinator } from '../../harness/wire/kafka/requests/find-coordinator.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { BARRIER_MS } from '../support/kafka-bench.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { kafkaClient, unique } from '../support/kafka.ts';
import { createTape } from '../support/postgres.ts';

export const testRelay = ({ now, open, joined }: KafkaBench): void => {
  const relaying = async (target: () => Address = () => now().kafka) => {
    const tape = createTape();
    const relay = await openKafkaRelay({ worker: 'w', target, record: tape.record });
    open.push(() => relay.close());
    return { tape, relay };
  };

  test('an ordinary client works behind it and sees no other address', async () => {
    const { connection } = now();
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
    const { kafka, connection, topic } = now();
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
    const { topic } = now();
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
    const { api, version, body } = metadata();
    const waiting = behind.send({ api, version, body, decode: () => 'answered' });
    await relay.closeConnections();
    await Promise.allSettled([waiting]);
    await behind.send(metadata());
    expect(tape.events.map((one) => one.kind)).toEqual(['wire.connected', 'wire.connected']);
  });

  test('large answers and requests pass whole', async () => {
    const { topic } = now();
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
};
