import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';
import { ExactNumber, readJson, writeJson } from './json.ts';
import { runs } from '../base/testing/runs.ts';

test('numbers keep what JavaScript loses, and no others change', () => {
  expect(readJson('[1, 1.5, -3, 1e-2]')).toEqual([1, 1.5, -3, 0.01]);
  expect(readJson('{"a":1.0,"b":[1e2,-0],"c":9007199254740993,"d":18446744073709551616}')).toEqual({
    a: new ExactNumber('decimal', '1.0'),
    b: [new ExactNumber('decimal', '100.0'), new ExactNumber('decimal', '-0.0')],
    c: new ExactNumber('integer', '9007199254740993'),
    d: new ExactNumber('decimal', '1.8446744073709552e+19'),
  });
  expect(() => readJson('1e400')).toThrow(SyntaxError);
  expect(() => readJson('{"a":01}')).toThrow(SyntaxError);
});

test('texts that look like numbers, and names that look like its own, stay what they are', () => {
  const text = String.raw`{"a":"1.0","\"1.0\"":[1.0],"exact":"2.0","\u0065xact-":{"exact--":"3.0"},"__proto__":1.0}`;
  const value = readJson(text) as Readonly<Record<string, unknown>>;
  expect(value['a']).toBe('1.0');
  expect(value['"1.0"']).toEqual([new ExactNumber('decimal', '1.0')]);
  expect(value['exact']).toBe('2.0');
  expect(value['exact-']).toEqual({ 'exact--': '3.0' });
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
});

test('what is read and written again is the same value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(writeJson(readJson(text)))).toEqual(JSON.parse(text));
      expect(JSON.parse(JSON.stringify(readJson(text)))).toEqual(JSON.parse(text));
    }),
    runs(100),
  );
});

test('a recorded content is exact where its text is there and is that value’s', () => {
  const one = new ExactNumber('decimal', '1.0');
  expect(exactJson({ text: '{"a":1.0}' }, { a: 1 })).toEqual({ a: one });
  expect(exactJson({ text: '{"a":1.0}' }, { a: 2 })).toEqual({ a: 2 });
  const odd = String.raw`{"id":"3e-01.5\\","\"-0":"7e1","a":1.0}`;
  expect(exactJson({ text: odd }, JSON.parse(odd))).toEqual({ id: '3e-01.5\\', '"-0': '7e1', a: one });
  expect(exactJson({ text: '{"a":1.0', truncated: {} }, { a: 1 })).toEqual({ a: 1 });
  expect(exactJson({ text: '{"a":1.0}' }, undefined)).toBeUndefined();
  expect(exactJson(null, { a: 1 })).toEqual({ a: 1 });
});
