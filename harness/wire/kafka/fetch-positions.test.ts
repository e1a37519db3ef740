import { expect, test } from 'vitest';
import { isFlexible } from './apis.ts';
import { Reader, Writer } from './codec.ts';
import { createFetchPositions } from './fetch-positions.ts';

/** A request of that version for one partition. */
const request = (version: number, topic: string, partition: number, offset: number): Reader => {
  const flexible = isFlexible('Fetch', version);
  const writer = new Writer().int32(-1).int32(500).int32(1);
  if (version >= 3) writer.int32(1_000_000);
  if (version >= 4) writer.int8(1);
  if (version >= 7) writer.int32(0).int32(-1);
  writer.array([topic], flexible, (name) => {
    writer.string(name, flexible).array([partition], flexible, (number) => {
      writer.int32(number);
      if (version >= 9) writer.int32(-1);
      writer.int64(offset);
      if (version >= 12) writer.int32(-1);
      if (version >= 5) writer.int64(-1);
      writer.int32(1_000_000);
      if (flexible) writer.tags();
    });
    if (flexible) writer.tags();
  });
  return new Reader(writer.finish());
};

const ask = (positions: ReturnType<typeof createFetchPositions>, version: number, offset: number, topic = 't'): void =>
  positions.request(version, isFlexible('Fetch', version), request(version, topic, 2, offset));

test.each([0, 3, 4, 5, 7, 9, 11, 12])('version %i says where it reads, and the lowest counts', (version) => {
  let now = 10;
  const positions = createFetchPositions(() => now);
  expect(positions.of('t', 2)).toBeUndefined();
  ask(positions, version, 5);
  now = 20;
  ask(positions, version, 7);
  expect(positions.of('t', 2)).toEqual({ lowest: 5, at: 20 });
  ask(positions, version, 3, 'other');
  expect([positions.of('t', 1), positions.of('t', 2)?.lowest]).toEqual([undefined, 5]);
  positions.forget();
  expect(positions.of('t', 2)).toBeUndefined();
});

test('who asks by topic ids, or in a way that cannot be read, may read anything', () => {
  for (const unreadable of [
    (positions: ReturnType<typeof createFetchPositions>) => positions.request(13, true, new Reader(Buffer.alloc(0))),
    (positions: ReturnType<typeof createFetchPositions>) => positions.request(4, false, new Reader(Buffer.alloc(7))),
  ]) {
    const positions = createFetchPositions();
    ask(positions, 11, 5);
    unreadable(positions);
    expect(positions.of('t', 2)).toBeUndefined();
  }
});
