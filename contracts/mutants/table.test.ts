import { expect, test } from 'vitest';
import { LEAST, complete, lastLine, tableText } from './table.ts';
import type { Row } from './types.ts';

const rows = (kind: Row['kind'], count: number, wrong = 0): readonly Row[] =>
  Array.from({ length: count }, (_, i) => ({
    kind,
    of: 'answer',
    name: `${kind} ${i}`,
    right: i >= wrong,
    detail: i >= wrong ? '' : 'missed',
  }));

const all = [...rows('breaking', 15), ...rows('harmless', 8)];

test('the last line counts', () => {
  expect(tableText(all).trimEnd().split('\n').at(-1)).toBe('breaking 15/15 caught, harmless 8/8 passed');
  expect(lastLine([...rows('breaking', 15, 2), ...rows('harmless', 8, 1)])).toBe(
    'breaking 13/15 caught, harmless 7/8 passed',
  );
});

test('one that falls short makes the table incomplete, and so do too few', () => {
  expect(complete(all)).toBe(true);
  expect(complete([...rows('breaking', 15, 1), ...rows('harmless', 8)])).toBe(false);
  expect(complete([...rows('breaking', 15), ...rows('harmless', 8, 1)])).toBe(false);
  expect(complete([...rows('breaking', LEAST.breaking - 1), ...rows('harmless', 8)])).toBe(false);
  expect(complete([])).toBe(false);
});

test('what is wrong is seen in its row', () => {
  const text = tableText([...rows('breaking', 1, 1), ...rows('harmless', 1, 1)]);
  expect(text).toMatch(/^breaking {2}MISSED {2}answer/m);
  expect(text).toMatch(/^harmless {2}ALARM {3}answer/m);
});
