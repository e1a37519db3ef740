import { expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';

it('so many bytes a second, whatever the answers bring', () => {
  const { after } = createLimiter(8_000_000);
  let now = 1000;
  let bytes = 0;
  for (const each of [1_000_000, 10, 4_000_000, 0, 3_000_000, 500_000]) {
    bytes += each;
    now += after(each, now);
  }
  expect(now - 1000).toBeCloseTo((bytes / 8_000_000) * 1000, 6);
});

it('what takes long by itself is not waited for again, and is not saved for later', () => {
  const { after } = createLimiter(1000);
  expect(after(500, 0)).toBe(500);
  // Asked again at 400 already, and at 5000 after a long answer.
  expect(after(100, 400)).toBe(200);
  expect(after(500, 5000)).toBe(500);
  expect(after(500, 5000)).toBe(1000);
});

it('one answer is not worth more than a second', () => {
  expect(createLimiter(8_000_000).answerBytes).toBe(1024 * 1024);
  expect(createLimiter(100_000).answerBytes).toBe(100_000);
});
