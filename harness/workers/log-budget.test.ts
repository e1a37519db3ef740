import { expect, test } from 'vitest';
import { createLogBudget } from './log-budget.ts';

test('lines beyond the budget are kept for each payment: one that is named again and again takes nothing from another', () => {
  let trial = {};
  const { takeNaming } = createLogBudget(() => trial);
  const kept = Array.from({ length: 1500 }, () => takeNaming(['ada'])).filter(Boolean);
  expect(kept).toHaveLength(1000);
  expect([takeNaming(['ben']), takeNaming(['ada']), takeNaming(['ada', 'ben'])]).toEqual([true, false, true]);
  trial = {};
  expect(takeNaming(['ada'])).toBe(true);
});

test('so many bytes and lines are kept whatever they say, in each trial', () => {
  let trial = {};
  const { hasRoom, take } = createLogBudget(() => trial);
  take(2 * 1024 * 1024 - 1);
  expect(hasRoom()).toBe(true);
  take(1);
  expect(hasRoom()).toBe(false);
  trial = {};
  for (let line = 0; line < 19_999; line += 1) take(10);
  expect(hasRoom()).toBe(true);
  take(10);
  expect(hasRoom()).toBe(false);
});
