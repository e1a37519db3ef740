import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchStalls } from './stall.ts';

test('the longest time in which nothing could be done', async () => {
  let clock = 0;
  const watch = watchStalls(() => clock);
  clock = 4000;
  await delay(120);
  clock = 4020;
  expect(watch.stop()).toBe(3950);
});

test('also one that goes on when it is asked', () => {
  let clock = 0;
  const watch = watchStalls(() => clock);
  clock = 3050;
  expect(watch.stop()).toBe(3000);
});
