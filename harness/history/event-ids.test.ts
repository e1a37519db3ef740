import { expect, test } from 'vitest';
import { commitOf } from './testing/commit.ts';
import { idsOf } from './event-ids.ts';

test('a row names a trial by any of its values, whatever its columns are called', () => {
  const ids = idsOf(
    commitOf('shipments', { id: 7, customer_id: 'C-1', note: 'x'.repeat(65), sent: true, nothing: null }),
  );
  expect(ids).toEqual(['C-1']);
});

test('a record does so by its key and any field of its body', () => {
  const record = { topic: 'orders', partition: 0, offset: 0, timestamp: 0, headers: {}, value: null } as const;
  const ids = idsOf({ kind: 'kafka.record', source: 'kafka', key: 'k', json: { customerId: 'c', n: 1 }, ...record });
  expect(ids).toEqual(['k', 'c']);
});

test('a number names a trial as text does, where it is long enough for an id', () => {
  const row = { id: 1234567, order_id: 530187411, customer_id: -530187411, weight: 530187411.5, total: 2 ** 60 };
  expect(idsOf(commitOf('shipments', row))).toEqual(['530187411']);
});
