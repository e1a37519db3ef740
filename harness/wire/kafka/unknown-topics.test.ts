import { describe, expect, it } from 'vitest';
import { isFlexible } from './apis.ts';
import { Writer } from './codec.ts';
import { unknownTopics } from './unknown-topics.ts';

/** Field by field after MetadataResponse.json of Kafka 4.2. */
const answer = (version: number): Buffer => {
  const flexible = isFlexible('Metadata', version);
  const writer = new Writer().int32(0).int32(7);
  const tags = (): void => void (flexible && writer.tags());
  const ints = (): void => writer.array([1], flexible, (one) => void writer.int32(one)) as unknown as void;
  tags();
  if (version >= 3) writer.int32(0);
  writer.array([0], flexible, (node) => {
    writer.int32(node).string('h', flexible).int32(1);
    if (version >= 1) writer.string(null, flexible);
    tags();
  });
  if (version >= 2) writer.string('cluster', flexible);
  if (version >= 1) writer.int32(0);
  const topics = [
    ['there', 0],
    ['missing', 3],
    ['refused', 29],
  ] as const;
  writer.array(topics, flexible, ([name, code]) => {
    writer.int16(code).string(name, flexible);
    if (version >= 10) writer.uuid('0'.repeat(32));
    if (version >= 1) writer.boolean(false);
    writer.array(code === 0 ? [0] : [], flexible, (partition) => {
      writer.int16(0).int32(partition).int32(0);
      if (version >= 7) writer.int32(0);
      ints();
      ints();
      if (version >= 5) ints();
      tags();
    });
    if (version >= 8) writer.int32(0);
    tags();
  });
  tags();
  return writer.finish();
};

describe('topics that do not exist', () => {
  it.each([...Array(13).keys()])('are named in an answer to Metadata v%i', (version) =>
    expect(unknownTopics(answer(version), version)).toEqual(['missing']),
  );

  it('are none in an answer that does not have its shape', () => {
    expect(unknownTopics(answer(9).subarray(0, 60), 9)).toEqual([]);
  });
});
