import { describe, expect, test } from 'vitest';
import { createMessageReader } from './postgres-messages.ts';

const uint16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
};
const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const uint64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const message = (tag: string, ...parts: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from(tag), ...parts]);
const value = (content: string): Buffer =>
  Buffer.concat([Buffer.from('t'), uint32(content.length), Buffer.from(content)]);
const tuple = (...values: readonly Buffer[]): Buffer => Buffer.concat([uint16(values.length), ...values]);
const NULL = Buffer.from('n');
const UNCHANGED = Buffer.from('u');

const column = (name: string, oid: number): Buffer =>
  Buffer.concat([Buffer.from([0]), text(name), uint32(oid), uint32(0)]);

const RELATION = message(
  'R',
  uint32(77),
  text('public'),
  text('payments'),
  Buffer.from('f'),
  uint16(2),
  column('id', 23),
  column('notes', 25),
);

describe('the reader of pgoutput', () => {
  test('reads begin with its commit position and time, to the microsecond', () => {
    const read = createMessageReader();
    const micros = (1_795_443_323_758n - 946_684_800_000n) * 1000n + 733n;
    expect(read(message('B', uint64(0x0000000a_0180b998n), uint64(micros), uint32(778)))).toEqual({
      tag: 'begin',
      lsn: '0000000a0180b998',
      committedAt: 1_795_443_323_758.733,
      xid: 778,
    });
  });

  test('fills a value that an update left out from the old row', () => {
    const read = createMessageReader();
    expect(read(RELATION)).toEqual({ tag: 'other' });
    expect(
      read(
        message(
          'U',
          uint32(77),
          Buffer.from('O'),
          tuple(value('1'), value('long')),
          Buffer.from('N'),
          tuple(value('2'), UNCHANGED),
        ),
      ),
    ).toEqual({ tag: 'update', table: 'payments', old: { id: 1, notes: 'long' }, row: { id: 2, notes: 'long' } });
  });

  test('reads an update without an old row, null, delete, truncate and messages', () => {
    const read = createMessageReader();
    read(RELATION);
    expect(read(message('U', uint32(77), Buffer.from('N'), tuple(value('2'), NULL)))).toEqual({
      tag: 'update',
      table: 'payments',
      row: { id: 2, notes: null },
    });
    expect(read(message('D', uint32(77), Buffer.from('O'), tuple(value('2'), NULL)))).toEqual({
      tag: 'delete',
      table: 'payments',
      old: { id: 2, notes: null },
    });
    expect(read(message('T', uint32(1), Buffer.from([0]), uint32(77)))).toEqual({
      tag: 'truncate',
      tables: ['payments'],
    });
    expect(read(message('M', Buffer.from([1]), uint64(5n), text('faultline'), uint32(4), Buffer.from('stub')))).toEqual(
      { tag: 'message', prefix: 'faultline', content: 'stub' },
    );
    expect(read(message('Y', uint32(1)))).toEqual({ tag: 'other' });
  });

  test('takes a table’s new shape from its new description', () => {
    const read = createMessageReader();
    read(RELATION);
    read(message('R', uint32(77), text('public'), text('renamed'), Buffer.from('f'), uint16(1), column('only', 16)));
    expect(read(message('I', uint32(77), Buffer.from('N'), tuple(value('t'))))).toEqual({
      tag: 'insert',
      table: 'renamed',
      row: { only: true },
    });
  });

  test.each([
    ['a table nobody described', message('I', uint32(78), Buffer.from('N'), tuple())],
    ['more columns than the table has', message('I', uint32(77), Buffer.from('N'), tuple(NULL, NULL, NULL))],
    [
      'a value longer than the message',
      message('I', uint32(77), Buffer.from('N'), tuple(value('1'), value('22').subarray(0, 6))),
    ],
    ['an end too early', message('B', uint32(1))],
  ])('refuses %s', (_, broken) => {
    const read = createMessageReader();
    read(RELATION);
    expect(() => read(broken)).toThrow(RangeError);
  });
});
