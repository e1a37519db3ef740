import { expect, test } from 'vitest';
import { z } from 'zod';
import { formatPath, formatProblem, problemsOf } from './problems.ts';

const lines = (schema: z.ZodType, value: unknown): string[] =>
  problemsOf(schema, value).map((problem) => formatProblem(problem, value));

test('paths', () => {
  expect(formatPath(['faults', 0, 'worker'])).toBe('faults[0].worker');
  expect(formatPath(['env', 'a b', 'c'])).toBe('env["a b"].c');
  expect(formatPath([])).toBe('(the whole)');
});

test('no credential of a value is shown, also where a long value is cut', () => {
  const url = `postgres://me:${'hunter22'.repeat(30)}@db/x`;
  expect(lines(z.strictObject({ a: z.number() }), { a: url })).toEqual(['a: "postgres://***@db/x": must be a number']);
  expect(lines(z.strictObject({ API_TOKEN: z.string() }), { API_TOKEN: 12_345 })[0]).not.toContain('12345');
});

test('what stands where credentials do, or under a key that nobody knows, is told by its kind', () => {
  const schema = z.strictObject({
    external: z.strictObject({ url: z.number(), brokers: z.array(z.number()) }),
    env: z.record(z.string(), z.string()),
  });
  const secret = 'hunter22';
  const told = lines(schema, {
    external: { url: secret, brokers: secret, pasword: secret },
    env: { PIN: 1234, LIST: [secret] },
    [secret.slice(0, 4)]: { secret },
  });
  expect(told).toEqual([
    'external.url: a text: must be a number',
    'external.brokers: a text: must be a list',
    'external.pasword: a text: unknown key; allowed: url, brokers',
    'env.PIN: a number: must be a text',
    'env.LIST: a list: must be a text',
    'hunt: an object: unknown key; allowed: external, env',
  ]);
});

test('of what holds values only its kind is told: what is in it may be a credential', () => {
  const schema = z.strictObject({ set: z.strictObject({}), list: z.array(z.strictObject({})) });
  expect(lines(schema, { set: [{ PIN: 'hunter22' }], list: [['hunter22'], []] })).toEqual([
    'set: a list: must be an object',
    'list[0]: a list: must be an object',
    'list[1]: []: must be an object',
  ]);
});

test('a long value is cut', () => {
  expect(lines(z.number(), 'x'.repeat(500))[0]).toMatch(/^\(the whole\): "x{99}…: must be a number$/);
});

test('the alternative that was meant is the one that is explained', () => {
  const schema = z.union([z.string('must be a path'), z.strictObject({ a: z.enum(['x', 'y']) })]);
  expect(lines(schema, { a: 'z' })).toEqual(['a: "z": allowed: x, y']);
  expect(lines(schema, { a: 'x', b: 1 })).toEqual(['b: a number: unknown key; allowed: a']);
  expect(lines(schema, { a: 'zzz', b: 1 })).toEqual([
    'a: "zzz": allowed: x, y',
    'b: a number: unknown key; allowed: a',
  ]);
  expect(lines(schema, 1)).toEqual(['(the whole): 1: must be a path, or must be an object']);
});
