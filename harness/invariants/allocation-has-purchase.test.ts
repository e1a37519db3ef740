import { expect, test } from 'vitest';
import type { Build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { incomplete, judge, shipped } from './testing.ts';

const invariant = shipped('allocation-has-purchase');

test('holds when the purchase is there', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated without a purchase, and with an inactive one', () => {
  expect(judge(invariant, trialOf({ without: ['purchase'] }))).toMatch(/^violated: allocation .* without an active/);
  expect(
    judge(invariant, trialOf({ instead: { purchase: (b) => void b.purchase('ada', { active: false }) } })),
  ).toMatch(/^violated/);
});

test('violated by a worker that writes the row itself, and by a purchase that comes later', () => {
  const own = { instead: { allocation: (b: Build) => void b.allocation('ada', { writer: null }) } };
  expect(judge(invariant, trialOf({ ...own, without: ['purchase'] }))).toMatch(/^violated/);
  const later = (b: Build): void => void b.purchase();
  expect(judge(invariant, trialOf({ without: ['purchase'], after: { allocation: later } }))).toMatch(/^violated/);
});

test('not violated when somebody emptied the table in between: the purchase had been there', () => {
  const empty = (b: Build): void => void b.commit([{ table: 'student_course_purchases', op: 'truncate' }]);
  expect(judge(invariant, trialOf({ after: { purchase: empty } }))).toBe('holds');
  expect(judge(invariant, trialOf({ without: ['purchase'], after: { confirmed: empty } }))).toMatch(/^violated/);
});

test('rows the scenario gave are not held against it', () =>
  expect(
    judge(
      invariant,
      trialOf({
        without: ['purchase'],
        instead: { allocation: (b) => void b.allocation('ada', { writer: 'scenario' }) },
      }),
    ),
  ).toBe('holds'));

test('unknown when commits may be missing, violated all the same by what is there', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  expect(judge(invariant, incomplete({ without: ['purchase'] }))).toMatch(/^violated/);
});
