import { expect, test } from 'vitest';
import type { Build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { incomplete, judge, unended, shipped } from './testing.ts';

const invariant = shipped('allocation-is-announced');

const silent = { without: ['announced'] } as const;

test('holds when it is announced, also more than once', () => {
  expect(judge(invariant, healthyHistory())).toBe('holds');
  expect(
    judge(
      invariant,
      trialOf({}, (b) => void b.emit('TRAINER_ALLOCATED')),
    ),
  ).toBe('holds');
});

test('violated when it is not, or only another id is', () => {
  expect(judge(invariant, trialOf(silent))).toMatch(/^violated: allocation .* is approved and was never announced/);
  const other = {
    announced: (b: Build) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: idOf('other') } }),
  };
  expect(judge(invariant, trialOf({ instead: other }))).toMatch(/^violated/);
});

test('violated for a pending row of a call that was approved later', () =>
  expect(
    judge(
      invariant,
      trialOf({
        ...silent,
        instead: { allocation: (b) => void b.allocation('ada', { status: 'pending' }) },
        after: { allocation: (b) => void b.allocation('ada', { update: true }) },
      }),
    ),
  ).toMatch(/^violated/));

test('pending rows, and rows that no call made, need no announcement', () => {
  for (const row of [{ status: 'pending' }, { writer: 'scenario' }])
    expect(
      judge(invariant, trialOf({ ...silent, instead: { allocation: (b) => void b.allocation('ada', row) } })),
    ).toBe('holds');
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended(silent))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(silent))).toMatch(/^unknown/);
});
