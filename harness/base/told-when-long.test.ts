import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toldWhenLong } from './told-when-long.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number): Promise<string> => new Promise((resolve) => void setTimeout(() => resolve('done'), ms));

it('tells of what takes long, once, and gives what it gives', async () => {
  const said: string[] = [];
  const work = toldWhenLong((line) => said.push(line), 'making the tables', after(5000));
  await vi.advanceTimersByTimeAsync(1900);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toEqual(['making the tables']);
  expect(await work).toBe('done');
});

it('is silent about what is short, and about what fails', async () => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const short = toldWhenLong(say, 'making the tables', after(1000));
  const failing = expect(toldWhenLong(say, 'making the tables', Promise.reject(new Error('no')))).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all([short, failing]);
  expect(said).toEqual([]);
});
