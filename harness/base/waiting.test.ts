import { expect, test } from 'vitest';
import { askAgain, holdsWithin, waitUntil, withDeadline, within } from './waiting.ts';

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

test('work that fails in time keeps no timer, and fails as it does', async () => {
  const before = timers();
  await expect(within(60_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(withDeadline(Promise.reject(new Error('broken')), 60_000, 'work')).rejects.toThrow('broken');
  expect(timers()).toBeLessThanOrEqual(before);
});

test('work with a deadline gives what it gives, also nothing, or an error with what was waited for', async () => {
  expect(await withDeadline(Promise.resolve(undefined), 60_000, 'work')).toBeUndefined();
  await expect(withDeadline(new Promise(() => undefined), 10, 'the work', 'worker')).rejects.toMatchObject({
    code: 'worker',
    message: 'the work took longer than 0.01 s',
  });
});

test('looks until nothing is missing, and says what still was', async () => {
  const late = (missing: string): Error => new Error(`missing: ${missing}`);
  let left = 2;
  await waitUntil(() => Promise.resolve(left === 0 ? undefined : `${left--}`), { ms: 60_000, everyMs: 0, late });
  expect(left).toBe(0);
  await expect(waitUntil(() => Promise.resolve('all'), { ms: -1, everyMs: 1, late })).rejects.toThrow('missing: all');
});

test('asks again for so long as a refusal may pass, and throws the last', async () => {
  let asked = 0;
  const ask = (answered: number) => () => {
    asked += 1;
    return asked === answered ? Promise.resolve('answer') : Promise.reject(new Error(`refusal ${asked}`));
  };
  const mayPass = (error: unknown): boolean => (error as Error).message !== 'refusal 4';
  expect(await askAgain(ask(3), { ms: 60_000, everyMs: 1, mayPass })).toBe('answer');
  await expect(askAgain(ask(9), { ms: 60_000, everyMs: 1, mayPass })).rejects.toThrow('refusal 4');
  await expect(askAgain(ask(9), { ms: -1, everyMs: 1, mayPass: () => true })).rejects.toThrow('refusal 5');
});
