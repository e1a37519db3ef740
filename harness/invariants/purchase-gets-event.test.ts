import { expect, test } from 'vitest';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { incomplete, judge, unended, shipped } from './testing.ts';

const invariant = shipped('purchase-gets-event');

const never = { without: ['created', 'request', 'allocation', 'respond', 'markCreated', 'announced'] } as const;

test('holds when the event is there', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated by a purchase without its event, whoever wrote the row', () => {
  expect(judge(invariant, trialOf(never))).toMatch(/^violated: purchase .* of ada .* never published/);
  const fallback = trialOf({
    ...never,
    instead: { purchase: (b) => void b.purchase('ada', { writer: 'payment-service' }) },
  });
  expect(judge(invariant, fallback)).toMatch(/^violated/);
});

test('an event of another student, or an aborted one, is not its event', () => {
  for (const options of [{ value: { studentId: idOf('somebody') } }, { aborted: true }])
    expect(
      judge(
        invariant,
        trialOf({
          ...never,
          without: never.without.slice(1),
          instead: { created: (b) => void b.emit('PURCHASE_CREATED', 'ada', options) },
        }),
      ),
    ).toMatch(/^violated/);
});

test('an allocation that exists already needs no event', () =>
  expect(judge(invariant, trialOf({ without: ['created'] }))).toBe('holds'));

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended(never))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(never))).toMatch(/^unknown/);
});
