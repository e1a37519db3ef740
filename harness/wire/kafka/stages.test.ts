import { expect, it } from 'vitest';
import { APIS, isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Writer } from './codec.ts';
import { createFetchPositions } from './fetch-positions.ts';
import { createGroupMembers } from './group-members.ts';
import { WHOLE_FRAME_BYTES } from './relay-framing.ts';
import { createStages } from './stages.ts';
import type { Connection, KafkaFrame } from './stages.ts';

const BROKER = 'broker-somewhere-else';
const LARGE = Buffer.alloc(WHOLE_FRAME_BYTES, 7);

const open = (parts: Partial<Connection> = {}) => {
  const frames: KafkaFrame[] = [];
  const stages = createStages({
    connection: 1,
    members: createGroupMembers(),
    positions: createFetchPositions(),
    sessions: new Set(),
    addressOf: () => ({ host: 'relay', port: 1 }),
    several: false,
    guard: undefined,
    missed: () => undefined,
    onFrame: (frame) => (frames.push(frame), frame.bytes),
    ...parts,
  });
  const answers = (): string[] =>
    frames.flatMap(({ direction, apiKey, correlationId }) =>
      direction === 'response' ? [`${apiKey} ${correlationId}`] : [],
    );
  return { ...stages, answers };
};

const framed = (content: Writer): Buffer => {
  const bytes = content.finish();
  return new Writer().int32(bytes.length).raw(bytes).finish();
};

const request = (api: ApiName, version: number, id: number, body: Buffer): Buffer => {
  const writer = new Writer().int16(APIS[api].key).int16(version).int32(id).string('client', false);
  if (isFlexible(api, version)) writer.tags();
  return framed(writer.raw(body));
};

const produce = (id: number, acks: number, records = Buffer.alloc(0)): Buffer =>
  request('Produce', 3, id, new Writer().string(null, false).int16(acks).int32(1000).int32(0).raw(records).finish());

const answer = (id: number, body = Buffer.alloc(0)): Buffer => framed(new Writer().int32(id).raw(body));

const fetch = (version: number, id: number, session = 0): Buffer => {
  const writer = new Writer().int32(-1).int32(0).int32(0).int32(0).int8(0).int32(session).int32(1);
  return request(
    'Fetch',
    version,
    id,
    writer
      .length(0, version >= 12)
      .length(0, version >= 12)
      .raw(Buffer.from('\0\0'))
      .finish(),
  );
};

/** Of version 16, with the records; the last tagged field names a broker. */
const fetched = (id: number, records: Buffer): Buffer => {
  const writer = new Writer().int32(id).tags().int32(0).int16(0).int32(77);
  writer.array([0], true, () => {
    writer.uuid('0'.repeat(32)).array([0], true, (partition) => {
      writer.int32(partition).int16(6).int64(0).int64(0).int64(0).length(-1, true).int32(-1);
      writer.nullableBytes(records, true).tags();
    });
    writer.tags();
  });
  const endpoints = new Writer().int32(2).string(BROKER, true).finish();
  return framed(writer.unsignedVarint(1).unsignedVarint(0).unsignedVarint(endpoints.length).raw(endpoints));
};

it('takes no answer for that of another request, however many there are that nobody answers', () => {
  const { up, down, answers } = open();
  for (let id = 0; id < 3000; id++) up(produce(id, 0));
  up(request('Heartbeat', 0, 5, Buffer.alloc(0)));
  up(produce(6, 1));
  expect(down(answer(5))).toHaveLength(1);
  down(answer(6));
  expect(answers()).toEqual([`${APIS.Heartbeat.key} 5`, '0 6']);
  expect(() => down(answer(5))).toThrow('to no request that is under way');
});

it('forgets none that wait, and tells those of one number by their order', () => {
  const { up, down, answers } = open();
  for (let id = 0; id < 3000; id++) up(produce(id, 1));
  up(request('Heartbeat', 0, 0, Buffer.alloc(0)));
  for (const id of [0, 0, 1, 2999]) down(answer(id));
  expect(answers()).toEqual(['0 0', `${APIS.Heartbeat.key} 0`, '0 1', '0 2999']);
});

it('lets large requests and answers pass in pieces, and knows the next answer', () => {
  const { up, down, answers } = open();
  const asked = [produce(1, 1, LARGE), produce(2, 0, LARGE), fetch(11, 3), fetch(11, 4)];
  expect(Buffer.concat(asked.flatMap((one) => up(one))).equals(Buffer.concat(asked))).toBe(true);
  const large = answer(3, LARGE);
  expect(Buffer.concat([...down(answer(1)), ...down(large)]).equals(Buffer.concat([answer(1), large]))).toBe(true);
  expect(answers()).toEqual(['0 1']);
  down(answer(4));
  expect(answers()).toEqual(['0 1', '1 4']);
  expect(() => down(answer(2, LARGE))).toThrow('to no request that is under way');
});

it.each([
  ['16 MiB', LARGE],
  ['a few bytes', Buffer.from('few')],
])('takes the way past the relay out of an answer of %s', (_, records) => {
  const { up, down } = open({ several: true });
  up(fetch(16, 1));
  const large = fetched(1, records);
  expect(large.includes(BROKER)).toBe(true);
  const sent = Buffer.concat(down(large) as Buffer[]);
  expect(sent.includes(BROKER)).toBe(false);
  expect(sent.length).toBe(large.length - BROKER.length - 7);
});

it('puts its address into an answer of any size', () => {
  const { up, down } = open();
  up(request('Metadata', 0, 1, new Writer().int32(0).finish()));
  const brokers = new Writer().array([1, 2], false, () => undefined).finish();
  const named = new Writer();
  for (const node of [1, 2]) named.int32(node).string(BROKER, false).int32(9092);
  const sent = Buffer.concat(
    down(answer(1, Buffer.concat([brokers, named.finish(), new Writer().int32(0).finish(), LARGE]))) as Buffer[],
  );
  expect(sent.includes(BROKER)).toBe(false);
  expect(sent.includes('relay')).toBe(true);
});

it('passes nothing of what is no answer', () => {
  const { down } = open();
  expect(() => down(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow('no answer of it');
});

it('under a prefix, reads by no fetch session but those that the broker gave to the worker', () => {
  const held: string[] = [];
  const guard = { may: () => true, heldBack: (what: string) => void held.push(what) };
  const sessions = new Set<number>();
  const given = new Writer().int32(0).int16(0).int32(77).finish();
  const first = open({ guard, sessions });
  first.up(fetch(11, 1));
  expect(() => first.up(fetch(11, 2, 77))).toThrow('the fetch session 77, which is not its own');
  first.down(answer(1, Buffer.concat([given, LARGE])));
  first.up(fetch(11, 3, 77));
  // Also by another connection.
  const second = open({ guard, sessions });
  second.up(fetch(11, 1, 77));
  expect(() => second.up(fetch(11, 2, 78))).toThrow('78');
  expect(held).toEqual([expect.stringContaining('77'), expect.stringContaining('78')]);
});
