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

test('a long value is cut', () => {
  expect(lines(z.number(), 'x'.repeat(500))[0]).toMatch(/^\(the whole\): "x{99}…: must be a number$/);
});

test('the alternative that was meant is the one that is explained', () => {
  const schema = z.union([z.string('must be a path'), z.strictObject({ a: z.enum(['x', 'y']) })]);
  expect(lines(schema, { a: 'z' })).toEqual(['a: "z": allowed: x, y']);
  expect(lines(schema, { a: 'x', b: 1 })).toEqual(['b: 1: unknown key; allowed: a']);
  expect(lines(schema, { a: 'zzz', b: 1 })).toEqual(['a: "zzz": allowed: x, y', 'b: 1: unknown key; allowed: a']);
  expect(lines(schema, 1)).toEqual(['(the whole): 1: must be a path, or must be an object']);
});
