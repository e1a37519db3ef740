/** Two things announced for one purchase: whose announcements they are, and what followed rightly. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { checkInvariant, shipped } from './testing.ts';
import type { Invariant } from './types.ts';

const oneActiveAllocation = shipped('one-active-allocation');
const oneActivePurchase = shipped('one-active-purchase');

const AGAIN: BuildOptions = { subjects: ['ada', 'again'], shares: { again: 'ada' } };
const SECOND = idOf('second');

const resultOf = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  return checkInvariant(invariant, b.history());
};
const judged = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const { verdict, findings } = resultOf(invariant, does, options);
  return [verdict, ...findings.map(({ shape }) => shape)];
};
const VIOLATED = ['violated', 'two-announced'];
const HOLDS = ['holds'];

const told = (b: Build, name: string, id: string, more: object = {}) =>
  b.emit('TRAINER_ALLOCATED', name, { value: { allocationId: id, ...more } });
const bought = (b: Build, name: string, id: string) => b.emit('PURCHASE_CREATED', name, { value: { purchaseId: id } });

const rowOf = (b: Build, id: string, status: string) => {
  const { studentId, courseId } = b.subject();
  return { id, student_id: studentId, course_id: courseId, trainer_id: idOf('trainer', 'ada'), status };
};
const ends = (b: Build, id: string, status: string, writer: string | null = 'scenario') =>
  b.commit(
    [{ table: 'trainer_allocations', op: 'update', row: rowOf(b, id, status), old: rowOf(b, id, 'approved') }],
    writer,
  );

test('two payments of one student and course have one purchase: two allocations told of it', () => {
  const twice = (b: Build) => {
    b.purchase();
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'again', SECOND);
  };
  expect(judged(oneActiveAllocation, twice, AGAIN)).toEqual(VIOLATED);
  const { findings } = resultOf(oneActiveAllocation, twice, AGAIN);
  expect(findings[0]).toMatchObject({ subject: 'ada', worker: 'allocation-worker' });
  // The same one told for each of them is right.
  const same = (b: Build) => {
    b.purchase();
    told(b, 'ada', SECOND);
    told(b, 'again', SECOND.toUpperCase());
  };
  expect(judged(oneActiveAllocation, same, AGAIN)).toEqual(HOLDS);
  // Without a purchase nothing says that it is the same one; nor with two.
  const of =
    (...purchases: readonly string[]) =>
    (b: Build) => {
      for (const id of purchases) b.purchase('ada', { id });
      told(b, 'ada', idOf('allocation', 'ada'));
      told(b, 'again', SECOND);
    };
  expect(judged(oneActiveAllocation, of(), AGAIN)).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, of('one', 'two'), AGAIN)).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, of('one'), AGAIN)).toEqual(VIOLATED);
});

test('an announcement that names no payment is of its student’s and course’s one purchase', () => {
  const nameless = (b: Build) => {
    b.purchase();
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'ada', SECOND, { _metadata: { eventId: SECOND } });
  };
  const anonymous = (b: Build) => {
    b.purchase();
    told(b, 'ada', idOf('allocation', 'ada'));
    const of = { allocationId: SECOND, _metadata: { eventId: SECOND } };
    b.emit('TRAINER_ALLOCATED', 'ada', { value: of, headers: {}, key: null });
  };
  expect(judged(oneActiveAllocation, nameless)).toEqual(VIOLATED);
  expect(judged(oneActiveAllocation, anonymous)).toEqual(VIOLATED);
  expect(judged(oneActiveAllocation, anonymous, AGAIN)).toEqual(VIOLATED);
  // Another student's, or another course of this one, is not this pair's.
  const elsewhere = (field: string) => (b: Build) => {
    b.purchase();
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'ada', SECOND, { [field]: idOf('another') });
  };
  expect(judged(oneActiveAllocation, elsewhere('studentId'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, elsewhere('courseId'))).toEqual(HOLDS);
});

test('one that a person or a service ended is followed by another rightly, and not the other way round', () => {
  const followed =
    (writer: string | null, status = 'rejected') =>
    (b: Build) => {
      b.purchase();
      b.allocation();
      told(b, 'ada', idOf('allocation', 'ada'));
      ends(b, idOf('allocation', 'ada'), status, writer);
      b.allocation('ada', { id: SECOND });
      told(b, 'ada', SECOND);
    };
  expect(judged(oneActiveAllocation, followed('scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, followed('admin-service'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, followed(null, 'completed'))).toEqual(HOLDS);
  // A worker that takes the one back and tells of another told two of one purchase.
  expect(judged(oneActiveAllocation, followed(null))).toEqual(VIOLATED);
  const before = (b: Build) => {
    b.purchase();
    b.allocation();
    b.allocation('ada', { id: SECOND, status: 'pending' });
    ends(b, idOf('allocation', 'ada'), 'rejected');
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'ada', SECOND);
  };
  expect(judged(oneActiveAllocation, before)).toEqual(VIOLATED);
  // Told the other way round: an outbox keeps no order.
  const late = (b: Build) => {
    b.purchase();
    b.allocation();
    ends(b, idOf('allocation', 'ada'), 'rejected');
    b.allocation('ada', { id: SECOND });
    told(b, 'ada', SECOND);
    told(b, 'ada', idOf('allocation', 'ada'));
  };
  expect(judged(oneActiveAllocation, late)).toEqual(HOLDS);
});

test('a purchase that was ended, by whomever, for another payment of the same course is followed rightly', () => {
  const renewed = (second: string, writer: string | null) => (b: Build) => {
    const { studentId, courseId } = b.subject();
    const row = { id: 'one', student_id: studentId, course_id: courseId };
    b.purchase('ada', { id: 'one' });
    bought(b, 'ada', 'one');
    const old = { ...row, is_active: true };
    b.commit([{ table: 'student_course_purchases', op: 'update', row: { ...row, is_active: false }, old }], writer);
    b.purchase('ada', { id: 'two' });
    bought(b, second, 'two');
  };
  expect(judged(oneActivePurchase, renewed('again', null), AGAIN)).toEqual(HOLDS);
  expect(judged(oneActivePurchase, renewed('again', 'scenario'), AGAIN)).toEqual(HOLDS);
  expect(judged(oneActivePurchase, renewed('ada', 'scenario'), AGAIN)).toEqual(HOLDS);
  expect(judged(oneActivePurchase, renewed('ada', null), AGAIN)).toEqual(VIOLATED);
});

test('what it rests on: the rows where one was not seen, the records where an announcement names no payment', () => {
  const without = (source: 'kafka' | 'postgres', does: (b: Build) => void) => {
    const b = build();
    does(b);
    b.barrier([source]);
    b.settled(false, ['a barrier']);
    const { verdict, findings } = checkInvariant(oneActiveAllocation, b.history());
    return verdict === 'violated' && findings.some(({ shape }) => shape === 'two-announced');
  };
  const seen = (b: Build) => {
    b.allocation();
    b.allocation('ada', { id: SECOND, status: 'pending' });
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'ada', SECOND);
  };
  const unseen = (b: Build) => {
    b.allocation();
    told(b, 'ada', idOf('allocation', 'ada'));
    told(b, 'ada', SECOND);
  };
  const unnamed = (b: Build) => {
    b.allocation();
    b.allocation('ada', { id: SECOND, status: 'pending' });
    told(b, 'ada', idOf('allocation', 'ada'));
    const of = { allocationId: SECOND, _metadata: { eventId: SECOND } };
    b.emit('TRAINER_ALLOCATED', 'ada', { value: of, headers: {}, key: null });
  };
  expect([without('kafka', seen), without('postgres', seen)]).toEqual([true, true]);
  expect([without('kafka', unseen), without('postgres', unseen)]).toEqual([true, false]);
  expect([without('kafka', unnamed), without('postgres', unnamed)]).toEqual([false, true]);
});

test('rows that the scenario or another service put beside each other are held against nobody', () => {
  const given =
    (...writers: readonly (string | null)[]) =>
    (b: Build) => {
      for (const [i, writer] of writers.entries()) b.allocation('ada', { id: idOf('row', String(i)), writer });
    };
  const rows = ['violated', 'two-active-rows'];
  expect(judged(oneActiveAllocation, given('scenario', 'scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, given(null, 'scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, given('scenario', null))).toEqual(rows);
  expect(judged(oneActiveAllocation, given('scenario', 'admin-service'))).toEqual(rows);
  expect(judged(oneActiveAllocation, given('scenario', 'scenario', null))).toEqual(rows);
  // A worker that touches one of the two made neither.
  const touched = (b: Build) => {
    given('scenario', 'scenario')(b);
    const row = rowOf(b, idOf('row', '0'), 'approved');
    b.commit([{ table: 'trainer_allocations', op: 'update', row: { ...row, notes: 'x' }, old: row }]);
  };
  expect(judged(oneActiveAllocation, touched)).toEqual(HOLDS);
  const purchases =
    (...writers: readonly (string | null)[]) =>
    (b: Build) => {
      for (const [i, writer] of writers.entries()) b.purchase('ada', { id: idOf('row', String(i)), writer });
    };
  expect(judged(oneActivePurchase, purchases('scenario', 'payment-service'))).toEqual(HOLDS);
  expect(judged(oneActivePurchase, purchases(null, 'payment-service'))).toEqual(HOLDS);
  expect(judged(oneActivePurchase, purchases('payment-service', null))).toEqual(rows);
});

test('an approved row beside a pending one is whose it is that put the later beside the earlier', () => {
  const beside = (first: string | null, second: string | null, touching?: string | null) => (b: Build) => {
    b.allocation('ada', { writer: first });
    b.allocation('ada', { id: SECOND, status: 'pending', writer: second });
    if (touching === undefined) return;
    const row = rowOf(b, idOf('allocation', 'ada'), 'approved');
    b.commit([{ table: 'trainer_allocations', op: 'update', row: { ...row, notes: 'x' }, old: row }], touching);
  };
  const put = ['violated', 'approved-beside-pending'];
  expect(judged(oneActiveAllocation, beside('scenario', 'scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, beside(null, 'scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, beside('scenario', null))).toEqual(put);
  // A later touch changes nothing of who put it there.
  expect(judged(oneActiveAllocation, beside('scenario', null, 'scenario'))).toEqual(put);
  expect(judged(oneActiveAllocation, beside('scenario', 'scenario', null))).toEqual(HOLDS);
  // The pending one is asked for first, and approved elsewhere by the scenario.
  const approvedLater = (writer: string | null) => (b: Build) => {
    b.allocation('ada', { id: SECOND, status: 'pending', writer: null });
    b.allocation('ada', { writer });
  };
  expect(judged(oneActiveAllocation, approvedLater('scenario'))).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, approvedLater(null))).toEqual(put);
});
