import { expect, it } from 'vitest';
import { lookAgainAfter } from './apart.ts';
import { ALLOCATION_GROUP, PURCHASE_GROUP, allocation, confirmed, created, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { PATIENCE_MS, toHistory } from './to-history.ts';

/** With what a timer may be early. */
const PATIENCE = PATIENCE_MS + 1000;

const after = (seen: Seen): number => lookAgainAfter(toHistory(live(seen)));

it('one look suffices where there is nothing to wait for', () => {
  expect(after({ purchases: [purchase], allocations: [allocation] })).toBe(0);
  expect(after({})).toBe(0);
  expect(after({ records: [confirmed()], without: ['rows'] })).toBe(0);
});

it('a group is given the time in which it would move, and an event that was passed all of patience', () => {
  const waiting = { records: [confirmed(), created()], purchases: [purchase] };
  expect(after(waiting)).toBe(6000);
  expect(after({ ...waiting, at: { [PURCHASE_GROUP]: 5 } })).toBe(6000);
  expect(after({ ...waiting, at: { [ALLOCATION_GROUP]: 5 } })).toBe(PATIENCE);
});

it('whoever is to tell of a row is given all of patience', () => {
  expect(after({ purchases: [purchase] })).toBe(PATIENCE);
  expect(after({ records: [confirmed()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } })).toBe(PATIENCE);
  expect(after({ records: [confirmed()], purchases: [purchase] })).toBe(PATIENCE);
});
