import { expect, it } from 'vitest';
import { unfound } from './find.ts';

it('what could not be read is not what it was looked for in', () => {
  const rows = { value: [] };
  expect(unfound('payments', rows, { value: { records: [], unread: [] } })).toEqual({
    unfound: true,
    looked: ['the table payments', 'the topics'],
    unanswered: [],
  });
  const unread = ['purchase-created-1 was read up to 3 of 900: the time was up'];
  expect(unfound('payments', rows, { value: { records: [], unread } })).toEqual({
    unfound: true,
    looked: ['the table payments', 'what could be read of the topics'],
    unanswered: unread,
  });
  expect(unfound(undefined, rows, { why: 'no address' })).toEqual({
    unfound: true,
    looked: [],
    unanswered: ['no address'],
  });
});
