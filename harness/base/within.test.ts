import { expect, test } from 'vitest';
import { holdsWithin, within } from './within.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('gives what comes in time, and keeps no timer', async () => {
  const before = timers();
  expect(await within(60_000, Promise.resolve('here'))).toBe('here');
  expect(timers()).toBeLessThanOrEqual(before);
});

test('gives nothing when the time is over', async () => {
  expect(await within(10, new Promise(() => undefined))).toBeUndefined();
});

test('a condition holds at once, after a while, or not in time', async () => {
  let looks = 0;
  expect(await holdsWithin(60_000, 1, () => true)).toBe(true);
  expect(await holdsWithin(60_000, 1, () => (looks += 1) === 3)).toBe(true);
  expect(looks).toBe(3);
  expect(await holdsWithin(0, 1, () => false)).toBe(false);
});
