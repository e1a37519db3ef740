import { expect, test } from 'vitest';
import { leastOf, mostOf } from './extremes.ts';

test('of lists of any length', () => {
  const many = Array.from({ length: 500_000 }, (_, i) => i);
  expect([leastOf(many), mostOf(many)]).toEqual([0, 499_999]);
  expect([leastOf([]), mostOf([])]).toEqual([Infinity, -Infinity]);
});
