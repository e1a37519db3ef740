import { describe, expect, test } from 'vitest';
import { readValue } from './postgres-values.ts';

const read = (typeOid: number, text: string): unknown => readValue(typeOid, Buffer.from(text));

describe('readValue', () => {
  test.each([
    ['bool', 16, 't', true],
    ['bool', 16, 'f', false],
    ['int4', 23, '-12', -12],
    ['int8 that JavaScript can hold', 20, '9007199254740991', 9007199254740991],
    ['int8 that it cannot', 20, '9007199254740993', '9007199254740993'],
    ['numeric', 1700, '10.50', 10.5],
    ['numeric NaN', 1700, 'NaN', 'NaN'],
    ['jsonb', 3802, '{"a": [1, null]}', { a: [1, null] }],
    ['jsonb null', 3802, 'null', null],
    ['timestamptz', 1184, '2026-11-23 14:15:23.756123+00', '2026-11-23T14:15:23.756Z'],
    ['timestamptz elsewhere', 1184, '2026-11-23 19:45:23+05:30', '2026-11-23T14:15:23.000Z'],
    ['timestamp', 1114, '2026-11-23 14:15:23', '2026-11-23T14:15:23.000Z'],
    ['timestamptz without end', 1184, 'infinity', 'infinity'],
    ['uuid', 2950, '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91', '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91'],
    ['date', 1082, '2026-11-23', '2026-11-23'],
    ['text of an unknown type', 99999, 'true', 'true'],
  ])('%s', (_, oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  test('keeps json as text where writing it again would overflow the stack', () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    expect(read(3802, deep)).toBe(deep);
  });

  test('cuts a value over 2 MiB, whatever its type', () => {
    const long = JSON.stringify('x'.repeat(2 * 1024 * 1024));
    expect(read(3802, long)).toMatchObject({ truncated: { bytes: long.length } });
  });
});
