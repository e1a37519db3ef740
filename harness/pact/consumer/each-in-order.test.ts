import { expect, it } from 'vitest';
import { inOrder } from './each-in-order.ts';

const bench = () => {
  const restarted: (readonly string[])[] = [];
  const gone: string[] = [];
  return {
    restarted,
    gone,
    parts: {
      gone: () => gone,
      restart: async (roles: readonly string[]) => (gone.splice(0), void restarted.push(roles)),
    },
  };
};

const ALL = ['allocation-worker', 'purchase-worker'] as const;

it('starts the workers anew before what follows an interaction that failed, or that cost a worker', async () => {
  const { parts, restarted, gone } = bench();
  const said: string[] = [];
  const order = inOrder(parts, 4, (line) => said.push(line));
  await order.each('a', ALL, () => Promise.resolve());
  expect(restarted).toEqual([]);
  await expect(order.each('b', ALL, () => Promise.reject(new Error('in vain')))).rejects.toThrow('in vain');
  expect(restarted).toEqual([]);
  await order.each('c', ALL, async () => void gone.push('the allocation-worker exited with code 1'));
  expect(restarted).toEqual([ALL]);
  expect(order.lost()).toEqual(['the allocation-worker exited with code 1']);
  await order.each('d', ALL, () => Promise.resolve());
  expect(restarted).toEqual([ALL, ALL]);
  expect(said).toEqual(['1 of 4: a', '2 of 4: b', '3 of 4: c', '4 of 4: d']);
});

it('starts others where an interaction is for others than those that run', async () => {
  const { parts, restarted } = bench();
  const order = inOrder(parts, 4, () => undefined, ['allocation-worker']);
  for (const roles of [['allocation-worker'], ALL, ALL, ['purchase-worker']])
    await order.each('one', roles, () => Promise.resolve());
  expect(restarted).toEqual([ALL, ['purchase-worker']]);
});
