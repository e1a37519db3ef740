import { expect, test } from 'vitest';
import { watchLags } from './lags.ts';

const nothing = { begin: () => undefined, longest: () => 0, total: () => 0 };
const late = (ms: number) => ({ ...nothing, longest: () => ms, total: () => ms });
const calm = { commits: nothing, polls: nothing, outputs: new Map([['purchase-worker', nothing]]) };
const awake = { stop: () => 0 };

test('a harness that kept up says nothing', () => {
  const just = { commits: late(4999), polls: late(4999), outputs: new Map([['purchase-worker', late(4999)]]) };
  expect(watchLags(calm, awake).stop().late).toEqual([]);
  expect(watchLags(just, { stop: () => 2999 }).stop()).toEqual({
    measured: {
      kind: 'trial.lags',
      source: 'trial',
      stoodStillMs: 2999,
      commitsMs: 4999,
      pollsMs: 4999,
      outputsMs: { 'purchase-worker': 4999 },
    },
    late: [],
  });
});

test.each([
  ['the loop', calm, { stop: () => 3000 }, /the harness itself stood still for 3\.0 s/],
  ['commits', { ...calm, commits: late(6000) }, awake, /PostgreSQL had committed was recorded up to 6\.0 s later/],
  ['polls', { ...calm, polls: late(5500) }, awake, /what is read of Kafka came up to 5\.5 s late/],
  [
    'output',
    { ...calm, outputs: new Map([['purchase-worker', late(7200)]]) },
    awake,
    /^what purchase-worker wrote waited 7\.2 s in all to be read/,
  ],
])('%s that was too late is told in one sentence', (_, sources, stalls, told) => {
  expect(watchLags(sources, stalls).stop().late).toEqual([expect.stringMatching(told)]);
});

test('each counts from here on', () => {
  const begun: string[] = [];
  const source = (name: string) => ({ ...nothing, begin: () => void begun.push(name) });
  watchLags({ commits: source('commits'), polls: source('polls'), outputs: new Map([['w', source('output')]]) }, awake);
  expect(begun).toEqual(['commits', 'polls', 'output']);
});
