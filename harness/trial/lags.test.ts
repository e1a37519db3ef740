import { expect, test, vi } from 'vitest';
import { watchLags } from './lags.ts';
import type { LagSources, LagsTold } from './lags.ts';

const nothing = { begin: () => undefined, longest: () => 0, total: () => 0 };
const late = (ms: number) => ({ ...nothing, longest: () => ms, total: () => ms });
const calm = { commits: nothing, polls: nothing, outputs: new Map([['purchase-worker', nothing]]) };
const standing = (ms: number) => ({ longest: () => ms, stop: () => ms });
const awake = standing(0);

const inAll = (sources: LagSources, stalls = awake) => {
  const told = { record: vi.fn<LagsTold['record']>(), problem: vi.fn<LagsTold['problem']>() };
  watchLags(sources, told, stalls).stop();
  return { measured: told.record.mock.calls.flat(), late: told.problem.mock.calls.flat() };
};

test('a harness that kept up says nothing', () => {
  const just = { commits: late(4999), polls: late(4999), outputs: new Map([['purchase-worker', late(4999)]]) };
  expect(inAll(calm).late).toEqual([]);
  expect(inAll(just, standing(2999))).toEqual({
    measured: [
      {
        kind: 'trial.lags',
        source: 'trial',
        stoodStillMs: 2999,
        commitsMs: 4999,
        pollsMs: 4999,
        outputsMs: { 'purchase-worker': 4999 },
      },
    ],
    late: [],
  });
});

test.each([
  ['the loop', calm, standing(3000), /the harness itself stood still for 3\.0 s/],
  ['commits', { ...calm, commits: late(6000) }, awake, /PostgreSQL had committed was recorded up to 6\.0 s later/],
  ['polls', { ...calm, polls: late(5500) }, awake, /what is read of Kafka came up to 5\.5 s late/],
  [
    'output',
    { ...calm, outputs: new Map([['purchase-worker', late(7200)]]) },
    awake,
    /^what purchase-worker wrote waited 7\.2 s in all to be read/,
  ],
])('%s that was too late is told in one sentence', (_, sources, stalls, told) => {
  expect(inAll(sources, stalls).late).toEqual([expect.stringMatching(told)]);
});

test('what is too late is told when it is found, once, while the trial goes on', () => {
  vi.useFakeTimers();
  try {
    let ms = 0;
    const told = { record: vi.fn<LagsTold['record']>(), problem: vi.fn<LagsTold['problem']>() };
    const watch = watchLags({ ...calm, commits: { begin: () => undefined, longest: () => ms } }, told, awake);
    vi.advanceTimersByTime(60_000);
    expect(told.record).not.toHaveBeenCalled();
    ms = 6000;
    vi.advanceTimersByTime(1000);
    expect(told.record.mock.calls.flat()).toMatchObject([{ commitsMs: 6000 }]);
    expect(told.problem.mock.calls.flat()).toEqual([expect.stringContaining('up to 6.0 s later')]);
    ms = 9000;
    vi.advanceTimersByTime(60_000);
    watch.stop();
    // In the end it is told how late it was in all.
    expect(told.record.mock.calls.flat()).toMatchObject([{ commitsMs: 6000 }, { commitsMs: 9000 }]);
    expect(told.problem).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    expect(told.record).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test('each counts from here on', () => {
  const begun: string[] = [];
  const source = (name: string) => ({ ...nothing, begin: () => void begun.push(name) });
  inAll({ commits: source('commits'), polls: source('polls'), outputs: new Map([['w', source('output')]]) });
  expect(begun).toEqual(['commits', 'polls', 'output']);
});
