import { expect, it } from 'vitest';
import { inOneOrder } from './read-rows.ts';

it('rows are in one order, in whichever the server gave them', () => {
  const rows = [{ id: 'b' }, { id: 'a', n: 2 }, { id: 'a', n: 1 }];
  const sorted = [{ id: 'a', n: 1 }, { id: 'a', n: 2 }, { id: 'b' }];
  expect(inOneOrder(rows)).toEqual(sorted);
  expect(inOneOrder([...rows].reverse())).toEqual(sorted);
});
