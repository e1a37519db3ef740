import { expect, test } from 'vitest';
import { readTcpTable } from './tcp-table.ts';
import type { TcpFamily } from './tcp-table.ts';

test('a system without the table has an empty one; a table that could not be read is none', () => {
  expect(readTcpTable('no-such-table' as TcpFamily)).toBe('');
  expect(() => readTcpTable('x'.repeat(5000) as TcpFamily)).toThrow('ENAMETOOLONG');
});
