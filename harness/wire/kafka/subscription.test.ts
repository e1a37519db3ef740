import { expect, test } from 'vitest';
import { Writer } from './codec.ts';
import { assignedPartitions } from './subscription.ts';

test('how many partitions a member was given, whatever a client put there', () => {
  const given = new Writer().int16(1);
  given.array([[0, 2], [1]], false, (partitions) =>
    given.string('topic', false).array(partitions, false, (one) => void given.int32(one)),
  );
  expect(assignedPartitions(given.finish())).toBe(3);
  const none = new Writer().int16(0);
  expect(assignedPartitions(none.array([], false, () => undefined).finish())).toBe(0);
  for (const bytes of [null, Buffer.alloc(0), Buffer.from([0, 1, 127, 255, 255, 255, 0])])
    expect(assignedPartitions(bytes)).toBeUndefined();
});
