import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, gone, inShort, waited } from '../testing.ts';

/** payment-service's fallback: the row, and nothing else. */
const fallback = {
  until: 'created',
  without: ['confirmed'],
  instead: { purchase: (b: ReturnType<typeof build>) => void b.purchase('ada', { writer: 'payment-service' }) },
} as const;

test('listed for a purchase whose event is not in the topic, naming who wrote the row', () => {
  const causes = causesOf(fallback);
  expect(inShort(causes)).toBe('event-not-emitted');
  expect(causes[0]?.message).toContain('written by payment-service');
});

test('ranked above a worker that does not run: the incident', () =>
  expect(inShort(causesOf(fallback, gone()))).toBe('event-not-emitted, worker-not-running'));

test('listed when the purchase-worker is through with the payment and has emitted nothing', () => {
  const through = { without: ['created', 'granted'], until: 'request' } as const;
  expect(inShort(causesOf(through))).toBe('');
  expect(inShort(causesOf(through, waited))).toBe('event-not-emitted');
  const b = flow(build(), {
    until: 'purchase',
    after: { confirmed: (each, _, { confirmed }) => void (confirmed && each.deadLetter(confirmed)) },
  });
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('event-not-emitted');
});

test('not listed while the purchase-worker may still emit, nor when the event is there', () => {
  expect(inShort(causesOf({ until: 'created' }))).toBe('');
  expect(inShort(causesOf({ until: 'purchase' }))).toBe('');
  expect(inShort(causesOf({ until: 'granted' }))).toBe('');
});

test('not listed when the topic was not read to its end', () => {
  const b = flow(build(), fallback);
  b.observed();
  b.barrier(['kafka']);
  expect(inShort(diagnose(b.history()))).toBe('');
});

test('a record of another student is not its event', () =>
  expect(
    inShort(
      causesOf({ ...fallback, until: 'created', after: { purchase: (b) => void b.emit('PURCHASE_CREATED', 'zoe') } }),
    ),
  ).toBe('event-not-emitted'));

test('not listed where another payment of that student and course has the event in its topic', () => {
  const b = build({ subjects: ['ada', 'again'], shares: { again: 'ada' } });
  flow(b, { until: 'request' });
  b.observed();
  expect(inShort(diagnose(b.history()))).not.toContain('event-not-emitted');
});

test('not listed where a record may be the event and says not whose it is, nor where its row is another student’s', () => {
  const stray = (value: Readonly<Record<string, unknown>>) =>
    inShort(
      causesOf({
        ...fallback,
        after: {
          purchase: (b) =>
            void b.emit('PURCHASE_CREATED', 'zoe', { key: null, headers: {}, value: { _metadata: {}, ...value } }),
        },
      }),
    );
  expect(stray({ studentId: undefined, courseId: undefined })).toBe('');
  const { studentId, courseId } = build().subject();
  expect(stray({ studentId, courseId: undefined })).toBe('');
  expect(stray({ studentId: undefined, courseId })).toBe('');
  expect(stray({})).toBe('event-not-emitted');
});
