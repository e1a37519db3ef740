import { expect, test } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { createRecorderLag } from './recorder-lag.ts';

const commit = (committedAt: number): HistoryEvent => ({
  seq: 1,
  at: 0,
  kind: 'postgres.commit',
  source: 'postgres',
  lsn: '0000000000000001',
  xid: 1,
  committedAt,
  writer: null,
  changes: [],
});

test('the longest time between a commit and its arrival', () => {
  const lag = createRecorderLag(true, () => 10_000);
  for (const committedAt of [9999, 3000, 9000]) lag.observe(commit(committedAt));
  expect(lag.longest()).toBe(7000);
});

test('a commit of before it began is late from there on', () => {
  let clock = 10_000;
  const lag = createRecorderLag(true, () => clock);
  lag.observe(commit(1000));
  lag.begin();
  clock = 10_500;
  for (const committedAt of [1000, 10_400]) lag.observe(commit(committedAt));
  expect(lag.longest()).toBe(500);
});

test('nothing is said of a clock that is not shared, and of events that are no commits', () => {
  const lag = createRecorderLag(false, () => 10_000);
  lag.observe(commit(0));
  const shared = createRecorderLag(true, () => 10_000);
  shared.observe({ seq: 1, at: 0, kind: 'trial.phase', source: 'trial', phase: 'act' });
  expect([lag.longest(), shared.longest()]).toEqual([0, 0]);
});
