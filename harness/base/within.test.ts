import { expect, test } from 'vitest';
import { within } from './within.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('gives what comes in time, and keeps no timer', async () => {
  const before = timers();
  expect(await within(60_000, Promise.resolve('here'))).toBe('here');
  expect(timers()).toBeLessThanOrEqual(before);
});

test('gives nothing when the time is over', async () => {
  expect(await within(10, new Promise(() => undefined))).toBeUndefined();
});
