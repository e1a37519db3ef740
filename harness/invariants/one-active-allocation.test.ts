import { expect, test } from 'vitest';
import type { Build } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { incomplete, judge, unended, shipped } from './testing.ts';

const invariant = shipped('one-active-allocation');

const second = { after: { allocation: (b: Build) => void b.allocation('ada', { id: 'second' }) } };

test('holds for one', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated by two approved rows at one commit, also when one goes later', () => {
  expect(judge(invariant, trialOf(second))).toMatch(/^violated: ada .* has 2 approved or active allocations/);
  const gone = trialOf(second, (b) => {
    const ada = b.subject();
    const row = { id: 'second', student_id: ada.studentId, course_id: ada.courseId, status: 'cancelled' };
    b.commit([{ table: 'trainer_allocations', op: 'update', row, old: { ...row, status: 'approved' } }]);
  });
  expect(judge(invariant, gone)).toMatch(/^violated/);
});

test('holds when a pending row becomes the approved one', () =>
  expect(
    judge(
      invariant,
      trialOf({
        instead: { allocation: (b) => void b.allocation('ada', { status: 'pending' }) },
        after: { allocation: (b) => void b.allocation('ada', { update: true }) },
      }),
    ),
  ).toBe('holds'));

test('violated by an approved row beside a pending one, but only at the end', () => {
  const pending = { after: { allocation: (b: Build) => void b.allocation('ada', { id: 'p', status: 'pending' }) } };
  expect(judge(invariant, trialOf(pending))).toMatch(/^violated: ada .* and a pending one p beside it/);
  expect(judge(invariant, unended(pending))).toMatch(/^unknown/);
});

test('violated by two announcements of different allocations, not by the same one twice', () => {
  const again = (id: string) =>
    trialOf({}, (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: id } }));
  expect(judge(invariant, again(idOf('other')))).toMatch(/^violated: TRAINER_ALLOCATED told of 2 different/);
  expect(judge(invariant, again(idOf('allocation', 'ada')))).toBe('holds');
});

test('unknown when sources are incomplete, violated all the same by what is there', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(second))).toMatch(/^violated/);
});
