import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { incomplete, judge, unended, shipped } from './testing.ts';

const invariant = shipped('payment-gets-purchase');

test('holds when the purchase is there', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated when it is missing or inactive, settled or at the deadline', () => {
  expect(judge(invariant, trialOf({ without: ['purchase'] }))).toMatch(
    /^violated: ada \(payment .* no active purchase/,
  );
  expect(
    judge(invariant, trialOf({ instead: { purchase: (b) => void b.purchase('ada', { active: false }) } })),
  ).toMatch(/^violated/);
  const b = flow(build(), { until: 'purchase' });
  b.barrier();
  b.settled(false, ['purchase-confirmed']);
  expect(judge(invariant, b.history())).toMatch(/^violated/);
});

test('a subject that never paid owes no purchase', () =>
  expect(judge(invariant, trialOf({ without: ['confirmed', 'purchase'] }))).toBe('holds'));

const deadLettered = (mayDeadLetter: string[]) => {
  const b = build({ mayDeadLetter });
  b.deadLetter(b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' }));
  b.ended();
  return b.history();
};

test('dead-lettered is enough only where the scenario says so', () => {
  expect(judge(invariant, deadLettered(['ada']))).toBe('holds');
  expect(judge(invariant, deadLettered([]))).toMatch(/^violated/);
  const b = build({ mayDeadLetter: ['ada'] });
  b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  b.ended();
  expect(judge(invariant, b.history())).toMatch(/^violated/);
});

test('a payment by the harness that is no subject counts, one of another trial does not', () => {
  const paying = (by?: string) =>
    trialOf({}, (b) => void b.emit('PURCHASE_CONFIRMED', 'zoe', by === undefined ? {} : { by }));
  expect(judge(invariant, paying('payment-service'))).toMatch(/^violated: payment /);
  expect(judge(invariant, paying())).toBe('holds');
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended({ without: ['purchase'] }))).toMatch(/^unknown: the history ends/);
  expect(judge(invariant, incomplete({ without: ['purchase'] }))).toMatch(/^unknown: /);
});
