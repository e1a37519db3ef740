import { expect, test } from 'vitest';
import { REAL_NAMES, byRealName, byWireName, namesUnder } from './names.ts';
import { TOPICS } from './testing.ts';

test('under a prefix, there and back again', () => {
  const names = namesUnder('ci-7.');
  expect(names.wire('purchase-created')).toBe('ci-7.purchase-created');
  expect(TOPICS.map((topic) => names.real(names.wire(topic)))).toEqual(TOPICS);
});

test('what lacks the prefix is nobody’s business, also a real name', () => {
  const names = namesUnder('ci-7.');
  expect(['purchase-created', 'ci-7', 'ci-7-purchase-created', ' ci-7.x', ''].map(names.real)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('without a prefix every name is itself', () => {
  expect(REAL_NAMES.wire('purchase-created')).toBe('purchase-created');
  expect(REAL_NAMES.real('whatever')).toBe('whatever');
  expect(REAL_NAMES.real('')).toBe('');
});

test('tables are translated, and lose what is not the run’s', () => {
  const names = namesUnder('x-');
  expect(byRealName(names, { 'x-a': 1, a: 2, 'x-': 3 })).toEqual({ a: 1, '': 3 });
  expect(byWireName(names, { a: 1, 'x-b': 2 })).toEqual({ 'x-a': 1, 'x-x-b': 2 });
});
