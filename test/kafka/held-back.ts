/** Part of kafka.test.ts: a relay that keeps a worker from topics which are not the run's. */
import { expect, test } from 'vitest';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import type { Reader } from '../../harness/wire/kafka/codec.ts';
import { APIS } from '../../harness/wire/kafka/apis.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { encodeBatch } from '../../harness/wire/kafka/record-batch-writer.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import type { KafkaRequest } from '../../harness/wire/kafka/request.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { unique } from '../support/kafka.ts';
import { createTape } from '../support/postgres.ts';

/** The versions that name their topics. */
const VERSIONS = Array.from({ length: 10 }, (_, i) => i + 3);

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

/** The last version of Produce that the broker offers, asked in one version of ApiVersions. */
const lastProduce = (version: number): KafkaRequest<number> => ({
  api: 'ApiVersions',
  version,
  body: version < 3 ? Buffer.alloc(0) : new Writer().string('a', true).string('1', true).tags().finish(),
  decode: (reader: Reader) => {
    const flexible = version >= 3;
    expect(reader.int16()).toBe(0);
    const offered = reader.array(flexible, () => {
      const one = { key: reader.int16(), from: reader.int16(), to: reader.int16() };
      if (flexible) reader.tags();
      return one;
    });
    return offered.find(({ key }) => key === APIS.Produce.key)?.to ?? -1;
  },
});

export const testHeldBack = ({ now, open }: KafkaBench): void => {
  const guarding = async (may: (topic: string) => boolean) => {
    const tape = createTape();
    const relay = await openKafkaRelay({ worker: 'w', target: () => now().kafka, mayWrite: may, record: tape.record });
    open.push(() => relay.close());
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    return { tape, behind };
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
    expect(said).toEqual(
      VERSIONS.map(() => `relay of w to kafka: it wrote to the topic ${other}, which is not the run's: held back`),
    );
  });

  test('offers no version that names topics by ids only', async () => {
    const { connection } = now();
    const { behind } = await guarding(() => true);
    for (const version of [0, 1, 2, 3, 4]) {
      expect(await connection.send(lastProduce(version)), `v${version}`).toBeGreaterThanOrEqual(13);
      expect(await behind.send(lastProduce(version)), `v${version}`).toBe(12);
    }
  });
};
