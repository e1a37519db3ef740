import { expect, test } from 'vitest';
import { createPollLag } from './poll-lag.ts';

test('the longest time beyond what a poll may take', () => {
  let clock = 0;
  const lag = createPollLag(() => clock);
  for (const [asked, answered] of [
    [0, 500],
    [500, 7500],
    [7500, 7600],
  ] as const) {
    clock = answered;
    lag.answered(asked, 500);
  }
  expect(lag.longest()).toBe(6500);
});

test('of a poll that was out when it began, only what came after', () => {
  let clock = 0;
  const lag = createPollLag(() => clock);
  clock = 20_000;
  lag.answered(0, 500);
  clock = 30_000;
  lag.begin();
  clock = 32_000;
  lag.answered(20_000, 500);
  expect(lag.longest()).toBe(1500);
});
