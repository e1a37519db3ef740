import { expect, test } from 'vitest';
import type { Build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { incomplete, judge, shipped } from './testing.ts';

const invariant = shipped('one-active-purchase');

const second = (active: boolean) => ({
  after: { purchase: (b: Build) => void b.purchase('ada', { id: 'two', active }) },
});

test('holds for one, and beside an inactive one', () => {
  expect(judge(invariant, healthyHistory())).toBe('holds');
  expect(judge(invariant, trialOf(second(false)))).toBe('holds');
});

test('violated by two active purchases of one student and course', () =>
  expect(judge(invariant, trialOf(second(true)))).toMatch(/^violated: ada .* has 2 active purchases/));

test('violated by announcements of two purchases; a repeat or a recovery of the same is right', () => {
  const again = (options: object) => trialOf({}, (b) => void b.emit('PURCHASE_CREATED', 'ada', options));
  expect(judge(invariant, again({ value: { purchaseId: idOf('other') } }))).toMatch(/^violated: PURCHASE_CREATED told/);
  expect(judge(invariant, again({ eventId: `${idOf('purchase', 'ada')}-recovery` }))).toBe('holds');
});

test('what the harness published is not the workers’', () =>
  expect(
    judge(
      invariant,
      trialOf(
        {},
        (b) => void b.emit('PURCHASE_CREATED', 'ada', { by: 'a fault', value: { purchaseId: idOf('other') } }),
      ),
    ),
  ).toBe('holds'));

test('unknown when sources are incomplete, violated all the same by what is there', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(second(true)))).toMatch(/^violated/);
});
