import { expect, it } from 'vitest';
import { createFilter } from './filter.ts';
import { keyOf } from './suspects.ts';

const key = (n: number): string =>
  keyOf({ studentId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, courseId: `course ${n % 7}` });

it('has whatever was added, and hardly anything else, also of ids that are nearly alike', () => {
  const filter = createFilter();
  for (let n = 0; n < 20_000; n += 1) filter.add(key(n));
  let others = 0;
  for (let n = 0; n < 20_000; n += 1) {
    if (!filter.has(key(n))) expect.fail(`${n} was added`);
    if (filter.has(key(n + 20_000))) others += 1;
  }
  expect(others).toBe(0);
});

it('ids are the same in any case', () =>
  expect(keyOf({ studentId: '1FA90C93-EA40-4BA9-A7BF-4ED47E735B91', courseId: 'X' })).toBe(
    keyOf({ studentId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91', courseId: 'X' }),
  ));
