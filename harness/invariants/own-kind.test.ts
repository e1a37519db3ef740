/** Rules look at rows, records and calls of their own kind: what looks alike in another table or topic is another thing. */
import { expect, test } from 'vitest';
import type { RowChange } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { announcedMeansCommitted } from './announced-means-committed.ts';
import { checkInvariant, shipped } from './testing.ts';
import { idsAgree } from './ids-agree.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import type { Invariant } from './types.ts';

const allocationHasPurchase = shipped('allocation-has-purchase');
const allocationIsAnnounced = shipped('allocation-is-announced');
const oneActiveAllocation = shipped('one-active-allocation');
const oneActivePurchase = shipped('one-active-purchase');
const purchaseHasPayment = shipped('purchase-has-payment');

const judged = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  const { verdict, findings, notes = [] } = checkInvariant(invariant, b.history());
  return [verdict, ...findings.map(({ shape }) => shape), ...notes.map(({ shape }) => `note ${shape}`)];
};
const HOLDS = ['holds'];

/** A row of ada's that counts in whatever table it stands. */
const anyRow = (b: Build, over: object = {}) => {
  const { studentId, courseId, correlationId } = b.subject();
  return {
    id: idOf('row'),
    event_id: idOf('row'),
    student_id: studentId,
    course_id: courseId,
    trainer_id: idOf('trainer', 'ada'),
    status: 'approved',
    is_active: true,
    event_type: 'PURCHASE_CREATED',
    correlation_id: correlationId,
    metadata: { courseId },
    ...over,
  };
};
const put = (table: RowChange['table'], b: Build, over: object = {}, writer: string | null = null): number =>
  b.commit([{ table, op: 'insert', row: anyRow(b, over) }], writer);
const takes = (table: RowChange['table'], b: Build, over: object = {}, writer: string | null = null): number =>
  b.commit([{ table, op: 'delete', old: anyRow(b, over) }], writer);

test('a row is one of its own table', () => {
  const others = (own: RowChange['table']) =>
    (['student_course_purchases', 'trainer_allocations', 'processed_events', 'payments'] as const).filter(
      (t) => t !== own,
    );
  for (const table of others('trainer_allocations')) {
    expect(judged(allocationHasPurchase, (b) => void put(table, b))).toEqual(HOLDS);
    const given = (b: Build) => {
      for (const id of ['a', 'b']) put('trainer_allocations', b, { id }, 'scenario');
      put(table, b);
    };
    expect(judged(oneActiveAllocation, given)).toEqual(HOLDS);
  }
  for (const table of others('student_course_purchases')) {
    expect(judged(purchaseHasPayment, (b) => void put(table, b))).toEqual(HOLDS);
    const given = (b: Build) => {
      for (const id of ['a', 'b']) put('student_course_purchases', b, { id }, 'scenario');
      put(table, b);
    };
    expect(judged(oneActivePurchase, given)).toEqual(HOLDS);
  }
  for (const table of others('processed_events'))
    expect(judged(markFollowsEffect, (b) => void put(table, b))).toEqual(HOLDS);
  expect(judged(markFollowsEffect, (b) => void put('processed_events', b))).toEqual(['violated', 'mark-before-effect']);
});

test('what takes a row away makes none', () => {
  const deleted = (b: Build) => void [put('trainer_allocations', b, {}, 'scenario'), takes('trainer_allocations', b)];
  expect(judged(allocationHasPurchase, deleted)).toEqual(HOLDS);
  expect(judged(oneActiveAllocation, deleted)).toEqual(HOLDS);
  const purchase = (b: Build) =>
    void [put('student_course_purchases', b, {}, 'x'), takes('student_course_purchases', b)];
  expect(judged(purchaseHasPayment, purchase)).toEqual(HOLDS);
  const mark = (b: Build) => void [put('processed_events', b, {}, 'x'), takes('processed_events', b)];
  expect(judged(markFollowsEffect, mark)).toEqual(HOLDS);
});

test('a row that becomes another pair’s is new there', () => {
  const two = { subjects: ['ada', 'ben'] };
  const moved = (b: Build) => {
    b.allocation('ada');
    b.allocation('ben');
    const { studentId, courseId } = b.subject('ben');
    const row = { id: idOf('allocation', 'ada'), student_id: studentId, course_id: courseId, status: 'approved' };
    const old = { ...row, student_id: b.subject().studentId, course_id: b.subject().courseId };
    b.commit([{ table: 'trainer_allocations', op: 'update', row, old }]);
  };
  expect(judged(oneActiveAllocation, moved, two)).toEqual(['violated', 'two-active-rows']);
});

