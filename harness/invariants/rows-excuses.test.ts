/** Rules about rows: what a transaction comes to, whose a row is, and what is held against nobody. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import type { RowChange } from '../history/events.ts';
import { checkInvariant, shipped } from './testing.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import type { Invariant } from './types.ts';

const allocationHasPurchase = shipped('allocation-has-purchase');
const oneActiveAllocation = shipped('one-active-allocation');
const oneActivePurchase = shipped('one-active-purchase');
const purchaseHasPayment = shipped('purchase-has-payment');

const judged = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  const { verdict, findings } = checkInvariant(invariant, b.history());
  return [verdict, ...findings.map(({ shape }) => shape)];
};

const purchaseRow = (b: Build, over: object = {}) => {
  const { name, studentId, courseId } = b.subject();
  return { id: idOf('purchase', name), student_id: studentId, course_id: courseId, is_active: true, ...over };
};
const allocationRow = (b: Build, over: object = {}) => {
  const { name, studentId, courseId } = b.subject();
  return {
    id: idOf('allocation', name),
    student_id: studentId,
    course_id: courseId,
    trainer_id: idOf('trainer', name),
    status: 'approved',
    ...over,
  };
};
type Kind = 'student_course_purchases' | 'trainer_allocations' | 'payments';
const insert = (table: Kind, row: object): RowChange => ({ table, op: 'insert', row: { ...row } });
const remove = (table: Kind, old: object): RowChange => ({ table, op: 'delete', old: { ...old } });
const update = (table: Kind, row: object, old: object): RowChange => ({
  table,
  op: 'update',
  row: { ...row },
  old: { ...old },
});
const PURCHASES = 'student_course_purchases';
const ALLOCATIONS = 'trainer_allocations';
const STUB = 'admin-service';

test('a mark without effect: the effect was never there, or a worker had taken it back', () => {
  const mark = (b: Build) => b.markChange('PURCHASE_CONFIRMED', b.subject());
  const within = (b: Build) =>
    void b.commit([insert(PURCHASES, purchaseRow(b)), remove(PURCHASES, purchaseRow(b)), mark(b)]);
  expect(judged(markFollowsEffect, within)).toEqual(['violated', 'mark-before-effect']);
  const taken = (writer: string | null) => (b: Build) => {
    b.purchase();
    b.commit([remove(PURCHASES, purchaseRow(b))], writer);
    b.commit([mark(b)]);
  };
  expect(judged(markFollowsEffect, taken(null))).toEqual(['violated', 'mark-before-effect']);
  expect(judged(markFollowsEffect, taken('scenario'))).toEqual(['holds']);
});

test('a mark is right with its effect in the same transaction, in an earlier one, or taken back after it', () => {
  const mark = (b: Build) => b.markChange('PURCHASE_CONFIRMED', b.subject());
  expect(judged(markFollowsEffect, (b) => void b.commit([mark(b), insert(PURCHASES, purchaseRow(b))]))).toEqual([
    'holds',
  ]);
  const later = (b: Build) => {
    b.purchase();
    b.commit([mark(b)]);
    b.commit([remove(PURCHASES, purchaseRow(b))]);
  };
  expect(judged(markFollowsEffect, later)).toEqual(['holds']);
  expect(judged(markFollowsEffect, (b) => void [b.commit([mark(b)]), b.purchase()])).toEqual([
    'violated',
    'mark-before-effect',
  ]);
  expect(judged(markFollowsEffect, (b) => void b.purchase('ada', { active: false }))).toEqual(['holds']);
});

test('a mark by somebody else, of nobody’s payment, undone at once, or only updated is none', () => {
  const mark = (b: Build, name = 'ada') => b.markChange('PURCHASE_CREATED', b.subject(name));
  expect(judged(markFollowsEffect, (b) => void b.commit([mark(b)], 'payment-service'))).toEqual(['holds']);
  expect(judged(markFollowsEffect, (b) => void b.commit([mark(b, 'zoe')]))).toEqual(['holds']);
  const undone = (b: Build) => void b.commit([mark(b), { table: 'processed_events', op: 'delete', old: mark(b).row! }]);
  expect(judged(markFollowsEffect, undone)).toEqual(['holds']);
  const updated = (b: Build) => {
    b.commit([mark(b)], 'payment-service');
    b.commit([{ table: 'processed_events', op: 'update', row: mark(b).row!, old: mark(b).row! }]);
  };
  expect(judged(markFollowsEffect, updated)).toEqual(['holds']);
});

test('an allocation that one transaction made and took away accuses nobody', () => {
  const never = (b: Build) =>
    void b.commit([insert(ALLOCATIONS, allocationRow(b)), remove(ALLOCATIONS, allocationRow(b))]);
  expect(judged(allocationHasPurchase, never)).toEqual(['holds']);
  const beside = (b: Build) => {
    b.allocation();
    const second = allocationRow(b, { id: idOf('second') });
    b.commit([insert(ALLOCATIONS, second), remove(ALLOCATIONS, second)]);
  };
  expect(judged(oneActiveAllocation, beside)).toEqual(['holds']);
});

test('allocation-has-purchase: pending ones too, by worker or call; what the scenario gave, and what has ended, is nobody’s', () => {
  const made = (over: object, writer: string | null) => (b: Build) =>
    void b.commit([insert(ALLOCATIONS, allocationRow(b, over))], writer);
  for (const status of ['pending', 'approved', 'active'])
    for (const writer of [null, STUB])
      expect(judged(allocationHasPurchase, made({ status }, writer))).toEqual(['violated', 'no-active-purchase']);
  expect(judged(allocationHasPurchase, made({}, 'scenario'))).toEqual(['holds']);
  for (const status of ['rejected', 'cancelled', 'completed'])
    expect(judged(allocationHasPurchase, made({ status }, null))).toEqual(['holds']);
  expect(judged(allocationHasPurchase, made({ student_id: idOf('stranger') }, null))).toEqual(['holds']);
});

test('allocation-has-purchase: a pending row that is approved is no new one, an inactive purchase is none', () => {
  const given = (b: Build) => {
    b.commit([insert(ALLOCATIONS, allocationRow(b, { status: 'pending' }))], 'scenario');
    b.commit([update(ALLOCATIONS, allocationRow(b), allocationRow(b, { status: 'pending' }))], STUB);
  };
  expect(judged(allocationHasPurchase, given)).toEqual(['holds']);
  expect(judged(allocationHasPurchase, (b) => void [b.purchase('ada', { active: false }), b.allocation()])).toEqual([
    'violated',
    'no-active-purchase',
  ]);
  expect(judged(allocationHasPurchase, (b) => void [b.purchase(), b.allocation()])).toEqual(['holds']);
  expect(judged(allocationHasPurchase, (b) => void [b.allocation(), b.purchase()])).toEqual([
    'violated',
    'no-active-purchase',
  ]);
});

test('allocation-has-purchase: a stranger’s row is the trial’s when its call was', () => {
  const called = (named: boolean) => (b: Build) => {
    const metadata = named ? { paymentMetadata: { correlationId: b.subject().correlationId } } : {};
    const call = b.request('zoe', { body: metadata });
    const row = allocationRow(b, {
      id: idOf('strange'),
      student_id: idOf('student', 'zoe'),
      course_id: idOf('course', 'zoe'),
    });
    b.add({ kind: 'http.effect', source: 'http', call, effect: 'inserted', rowId: row.id });
    b.commit([insert(ALLOCATIONS, row)], STUB);
  };
  expect(judged(allocationHasPurchase, called(true))).toEqual(['violated', 'never-bought']);
  expect(judged(allocationHasPurchase, called(false))).toEqual(['holds']);
});

const PAYMENT = (b: Build, over: object = {}) => {
  const { correlationId, studentId, courseId } = b.subject();
  return { id: correlationId, student_id: studentId, metadata: { courseId }, ...over };
};

test('purchase-has-payment: paid by a row or by an event, of that student and course', () => {
  const paidBy = (row: object | undefined, event?: Readonly<Record<string, unknown>>) => (b: Build) => {
    if (row !== undefined) b.commit([insert('payments', { ...PAYMENT(b), ...row })], 'payment-service');
    if (event !== undefined) b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service', value: event });
    b.purchase();
  };
  const unpaid = ['violated', 'nobody-paid'];
  expect(judged(purchaseHasPayment, paidBy(undefined))).toEqual(unpaid);
  expect(judged(purchaseHasPayment, paidBy({}))).toEqual(['holds']);
  expect(judged(purchaseHasPayment, paidBy(undefined, {}))).toEqual(['holds']);
  // A payment that does not say for which course may have been for this one.
  expect(judged(purchaseHasPayment, paidBy({ metadata: null }))).toEqual(['holds']);
  expect(judged(purchaseHasPayment, paidBy(undefined, { courseId: undefined }))).toEqual(['holds']);
  expect(judged(purchaseHasPayment, paidBy({ metadata: { courseId: idOf('other') } }))).toEqual(unpaid);
  expect(judged(purchaseHasPayment, paidBy({ student_id: idOf('other') }))).toEqual(unpaid);
  expect(judged(purchaseHasPayment, paidBy(undefined, { courseId: idOf('other') }))).toEqual(unpaid);
});

test('purchase-has-payment: only what a worker made and left active, of a student of this trial', () => {
  const made =
    (row: (b: Build) => object, writer: string | null = null) =>
    (b: Build) =>
      void b.commit([insert(PURCHASES, row(b))], writer);
  expect(
    judged(
      purchaseHasPayment,
      made((b) => purchaseRow(b), 'payment-service'),
    ),
  ).toEqual(['holds']);
  expect(
    judged(
      purchaseHasPayment,
      made((b) => purchaseRow(b, { is_active: false })),
    ),
  ).toEqual(['holds']);
  expect(
    judged(
      purchaseHasPayment,
      made((b) => purchaseRow(b, { student_id: idOf('stranger') })),
    ),
  ).toEqual(['holds']);
  const touched = (b: Build) => {
    b.commit([insert(PURCHASES, purchaseRow(b))], 'scenario');
    b.commit([update(PURCHASES, purchaseRow(b, { purchase_tier: 20 }), purchaseRow(b))]);
  };
  expect(judged(purchaseHasPayment, touched)).toEqual(['holds']);
});

test('one active row each: of one course, of a student of this trial, told once', () => {
  const other = (b: Build, over: object) =>
    void b.commit([insert(PURCHASES, purchaseRow(b, { id: idOf('x'), ...over }))]);
  const two = (over: object) => (b: Build) => {
    b.purchase();
    other(b, over);
  };
  expect(judged(oneActivePurchase, two({}))).toEqual(['violated', 'two-active-rows']);
  expect(judged(oneActivePurchase, two({ is_active: false }))).toEqual(['holds']);
  expect(judged(oneActivePurchase, two({ course_id: idOf('other') }))).toEqual(['holds']);
  const elsewhere = (student: string) => (b: Build) => {
    other(b, { course_id: idOf('other'), student_id: student });
    other(b, { course_id: idOf('other'), student_id: student, id: idOf('y') });
  };
  expect(judged(oneActivePurchase, (b) => elsewhere(b.subject().studentId)(b))).toEqual([
    'violated',
    'two-active-rows',
  ]);
  expect(judged(oneActivePurchase, elsewhere(idOf('stranger')))).toEqual(['holds']);
});

test('what is announced twice is one thing in whatever case its id is written', () => {
  const again = (id: string) => (b: Build) => {
    b.emit('PURCHASE_CREATED');
    b.emit('PURCHASE_CREATED', 'ada', { value: { purchaseId: id } });
  };
  expect(judged(oneActivePurchase, again(idOf('purchase', 'ada').toUpperCase()))).toEqual(['holds']);
  expect(judged(oneActivePurchase, again(idOf('other')))).toEqual(['violated', 'two-announced']);
  const byHarness = (b: Build) => {
    b.emit('PURCHASE_CREATED');
    b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario', value: { purchaseId: idOf('other') } });
  };
  expect(judged(oneActivePurchase, byHarness)).toEqual(['holds']);
});

test('an approved row beside a pending one: of one student and course', () => {
  const beside = (over: object) => (b: Build) => {
    b.allocation();
    b.commit([insert(ALLOCATIONS, allocationRow(b, { id: idOf('p'), status: 'pending', ...over }))]);
  };
  expect(judged(oneActiveAllocation, beside({}))).toEqual(['violated', 'approved-beside-pending']);
  expect(judged(oneActiveAllocation, beside({ course_id: idOf('other') }))).toEqual(['holds']);
  expect(judged(oneActiveAllocation, beside({ status: 'rejected' }))).toEqual(['holds']);
});
