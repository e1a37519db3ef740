import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const written = (isTTY: boolean) => {
  const chunks: string[] = [];
  const stream = new Writable({ write: (chunk, _, done) => (chunks.push(String(chunk)), done()) });
  return { chunks, stderr: Object.assign(stream, { isTTY }) as unknown as Parameters<typeof createProgress>[0] };
};

it('says what it is at every ten seconds where there is no terminal, until it is done', () => {
  const { chunks, stderr } = written(false);
  const progress = createProgress(stderr, () => Date.now());
  progress.say('1 of 2: a call');
  vi.advanceTimersByTime(25_000);
  progress.say('2 of 2: a message');
  vi.advanceTimersByTime(9_000);
  progress.clear();
  vi.advanceTimersByTime(60_000);
  expect(chunks).toEqual([
    '1 of 2: a call\n',
    '1 of 2: a call (10 s)\n',
    '1 of 2: a call (20 s)\n',
    '2 of 2: a message\n',
  ]);
});

it('changes its line on a terminal', () => {
  const { chunks, stderr } = written(true);
  const progress = createProgress(stderr, () => Date.now());
  progress.say('a call');
  vi.advanceTimersByTime(2_000);
  progress.clear();
  expect(chunks.join('')).toContain('a call (2 s)');
  expect(chunks.join('')).not.toContain('\n');
});

it('is silent about what is short', () => {
  const { chunks, stderr } = written(false);
  const progress = createProgress(stderr, () => Date.now());
  progress.during('playing healthy');
  vi.advanceTimersByTime(9_000);
  progress.during('playing worker-down');
  vi.advanceTimersByTime(10_000);
  progress.clear();
  expect(chunks).toEqual(['playing worker-down (10 s)\n']);
});

it('says what long work waits for by now, and nothing of it about what comes after', () => {
  const { chunks, stderr } = written(false);
  const progress = createProgress(stderr, () => Date.now());
  progress.during('playing healthy');
  progress.waitsFor('the workers to be ready');
  vi.advanceTimersByTime(5_000);
  progress.waitsFor('1 open call\nat admin-service');
  vi.advanceTimersByTime(5_000);
  progress.during('playing worker-down');
  vi.advanceTimersByTime(10_000);
  progress.clear();
  expect(chunks).toEqual([
    'playing healthy (10 s), waiting for 1 open call\\nat admin-service\n',
    'playing worker-down (10 s)\n',
  ]);
});
