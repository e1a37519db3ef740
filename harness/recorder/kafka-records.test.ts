import { expect, test } from 'vitest';
import { recordEvent } from './kafka-records.ts';

interface Written {
  readonly said?: unknown;
  readonly header?: string;
  readonly key?: string;
}

const correlationId = ({ said, header, key }: Written): string | undefined => {
  const value = Buffer.from(JSON.stringify({ _metadata: { correlationId: said } }));
  const headers: Record<string, string> = header === undefined ? {} : { correlationId: header };
  const record = { offset: 0, timestamp: 0, key: key === undefined ? null : Buffer.from(key), value, headers };
  return recordEvent('orders', 0, record, false).correlationId;
};

test('whose a record is says its body, then a header, then its key, and a number in the body where none of these does', () => {
  expect(correlationId({ said: 'a', header: 'b', key: 'c' })).toBe('a');
  expect(correlationId({ header: 'b', key: 'c' })).toBe('b');
  expect(correlationId({ key: 'c' })).toBe('c');
  expect(correlationId({ said: 530187411, key: 'c' })).toBe('c');
  expect(correlationId({ said: 530187411 })).toBe('530187411');
  for (const said of [1.5, true, null, {}, '']) expect(correlationId({ said })).toBeUndefined();
});
