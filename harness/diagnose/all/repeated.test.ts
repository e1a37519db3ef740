import { expect, it } from 'vitest';
import { createRepeated } from './repeated.ts';

it('what came once is not counted as twice, also where it was guessed to be', () => {
  const repeated = createRepeated();
  for (const key of ['a', 'b', 'a', 'c', 'c']) repeated.guess(key);
  expect(repeated.isAny()).toBe(true);
  // Of the guessed 'c' one row is gone by the second time through.
  expect(['a', 'b', 'a', 'c'].map((key) => repeated.count(key))).toEqual([false, false, true, false]);
});

it('where nothing came twice nothing is gone through again, and of more than fit it is known how many', () => {
  const none = createRepeated();
  for (const key of ['a', 'b']) none.guess(key);
  expect([none.isAny(), none.beyond()]).toEqual([false, 0]);
  const many = createRepeated(1);
  for (const key of ['a', 'b', 'a', 'b', 'b']) many.guess(key);
  expect(many.beyond()).toBe(2);
});
