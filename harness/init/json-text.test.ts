import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withProperty } from './json-text.ts';
import { runs } from '../base/testing/runs.ts';

it.each([
  ['{}', '{\n  "k": "v"\n}'],
  ['{\r\n}\r\n', '{\r\n  "k": "v"\r\n}\r\n'],
  ['{"a":1.0}', '{"a":1.0,"k":"v"}'],
  ['{ "a": 1 }', '{ "a": 1, "k": "v" }'],
  ['{\n\t"a": { "b": 2 }\n}\n', '{\n\t"a": { "b": 2 },\n\t"k": "v"\n}\n'],
  ['{\r\n    "a": 1,\r\n\r\n    "b": 2\r\n}', '{\r\n    "a": 1,\r\n\r\n    "b": 2,\r\n    "k": "v"\r\n}'],
])('%j gets one more property: %j', (text, changed) => {
  expect(withProperty(text, { key: 'k', value: 'v' })).toBe(changed);
});

it.each([
  ['{\n  "in": {}\n}', '{\n  "in": {\n    "k": "v"\n  }\n}'],
  ['{"in":{}}', '{"in":{"k":"v"}}'],
  ['{ "in": {} }', '{ "in": { "k": "v" } }'],
  ['{\n  "in": {\n  }\n}', '{\n  "in": {\n    "k": "v"\n  }\n}'],
  ['{\n  "in": { "a": 1 }\n}', '{\n  "in": { "a": 1, "k": "v" }\n}'],
  // The second is the one that is read.
  ['{"in":{},"in":{"a":1}}', '{"in":{},"in":{"a":1,"k":"v"}}'],
])('%j gets one more within: %j', (text, changed) => {
  expect(withProperty(text, { within: 'in', key: 'k', value: 'v' })).toBe(changed);
});

it('an object is laid out as the file is', () => {
  const value = { a: '1', b: '2' };
  expect(withProperty('{\r\n\t"x": 1\r\n}', { key: 'k', value })).toBe(
    '{\r\n\t"x": 1,\r\n\t"k": {\r\n\t\t"a": "1",\r\n\t\t"b": "2"\r\n\t}\r\n}',
  );
});

it('whatever is there and however it is written: nothing of it changes, and it is read with what was added', () => {
  const key = fc.constantFrom('a', 'b', 'in', '__proto__', '"', '{', 'ü');
  const json = fc.jsonValue({ maxDepth: 2 });
  const objects = fc.dictionary(key, fc.oneof(json, fc.dictionary(key, json)));
  const layouts = fc.record({
    indent: fc.constantFrom('', ' ', '  ', '\t', '    '),
    eol: fc.constantFrom('\n', '\r\n'),
  });
  fc.assert(
    fc.property(
      objects,
      fc.dictionary(key, fc.jsonValue()),
      layouts,
      fc.boolean(),
      (object, inner, layout, isInner) => {
        const text = JSON.stringify({ ...object, in: inner }, null, layout.indent).replaceAll('\n', layout.eol);
        const changed = withProperty(text, { ...(isInner ? { within: 'in' } : {}), key: 'new', value: { of: 'it' } });
        let same = 0;
        while (same < text.length && text[same] === changed[same]) same += 1;
        expect(changed.slice(changed.length - (text.length - same))).toBe(text.slice(same));
        const before = JSON.parse(text) as Record<string, object>;
        const expected = isInner
          ? { ...before, in: { ...before['in'], new: { of: 'it' } } }
          : { ...before, new: { of: 'it' } };
        expect(JSON.stringify(JSON.parse(changed))).toBe(JSON.stringify(expected));
      },
    ),
    runs(100),
  );
});
