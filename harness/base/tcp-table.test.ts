import { expect, test } from 'vitest';
import { readTcpTable, tcpRowOf, tcpRows } from './tcp-table.ts';
import type { TcpFamily } from './tcp-table.ts';

test('a system without the table has an empty one; a table that could not be read is none', () => {
  expect(readTcpTable('no-such-table' as TcpFamily)).toBe('');
  expect(() => readTcpTable('x'.repeat(5000) as TcpFamily)).toThrow('ENAMETOOLONG');
});

test('a connection is found by its ends as in all lines, one that is not there is not, and no part of another is taken for it', () => {
  const line = (sl: number, local: string, remote: string, inode: string): string =>
    `   ${sl}: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000 20 4 30 10 -1`;
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    line(0, '0100007F:1F90', '0100007F:C350', '11'),
    line(1, '0100007F:C350', '0100007F:1F90', '12'),
    '',
  ].join('\n');
  expect(tcpRowOf(table, '0100007F:C350', '0100007F:1F90')).toEqual(tcpRows(table)[1]);
  expect(tcpRowOf(table, '0100007F:C350', '0100007F:1F90')).toMatchObject({ inode: '12', uid: '1000', state: '01' });
  expect(tcpRowOf(table, '0100007F:C350', '0100007F:1F91')).toBeUndefined();
  expect(tcpRowOf(table, '100007F:C350', '0100007F:1F90')).toBeUndefined();
  expect(tcpRowOf('', 'a', 'b')).toBeUndefined();
});
