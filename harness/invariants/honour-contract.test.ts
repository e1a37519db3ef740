import { expect, test } from 'vitest';
import type { Mismatch } from '../contract/match.ts';
import { describeMismatches, shapeOf } from './honour-contract.ts';

const at = (path: string, over: Partial<Mismatch> = {}): Mismatch => ({
  interaction: 'a call',
  part: 'body',
  path,
  rule: 'regex',
  expected: 'a date',
  actual: '4',
  ...over,
});

test('a shape says what does not fit where, without values and whichever of a list it is', () => {
  expect(shapeOf([at('$.data.trainerId')])).toBe('body-data-trainer-id-regex');
  expect(shapeOf([at('$.errors[0].field')])).toBe(shapeOf([at('$.errors[12].field')]));
  expect(shapeOf([at('$.errors[12].field')])).toBe('body-errors-field-regex');
  expect(shapeOf([at("$['x-Y']"), at('$', { part: 'metadata', rule: 'follows from the body' })])).toBe(
    'body-x-y-regex-metadata-follows-from-the-body',
  );
  // What is no letter at the end leaves nothing behind.
  expect(shapeOf([at('$.a', { rule: 'is--(it)' })])).toBe('body-a-is-it');
  expect(shapeOf([at('$.a2B', { rule: 'x' })])).toBe('body-a2b-x');
});

test('a shape and a description are of the first four', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((name) => at(`$.${name}`));
  expect(shapeOf(five)).toBe(shapeOf(five.slice(0, 4)));
  expect(describeMismatches(five)).toMatch(
    /^\$\.a is 4, not a date \(rule regex\) by "a call"; \$\.b .*; and 1 more$|, and 1 more$/,
  );
  expect(describeMismatches(five)).not.toContain('$.e');
  expect(describeMismatches(five.slice(0, 4))).not.toContain('more');
  expect(describeMismatches(five.slice(0, 4))).toContain('$.d');
});

test('a description names the part where there is no path, and each interaction once', () => {
  expect(describeMismatches([at('$', { part: 'status' })])).toBe('status is 4, not a date (rule regex) by "a call"');
  expect(describeMismatches([at('key', { part: 'metadata' })])).toMatch(/^metadata key is 4/);
  const [one, other] = [at('$.a'), at('$.b', { interaction: 'another' })];
  expect(describeMismatches([one, at('$.c'), other]).match(/ by "/g)).toHaveLength(2);
});
