import { expect, test } from 'vitest';
import { NO_PREMISES, countStandings, standingIn } from './premises.ts';
import type { Premises } from './premises.ts';
import { trialOf, trialWith, verdictWith } from './testing/trials.ts';

const X = 'no-event-lost/w/x';
const known: Premises = {
  ...NO_PREMISES,
  acceptance: {
    known: [{ finding: X, scenarios: ['a'], owner: 'o', reason: 'r', until: '2026-12-31' }],
    today: '2026-11-26',
  },
};
const base: Premises = {
  ...NO_PREMISES,
  base: { name: 'b', scenarios: [{ name: 'a', decided: true, findings: [X] }] },
};

test('a trial is known by what was accepted, or by the base, and by nothing else', () => {
  const trial = trialWith('a', ['x']);
  expect([known, base, NO_PREMISES].map((premises) => standingIn(premises, trial))).toEqual([
    'known',
    'known',
    'failed',
  ]);
  const other = trialWith('b', ['x', 'y']);
  expect([known, base].map((premises) => standingIn(premises, other))).toEqual(['failed', 'failed']);
  expect(standingIn(known, trialOf('a', verdictWith([])))).toBe('passed');
});

test('without premises a part of the scenarios may have been asked for', () => {
  expect(NO_PREMISES).toEqual({ acceptance: { known: [], today: '' }, base: undefined, whole: false });
});

test('standings are counted each for itself', () => {
  expect(countStandings(['known', 'passed', 'failed', 'passed', 'unknown', 'passed', 'known'])).toEqual({
    passed: 3,
    failed: 1,
    unknown: 1,
    known: 2,
  });
});
