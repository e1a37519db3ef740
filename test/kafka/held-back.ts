/** Part of kafka.test.ts: a relay that keeps a worker from topics which are not the run's. */
import { expect, test } from 'vitest';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import type { Reader } from '../../harness/wire/kafka/codec.ts';
import { APIS } from '../../harness/wire/kafka/apis.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { encodeBatch } from '../../harness/wire/kafka/record-batch-writer.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import type { KafkaRequest } from '../../harness/wire/kafka/request.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { unique } from '../support/kafka.ts';
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

/** The last version of a request that the broker offers, asked in one version of ApiVersions. */
const lastOf = (api: 'Produce' | 'Fetch', version: number): KafkaRequest<number> => ({
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
    return offered.find(({ key }) => key === APIS[api].key)?.to ?? -1;
  },
});

export const testHeldBack = ({ now, open }: KafkaBench): void => {
  const guarding = async (may: (topic: string) => boolean) => {
    const tape = createTape();
    const told: string[] = [];
    const guard = { may, heldBack: (what: string) => void told.push(what) };
    const relay = await openKafkaRelay({ worker: 'w', target: () => now().kafka, guard, record: tape.record });
    open.push(() => relay.close());
    const behind = openKafkaConnection({ address: relay.address });
    open.push(() => behind.close());
    return { tape, told, behind };
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
      ...FETCH_VERSIONS.map(() => 'read the topic theirs'),
      ...[1, 2].map(() => `asked for the group ${group}`),
    ]);
    expect(await connection.send(listGroups())).not.toContain(group);
  });

  test('offers no version that names topics by ids only', async () => {
    const { connection } = now();
    const { behind } = await guarding(() => true);
    for (const api of ['Produce', 'Fetch'] as const)
      for (const version of [0, 1, 2, 3, 4]) {
        expect(await connection.send(lastOf(api, version)), `${api} v${version}`).toBeGreaterThanOrEqual(13);
        expect(await behind.send(lastOf(api, version)), `${api} v${version}`).toBe(12);
      }
  });
};