test('a purchase that was taken away is missed only where a TRUNCATE did not take it', () => {
  const gone =
    (changes: (b: Build) => readonly RowChange[], writer: string | null = 'scenario') =>
    (b: Build) => {
      b.purchase();
      b.commit([...changes(b)], writer);
      b.allocation();
    };
  const purchase = (b: Build) => anyRow(b, { id: idOf('purchase', 'ada') });
  const NO = ['violated', 'no-active-purchase'];
  const truncate = (table: RowChange['table']): RowChange => ({ table, op: 'truncate' });
  expect(
    judged(
      allocationHasPurchase,
      gone(() => [truncate('student_course_purchases')]),
    ),
  ).toEqual(HOLDS);
  expect(
    judged(
      allocationHasPurchase,
      gone((b) => [{ table: 'student_course_purchases', op: 'delete', old: purchase(b) }]),
    ),
  ).toEqual(NO);
  expect(
    judged(
      allocationHasPurchase,
      gone(() => [truncate('trainer_allocations')]),
    ),
  ).toEqual(HOLDS);
  const beside = gone((b) => [
    truncate('student_course_purchases'),
    { table: 'payments', op: 'insert', row: anyRow(b) },
  ]);
  expect(judged(allocationHasPurchase, beside)).toEqual(HOLDS);
  // One that was inactive before gives nobody anything; nor does what was truncated elsewhere.
  const inactive = (b: Build) => {
    b.purchase('ada', { active: false });
    b.commit([truncate('student_course_purchases')], 'scenario');
    b.allocation();
  };
  expect(judged(allocationHasPurchase, inactive)).toEqual(NO);
  const elsewhere = (b: Build) => {
    put('payments', b, {}, 'scenario');
    b.commit([truncate('payments')], 'scenario');
    b.allocation();
  };
  expect(judged(allocationHasPurchase, elsewhere)).toEqual(NO);
  const again = (b: Build) => {
    b.purchase();
    b.commit(
      [
        truncate('student_course_purchases'),
        { table: 'student_course_purchases', op: 'insert', row: { ...purchase(b), is_active: false } },
      ],
      'scenario',
    );
    b.allocation();
  };
  expect(judged(allocationHasPurchase, again)).toEqual(NO);
});

test('what the scenario decided of a row is no worker’s, whoever made the row', () => {
  const approvedAgain = (writer: string | null) => (b: Build) => {
    b.purchase();
    b.allocation();
    const { studentId, courseId } = b.subject();
    const row = { id: idOf('allocation', 'ada'), student_id: studentId, course_id: courseId };
    const [approved, rejected] = [
      { ...row, status: 'approved' },
      { ...row, status: 'rejected' },
    ];
    b.commit([{ table: 'trainer_allocations', op: 'update', row: rejected, old: approved }], 'scenario');
    b.commit(
      [{ table: 'student_course_purchases', op: 'delete', old: anyRow(b, { id: idOf('purchase', 'ada') }) }],
      'scenario',
    );
    b.commit([{ table: 'trainer_allocations', op: 'update', row: approved, old: rejected }], writer);
  };
  expect(judged(allocationHasPurchase, approvedAgain('scenario'))).toEqual(HOLDS);
  expect(judged(allocationHasPurchase, approvedAgain(null))).toEqual(['violated', 'no-active-purchase']);
});

test('an announcement is one of its own type, and of what names no row nothing is concluded', () => {
  const elsewhere = (b: Build) =>
    void b.emit('PURCHASE_CREATED', 'ada', { by: 'x', value: { allocationId: idOf('allocation', 'ada') } });
  expect(judged(allocationIsAnnounced, (b) => void [b.allocation(), elsewhere(b)])).toEqual([
    'violated',
    'never-announced',
  ]);
  expect(
    judged(idsAgree, (b) => void b.emit('PURCHASE_CREATED', 'ada', { value: { allocationId: idOf('x') } })),
  ).toEqual(HOLDS);
  const unread = { raw: 'no JSON' };
  expect(
    judged(allocationIsAnnounced, (b) => void [b.allocation(), b.emit('TRAINER_ALLOCATED', 'ada', unread)]),
  ).toEqual(['violated', 'never-announced']);
  for (const invariant of [idsAgree, announcedMeansCommitted, oneActiveAllocation])
    expect(
      judged(
        invariant,
        (b) => void [b.emit('TRAINER_ALLOCATED', 'ada', unread), b.emit('TRAINER_ALLOCATED', 'ada', unread)],
      ),
    ).toEqual(HOLDS);
  const two = (b: Build) => {
    b.emit('PURCHASE_CREATED', 'ada', { value: { allocationId: idOf('x') } });
    b.emit('COURSE_ACCESS_GRANTED', 'ada', { value: { allocationId: idOf('y') } });
  };
  expect(judged(oneActiveAllocation, two)).toEqual(HOLDS);
  // Confirmed payments announce no row.
  expect(
    judged(
      announcedMeansCommitted,
      (b) => void b.emit('PURCHASE_CONFIRMED', 'ada', { value: { purchaseId: idOf('x') } }),
    ),
  ).toEqual(HOLDS);
});

