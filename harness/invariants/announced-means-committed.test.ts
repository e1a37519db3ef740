import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { WALL } from '../history/testing/log.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { announcedMeansCommitted as invariant } from './announced-means-committed.ts';
import { incomplete, judge } from './testing.ts';

test('holds when the row is committed first', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated when the row never commits', () => {
  expect(judge(invariant, trialOf({ without: ['allocation'] }))).toMatch(
    /^violated: TRAINER_ALLOCATED at .* announces allocation .* never committed/,
  );
  expect(judge(invariant, trialOf({ without: ['purchase', 'created'] }))).toMatch(/^violated: COURSE_ACCESS_GRANTED/);
  expect(judge(invariant, trialOf({ without: ['purchase', 'granted'] }))).toMatch(/^violated: PURCHASE_CREATED/);
});

/** The purchase's commit timestamp lies so many ms after the arrival of its announcement. */
const committedLater = (ms: number, sharedClock = true) => {
  const b = build({ sharedClock });
  b.emit('PURCHASE_CREATED');
  const ada = b.subject();
  const id = (b.events.at(-1) as { json: { purchaseId: string } }).json.purchaseId;
  const row = { id, student_id: ada.studentId, course_id: ada.courseId, is_active: true };
  b.commit([{ table: 'student_course_purchases', op: 'insert', row }], null, ms - 1);
  b.ended();
  return b.history();
};

test('violated when the clock proves that the row came later: by more than 2 ms, and only on one host', () => {
  expect(judge(invariant, committedLater(2.5))).toMatch(/^violated: .* committed only later/);
  expect(judge(invariant, committedLater(1.5))).toBe('holds');
  expect(judge(invariant, committedLater(50, false))).toBe('holds');
});

test('a clock that was set right while the trial ran proves nothing: commits had been recorded before they say that they were made', () => {
  const ahead = (ms: number) => {
    const b = build();
    b.commit([], 'payment-service');
    b.events[b.events.length - 1] = { ...b.events.at(-1)!, committedAt: WALL + b.events.length + ms } as never;
    b.emit('PURCHASE_CREATED');
    const ada = b.subject();
    const id = (b.events.at(-1) as { json: { purchaseId: string } }).json.purchaseId;
    const row = { id, student_id: ada.studentId, course_id: ada.courseId, is_active: true };
    // By its own clock 7 ms after the record had arrived.
    b.commit([{ table: 'student_course_purchases', op: 'insert', row }], null, 6);
    b.ended();
    return b.history();
  };
  expect(judge(invariant, ahead(0))).toMatch(/^violated: .* committed only later/);
  expect(judge(invariant, ahead(6))).toBe('holds');
});

test('violated when the harness wrote the row because it had seen the announcement', () => {
  const b = build({ sharedClock: false });
  const seq = b.emit('PURCHASE_CREATED').seq;
  const commit = b.purchase('ada', { writer: 'payment-service' });
  b.events[commit - 1] = { ...b.events[commit - 1]!, after: [seq] };
  b.ended();
  expect(judge(invariant, b.history())).toMatch(/^violated: .* committed only later/);
});

test('what the harness published is not the workers’', () =>
  expect(
    judge(
      invariant,
      trialOf({
        without: ['purchase', 'granted'],
        instead: { created: (b) => void b.emit('PURCHASE_CREATED', 'ada', { by: 'heal' }) },
      }),
    ),
  ).toBe('holds'));

test('unknown when commits may be missing, violated all the same by a proven later one', () => {
  expect(judge(invariant, incomplete({ without: ['allocation'] }))).toMatch(/^unknown/);
  const b = flow(build(), { without: ['purchase'], until: 'granted' });
  b.purchase();
  b.events[b.events.length - 1] = { ...b.events.at(-1)!, at: 999, committedAt: 1_795_000_000_999 } as never;
  expect(judge(invariant, b.history())).toMatch(/^violated/);
});
