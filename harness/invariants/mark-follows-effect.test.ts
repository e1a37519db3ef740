import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { markFollowsEffect as invariant } from './mark-follows-effect.ts';
import { incomplete, judge } from './testing.ts';

test('holds when the effect is committed first', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('holds when effect and mark are one transaction', () => {
  const b = build();
  const ada = b.subject();
  const row = { id: 'p', student_id: ada.studentId, course_id: ada.courseId, is_active: true };
  b.commit([b.markChange('PURCHASE_CONFIRMED', ada), { table: 'student_course_purchases', op: 'insert', row }]);
  b.ended();
  expect(judge(invariant, b.history())).toBe('holds');
});

test('holds when the effect is a pending allocation', () =>
  expect(
    judge(invariant, trialOf({ instead: { allocation: (b) => void b.allocation('ada', { status: 'pending' }) } })),
  ).toBe('holds'));

test('violated when the mark comes first, and when the effect never comes', () => {
  const early = trialOf({ without: ['markCreated'], after: { created: (b) => void b.mark('PURCHASE_CREATED') } });
  expect(judge(invariant, early)).toMatch(/^violated: PURCHASE_CREATED of ada .* no allocation/);
  expect(judge(invariant, trialOf({ without: ['purchase'] }))).toMatch(/^violated: PURCHASE_CONFIRMED of ada/);
});

test('violated when the allocation is no effect: rejected, or approved without a trainer', () => {
  for (const row of [{ status: 'rejected' }, { trainerId: null }])
    expect(judge(invariant, trialOf({ instead: { allocation: (b) => void b.allocation('ada', row) } }))).toMatch(
      /^violated/,
    );
});

test('a row that somebody else wrote is no mark', () =>
  expect(
    judge(
      invariant,
      trialOf({
        until: 'purchase',
        after: { confirmed: (b) => void b.mark('PURCHASE_CONFIRMED', 'ada', 'payment-service') },
      }),
    ),
  ).toBe('holds'));

test('an effect that came and went is no fault of the mark', () => {
  const b = flow(build(), { until: 'markConfirmed' });
  const ada = b.subject();
  const old = { id: 'x', student_id: ada.studentId, course_id: ada.courseId, is_active: true };
  b.commit([{ table: 'student_course_purchases', op: 'update', old, row: { ...old, is_active: false } }]);
  b.mark('PURCHASE_CONFIRMED');
  b.ended();
  expect(judge(invariant, b.history())).toBe('holds');
});

test('unknown when commits may be missing, violated all the same by what is there', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown: PostgreSQL/);
  expect(judge(invariant, incomplete({ without: ['allocation'] }))).toMatch(/^violated/);
});

test.each(['constructor', '__proto__', 'TRAINER_ALLOCATED', null])(
  'a mark of type %s is of no event it knows',
  (type) => {
    const row = { event_id: 'm', event_type: type, correlation_id: build().subject().correlationId, payload: {} };
    const history = trialOf({}, (b) => void b.commit([{ table: 'processed_events', op: 'insert', row }]));
    expect(judge(invariant, history)).toBe('holds');
  },
);