test('what the scenario announced is no repeat of the worker’s', () => {
  const announced = (by?: string) => (b: Build) => {
    b.allocation();
    b.emit('TRAINER_ALLOCATED');
    b.emit('TRAINER_ALLOCATED', 'ada', by === undefined ? {} : { by });
  };
  expect(judged(allocationIsAnnounced, announced('scenario'))).toEqual(HOLDS);
  expect(judged(allocationIsAnnounced, announced())).toEqual(['holds', 'note announced-again']);
});

test('a row is committed later than its announcement where its beginning is', () => {
  const changedLater = (changes: (row: object) => readonly RowChange[]) => (b: Build) => {
    b.emit('TRAINER_ALLOCATED');
    const row = anyRow(b, { id: idOf('allocation', 'ada') });
    b.commit(changes(row), null, 10);
  };
  const LATER = ['violated', 'allocation-committed-later'];
  const inserted = (row: object): RowChange => ({ table: 'trainer_allocations', op: 'insert', row: { ...row } });
  expect(
    judged(
      announcedMeansCommitted,
      changedLater((row) => [inserted(row)]),
    ),
  ).toEqual(LATER);
  const updated = (row: object): RowChange => ({
    table: 'trainer_allocations',
    op: 'update',
    row: { ...row },
    old: { ...row },
  });
  expect(
    judged(
      announcedMeansCommitted,
      changedLater((row) => [updated(row)]),
    ),
  ).toEqual(HOLDS);
  // Beside others of the same transaction, some of another table with the same id.
  const gone: RowChange = { table: 'processed_events', op: 'delete', old: { event_id: 'x' } };
  expect(
    judged(
      announcedMeansCommitted,
      changedLater((row) => [gone, inserted(row)]),
    ),
  ).toEqual(LATER);
  const alike = (row: object): RowChange => ({ table: 'payments', op: 'insert', row: { ...row } });
  expect(
    judged(
      announcedMeansCommitted,
      changedLater((row) => [updated(row), alike(row)]),
    ),
  ).toEqual(HOLDS);
});

test('a purchase is paid for by a row of payments, or by an event that confirms it and by no other', () => {
  const NOBODY = ['violated', 'nobody-paid'];
  const bought = (before: (b: Build) => void) => (b: Build) => void [before(b), b.purchase()];
  expect(
    judged(
      purchaseHasPayment,
      bought((b) => void put('payments', b, {}, 'payment-service')),
    ),
  ).toEqual(HOLDS);
  expect(
    judged(
      purchaseHasPayment,
      bought((b) => void put('payments', b, { metadata: null }, 'payment-service')),
    ),
  ).toEqual(HOLDS);
  expect(
    judged(
      purchaseHasPayment,
      bought((b) => void put('payments', b, { metadata: 'x' }, 'payment-service')),
    ),
  ).toEqual(HOLDS);
  const other = (over: object) => bought((b) => void put('payments', b, over, 'payment-service'));
  expect(judged(purchaseHasPayment, other({ metadata: { courseId: idOf('x') } }))).toEqual(NOBODY);
  expect(judged(purchaseHasPayment, other({ student_id: idOf('x') }))).toEqual(NOBODY);
  const stranger = { key: null, headers: {} };
  const confirmed = (b: Build) => {
    const { studentId, courseId } = b.subject();
    b.emit('PURCHASE_CONFIRMED', 'zoe', { ...stranger, value: { studentId, courseId } });
  };
  expect(judged(purchaseHasPayment, bought(confirmed))).toEqual(HOLDS);
  const created = (b: Build) => {
    const { studentId, courseId } = b.subject();
    b.emit('PURCHASE_CREATED', 'zoe', { ...stranger, value: { studentId, courseId } });
  };
  expect(judged(purchaseHasPayment, bought(created))).toEqual(NOBODY);
});
