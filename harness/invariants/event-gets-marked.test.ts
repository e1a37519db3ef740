import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { eventGetsMarked as invariant } from './event-gets-marked.ts';
import { incomplete, judge, unended } from './testing.ts';

test('holds when both events are marked', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test.each([
  ['markConfirmed', 'PURCHASE_CONFIRMED'],
  ['markCreated', 'PURCHASE_CREATED'],
] as const)('violated without %s', (step, type) =>
  expect(judge(invariant, trialOf({ without: [step] }))).toMatch(new RegExp(`^violated: ${type} at .* never marked`)),
);

test('whoever wrote the row', () =>
  expect(
    judge(
      invariant,
      trialOf({ instead: { markCreated: (b) => void b.mark('PURCHASE_CREATED', 'ada', 'payment-service') } }),
    ),
  ).toBe('holds'));

test('an event that may stay dead-lettered is not to be marked: it has no effect', () => {
  const deadLettered = (mayDeadLetter: string[]) => {
    const b = build({ mayDeadLetter });
    b.deadLetter(b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' }));
    b.ended();
    return b.history();
  };
  expect(judge(invariant, deadLettered(['ada']))).toBe('holds');
  expect(judge(invariant, deadLettered([]))).toMatch(/^violated/);
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended({ without: ['markCreated'] }))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete({ without: ['markCreated'] }))).toMatch(/^unknown/);
});
