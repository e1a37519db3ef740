import { expect, test } from 'vitest';
import { effectsByWorkers, effectsEverBy, effectsHadBy, hadEffect } from './effects.ts';
import type { RowChange } from './events.ts';
import { walkCommits } from './rows.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import { idOf } from './testing/values.ts';

const allocationRow = (b: Build, over: object = {}) => ({
  id: idOf('allocation', 'ada'),
  student_id: b.subject().studentId,
  course_id: b.subject().courseId,
  trainer_id: idOf('trainer', 'ada'),
  status: 'approved',
  ...over,
});
const change = (row: object | undefined, old?: object): RowChange =>
  ({
    table: 'trainer_allocations',
    op: row === undefined ? 'delete' : old === undefined ? 'insert' : 'update',
    ...(row === undefined ? {} : { row }),
    ...(old === undefined ? {} : { old }),
  }) as RowChange;
const had = (b: Build): boolean => hadEffect(b.history(), 'PURCHASE_CREATED', b.subject());

test.each([
  ['completed by a service', 'completed', 'scenario', true],
  ['rejected by a person', 'rejected', 'scenario', true],
  ['cancelled by the scenario', 'cancelled', 'scenario', true],
  ['completed, whoever wrote it', 'completed', null, true],
  ['cancelled by a worker', 'cancelled', null, false],
  ['rejected by a worker', 'rejected', null, false],
])('an allocation that is %s later', (_, status, writer, was) => {
  const b = build();
  b.allocation();
  b.commit([change(allocationRow(b, { status }), allocationRow(b))], writer);
  expect(had(b)).toBe(was);
});

test('an effect that a worker deleted, or moved to another course, was not had; one it made again was', () => {
  const b = build();
  const made = b.allocation();
  const undone = b.commit([change(undefined, allocationRow(b))]);
  expect(had(b)).toBe(false);
  expect(effectsEverBy(b.history(), 'allocation-worker', b.subject())).toMatchObject([
    { since: { seq: made }, endedBy: { seq: undone }, undoneBy: { seq: undone } },
  ]);
  const again = b.allocation('ada', { writer: null });
  expect(effectsHadBy(b.history(), 'allocation-worker', b.subject())).toMatchObject([{ since: { seq: again } }]);
  b.commit([change(allocationRow(b, { course_id: 'c' }), allocationRow(b))]);
  expect(had(b)).toBe(false);
  expect(hadEffect(b.history(), 'PURCHASE_CREATED', { ...b.subject(), courseId: 'c' })).toBe(true);
});

test('a truncated table takes back what it held', () => {
  const b = build();
  b.purchase();
  b.commit([{ table: 'student_course_purchases', op: 'truncate' }]);
  expect(hadEffect(b.history(), 'PURCHASE_CONFIRMED', b.subject())).toBe(false);
});

test('what exists only inside one transaction never was', () => {
  const b = build();
  b.commit([change(allocationRow(b)), change(undefined, allocationRow(b))]);
  expect(effectsEverBy(b.history(), 'allocation-worker', b.subject())).toEqual([]);
  b.commit([change(allocationRow(b, { status: 'cancelled' })), change(allocationRow(b), allocationRow(b))]);
  expect(had(b)).toBe(true);
});

test('a pending row that is approved is one effect; without a trainer it is none', () => {
  const b = build();
  b.allocation('ada', { status: 'pending' });
  b.allocation('ada', { update: true });
  expect(effectsHadBy(b.history(), 'allocation-worker', b.subject())).toHaveLength(1);
  const without = build();
  without.allocation('ada', { trainerId: null });
  expect(had(without)).toBe(false);
});

test('a row older than the history had counted before', () => {
  const b = build();
  b.allocation('ada', { update: true, writer: 'scenario' });
  expect(had(b)).toBe(true);
  const completed = build();
  completed.commit([change(allocationRow(completed, { status: 'completed' }), allocationRow(completed))], 'scenario');
  expect(had(completed)).toBe(true);
});

test('who brought it about; ids in another case are the same; other events bring about no rows', () => {
  const b = build();
  b.purchase('ada', { writer: 'payment-service' });
  const { studentId, courseId } = b.subject();
  const upper = { studentId: studentId.toUpperCase(), courseId: courseId.toUpperCase() };
  expect(hadEffect(b.history(), 'PURCHASE_CONFIRMED', upper)).toBe(true);
  expect(effectsByWorkers(b.history(), 'purchase-worker', upper)).toEqual([]);
  b.request();
  b.allocation();
  expect(effectsByWorkers(b.history(), 'allocation-worker', upper)).toHaveLength(1);
  expect(hadEffect(b.history(), 'TRAINER_ALLOCATED', b.subject())).toBe(false);
});

test('the net changes of a transaction, row by row', () => {
  const b = build();
  const [one, two, three] = [
    allocationRow(b, { status: 'pending' }),
    allocationRow(b),
    allocationRow(b, { id: 'other' }),
  ];
  b.commit([change(one), change(two, one), change(three), change(undefined, three)]);
  b.commit([change(undefined, two), change(two)]);
  const net: unknown[] = [];
  walkCommits(b.history(), (_, tables, changes) => {
    net.push(changes.map(({ before, after }) => [before?.['status'], after?.['status']]));
    expect(tables.in('trainer_allocations').length).toBe(1);
  });
  expect(net).toEqual([[[undefined, 'approved']], [['approved', 'approved']]]);
});
