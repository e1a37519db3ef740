import { expect, test } from 'vitest';
import { namesUnder } from '../pipeline/names.ts';
import { createOwnMembers } from './own-members.ts';

/** What the relay of the allocation-worker has seen, by the broker's names. */
const seeing = (prefix: string, seen: Record<string, readonly string[]>) => {
  const own = createOwnMembers(namesUnder(prefix));
  let relay = new Map(Object.entries(seen));
  own.watch('allocation-worker', () => relay);
  return { own, forget: () => (relay = new Map()) };
};

test('groups go by their real names; those without the prefix are nobody’s business', () => {
  const { own } = seeing('ci.', { 'ci.workers': ['a', 'b'], workers: ['c'] });
  expect([...own.of('allocation-worker')]).toEqual([['workers', ['a', 'b']]]);
  expect([...own.groups()]).toEqual(['workers']);
});

test('without a prefix every group has its name', () => {
  const { own } = seeing('', { workers: ['a'] });
  expect([...own.of('allocation-worker')]).toEqual([['workers', ['a']]]);
  expect([...own.groups()]).toEqual(['workers']);
});

test('whoever was ever seen is known, strays too, also when the relay has forgotten', () => {
  const { own, forget } = seeing('ci.', { 'ci.workers': ['a'], workers: ['c'] });
  expect(['a', 'c', 'd'].map(own.has)).toEqual([true, true, false]);
  forget();
  expect(['a', 'c', 'd'].map(own.has)).toEqual([true, true, false]);
  expect([...own.groups()]).toEqual(['workers']);
  expect([...own.of('allocation-worker')]).toEqual([]);
});

test('a worker without a relay has nobody', () => {
  const { own } = seeing('', { workers: ['a'] });
  expect([...own.of('purchase-worker')]).toEqual([]);
});
