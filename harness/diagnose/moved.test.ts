import { expect, it } from 'vitest';
import { asOne, hasMoved, unsteadyGroups } from './moved.ts';
import { ALLOCATION_GROUP, confirmed, created, letter, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';

const looksOf = (first: Seen, second: Seen) => {
  const [one, other] = live(first, second).looks;
  if (other === undefined) throw new Error('there are two looks');
  return [one, other] as const;
};

const moved = (looks: ReturnType<typeof looksOf>): boolean => hasMoved(...looks, 'dead-letter-queue');

const waiting = { records: [confirmed(), created()], purchases: [purchase] };
const members = { [ALLOCATION_GROUP]: ['purchase-created'] };

it('what two looks say together a third is held to: a group that lost its members between them had some', () => {
  const [one, other] = looksOf({ ...waiting, members }, { members: {} });
  const [, third] = looksOf(waiting, {});
  expect(unsteadyGroups(other, third)).toEqual([]);
  expect(unsteadyGroups(asOne(one, other), third)).toEqual([expect.stringContaining('had members')]);
  expect(asOne(one, other).groups['purchase-creation-workers']).toBe(other.groups['purchase-creation-workers']);
  const [, back] = looksOf(waiting, { members });
  expect(unsteadyGroups(asOne(one, other), back)).toEqual([]);
});

it('a record that was there at the earlier look is none that came', () => {
  expect(moved(looksOf(waiting, {}))).toBe(false);
  expect(moved(looksOf({ purchases: [purchase] }, { records: [created()] }))).toBe(false);
  const since = { records: [created({ offset: 5 })], partition: { end: 6 } };
  expect(moved(looksOf({ purchases: [purchase] }, since))).toBe(true);
  // A topic of which nothing was known may have been empty.
  expect(moved(looksOf({ missing: ['purchase-created'] }, { records: [created()], missing: [] }))).toBe(true);
});

it('what is given up again has got nowhere; given up for the first time, or somewhere else, it has moved', () => {
  const again = { records: [{ ...letter(), offset: 5 }], partition: { end: 6 } };
  const lettered = { ...waiting, records: [...waiting.records, letter()] };
  expect(moved(looksOf(lettered, again))).toBe(false);
  expect(moved(looksOf(waiting, again))).toBe(true);
  const elsewhere = { ...letter(), offset: 5, json: { ...(letter().json as object), originalOffset: 9 } };
  expect(moved(looksOf(lettered, { ...again, records: [elsewhere] }))).toBe(true);
  expect(moved(looksOf(lettered, { ...again, records: [...again.records, created({ offset: 5 })] }))).toBe(true);
});
