import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BODY_LIMIT_BYTES, bodyOf, jsonOf } from './body.ts';

it('keeps contents up to 2 MiB whole, as UTF-8 with replacement characters', () => {
  expect(bodyOf(Buffer.from([0x61, 0xff, 0x62]))).toEqual({ text: 'a\ufffdb' });
  expect(bodyOf('é'.repeat(BODY_LIMIT_BYTES / 2)).truncated).toBeUndefined();
});

it('cuts larger ones between characters, and says how long they were', () => {
  const content = Buffer.from(`x${'é'.repeat(BODY_LIMIT_BYTES / 2)}`);
  const body = bodyOf(content);
  expect(body.text).toBe(`x${'é'.repeat(2047)}`);
  expect(body.truncated).toEqual({
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  expect(jsonOf({ text: '1', truncated: { bytes: 1, sha256: '' } })).toEqual({});
});

it('parses JSON that can be written again, and nothing else', () => {
  expect(jsonOf({ text: '{"a":[null]}' })).toEqual({ json: { a: [null] } });
  expect(jsonOf({ text: 'null' })).toEqual({ json: null });
  expect(jsonOf({ text: '{"a":' })).toEqual({});
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(jsonOf({ text: nested(400) })).toHaveProperty('json');
  expect(jsonOf({ text: nested(100_000) })).toEqual({});
  // Brackets within strings nest nothing.
  expect(jsonOf({ text: JSON.stringify(['['.repeat(2000), '\\"['.repeat(2000)]) })).toHaveProperty('json');
});

it('counts nesting as it is: brackets of either kind, closed again, and none within strings', () => {
  const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  const padding = ' '.repeat(1200);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  expect(jsonOf({ text: padding + deep('[', ']', 500) })).toHaveProperty('json');
  expect(jsonOf({ text: padding + deep('[', ']', 501) })).toEqual({});
  expect(jsonOf({ text: padding + objects(500) })).toHaveProperty('json');
  expect(jsonOf({ text: padding + objects(501) })).toEqual({});
  // Side by side is not within each other.
  expect(jsonOf({ text: `[${Array.from({ length: 600 }, () => '[]').join()}]` })).toHaveProperty('json');
  expect(jsonOf({ text: `[${Array.from({ length: 600 }, () => '{}').join()}]` })).toHaveProperty('json');
  // A string ends where it ends, and not at a quotation mark that is escaped.
  expect(jsonOf({ text: `["a",${deep('[', ']', 600)}]` })).toEqual({});
  expect(jsonOf({ text: JSON.stringify([`\\"${'['.repeat(2000)}`]) })).toHaveProperty('json');
  expect(jsonOf({ text: `["\\\\",${deep('[', ']', 600)}]` })).toEqual({});
  expect(jsonOf({ text: JSON.stringify(['{'.repeat(2000)]) })).toHaveProperty('json');
});
