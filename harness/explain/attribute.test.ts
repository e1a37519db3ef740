import { expect, test } from 'vitest';
import type { TrialVerdict } from '../history/verdict.ts';
import { attribute } from './attribute.ts';
import type { Involvement, Played } from './attribute.ts';
import type { Change } from './plan.ts';

const LOST = 'no-event-lost/allocation-worker/skipped';

const verdict = (outcome: TrialVerdict['outcome'], lost: boolean): TrialVerdict => ({
  outcome,
  unknown: [],
  during: { causes: [], expectation: { met: true, case: null, expected: null, actual: [], message: '' } },
  after: [],
  invariants: lost
    ? [
        {
          id: 'no-event-lost',
          verdict: 'violated',
          findings: [{ message: 'x', evidence: [], worker: 'allocation-worker', shape: 'skipped' }],
        },
      ]
    : [],
  faults: [],
});

/** `x`: the finding is there, `.`: it is not, `o`: it failed for something else, `u`: and something was open in it, `?`: unknown. */
const ANSWERS = {
  x: verdict('failed', true),
  '.': verdict('passed', false),
  o: verdict('failed', false),
  u: { ...verdict('failed', false), unknown: ['the fault worker-killed did not fire'] },
  '?': verdict('unknown', false),
} as const;

const trials = (change: Change, answers: string): readonly Played[] =>
  [...answers].map((answer, seed) => ({ change, seed, verdict: ANSWERS[answer as keyof typeof ANSWERS] }));

const involved = (again: string, removed: readonly string[], withoutAny = ''): readonly Involvement[] =>
  attribute([LOST], removed.length, [
    ...trials({ kind: 'as-it-was' }, again),
    ...removed.flatMap((answers, fault) => trials({ kind: 'without', fault }, answers)),
    ...trials({ kind: 'without-any' }, withoutAny),
  ])[0]!.faults.map(({ involvement }) => involvement);

test.each([
  // One fault.
  ['xxx', ['...'], '', ['caused by']],
  ['xxx', ['ooo'], '', ['caused by']],
  ['xxx', ['xxx'], '', ['not involved']],
  ['xxx', ['x..'], '', ['cannot tell']],
  ['xxx', ['..?'], '', ['cannot tell']],
  ['xx.', ['...'], '', ['cannot tell']],
  ['x?x', ['...'], '', ['cannot tell']],
  ['...', ['...'], '', ['cannot tell']],
  ['xxx', [''], '', ['cannot tell']],
  // Two.
  ['xx', ['..', 'xx'], '..', ['caused by', 'not involved']],
  ['xx', ['..', '..'], '..', ['contributes', 'contributes']],
  ['xx', ['xx', 'xx'], 'xx', ['not involved', 'not involved']],
  // Either would do.
  ['xx', ['xx', 'xx'], '..', ['contributes', 'contributes']],
  ['xx', ['..', '?x'], '..', ['cannot tell', 'cannot tell']],
  ['xx', ['xx', 'xx'], '?.', ['cannot tell', 'cannot tell']],
  ['xx', ['..', 'xx'], 'xx', ['cannot tell', 'not involved']],
  ['xx', ['..', 'xx'], '?.', ['cannot tell', 'cannot tell']],
  ['xx', ['..', 'xx'], '', ['cannot tell', 'cannot tell']],
  // Failed for something else, with something left open.
  ['xxx', ['u..'], '', ['cannot tell']],
  // Three: the second and third may stand in for one another.
  ['x', ['.', 'x', 'x'], '.', ['contributes', 'cannot tell', 'cannot tell']],
  ['x', ['x', 'x', 'x'], '.', ['cannot tell', 'cannot tell', 'cannot tell']],
  ['x', ['.', '.', 'x'], '.', ['contributes', 'contributes', 'not involved']],
] as const)('as it was %s, without each %j, without any %s: %j', (again, removed, withoutAny, expected) => {
  expect(involved(again, removed, withoutAny)).toEqual(expected);
});

test('it counts where the finding was there, and how many were decided', () => {
  const [told] = attribute([LOST], 1, [
    ...trials({ kind: 'as-it-was' }, 'xo?'),
    ...trials({ kind: 'without', fault: 0 }, '.'),
    ...trials({ kind: 'healed-at-once', fault: 0 }, 'xx'),
  ]);
  expect(told).toMatchObject({ again: { shown: 1, decided: 2, played: 3 }, withoutAny: undefined });
  expect(told?.faults[0]).toMatchObject({
    without: { shown: 0, decided: 1, played: 1 },
    healedAtOnce: { shown: 2, decided: 2, played: 2 },
  });
});
