/** Part of kafka.test.ts: groups of the newer protocol (KIP-848). */
import { expect, test } from 'vitest';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import type { KafkaRequest } from '../../harness/wire/kafka/request.ts';
import { openKafkaRelay } from '../../harness/wire/kafka/relay.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { removeMember } from '../../harness/wire/kafka/requests/leave-group.ts';
import { BARRIER_MS } from '../support/kafka-bench.ts';
import type { KafkaBench } from '../support/kafka-bench.ts';
import { unique } from '../support/kafka.ts';

/** A heartbeat of the newer group protocol (KIP-848), by which a member joins. */
const consumerHeartbeat = (topic: string, group: string, memberId: string): KafkaRequest<number> => {
  const writer = new Writer().string(group, true).string(memberId, true).int32(0).string(null, true).string(null, true);
  writer.int32(60_000).array([topic], true, (name) => void writer.string(name, true));
  return {
    api: 'ConsumerGroupHeartbeat',
    version: 0,
    body: writer.string(null, true).length(0, true).tags().finish(),
    decode: (reader) => (reader.int32(), reader.int16()),
  };
};

export const testNewerGroups = ({ now, open, following }: KafkaBench): void => {
  test('are seen by the relay, the source of offsets and the description, and their members can be removed', async () => {
    const { kafka, connection, topic } = now();
    const group = unique('group');
    const memberId = 'AAAAAAAAAAAAAAAAAAAAAQ';
    const { tape, source, errors: failed } = await following();
    const relay = await openKafkaRelay({ worker: 'w', target: () => kafka, record: () => 0 });
    open.push(() => relay.close());
    const member = openKafkaConnection({ address: relay.address, clientId: 'modern' });
    open.push(() => member.close());
    expect(await member.send(consumerHeartbeat(topic, group, memberId))).toBe(0);
    expect(relay.members()).toEqual(new Map([[group, [memberId]]]));
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    const changes = () => tape.of('offsets.group-changed').filter((one) => one.group === group);
    expect(changes().at(-1)?.members).toEqual([{ memberId, clientId: 'modern', topics: [topic] }]);
    const described = await describeGroup(connection, group);
    expect(described.members).toMatchObject([{ memberId, clientId: 'modern', host: '/127.0.0.1', topics: [topic] }]);
    expect(described.members[0]?.assigned).toBeTypeOf('number');

    expect(await removeMember(connection, group, memberId)).toBe(true);
    expect(await source.caughtUp(BARRIER_MS)).toBe(true);
    expect(changes().at(-1)?.members).toEqual([]);
    expect(await removeMember(connection, group, memberId)).toBe(false);
    relay.forgetMembers();
    expect(relay.members()).toEqual(new Map());
    expect(failed).toEqual([]);
  });
};
