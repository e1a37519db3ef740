import { expect, it } from 'vitest';
import type { Snapshot } from '../snapshot.ts';
import {
  ALLOCATION_GROUP,
  NOON,
  PURCHASE_GROUP,
  call,
  confirmed,
  created,
  guard,
  live,
  purchase,
} from '../testing/live.ts';
import { captured } from './testing/captured.ts';

const OTHER = '2fa90c93-ea40-4ba9-a7bf-4ed47e735b91';

const members = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
const waiting = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
const passed = { ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, members };
const stood = {};

it('tells what was seen, each by its own time', () =>
  expect(
    captured(live({ ...passed, log: { own: [call(500)] }, guards: [guard('PURCHASE_CREATED')] }, stood)).seen,
  ).toEqual([
    'first     PURCHASE_CONFIRMED in purchase-confirmed',
    '+ 0 ms    PURCHASE_CREATED in purchase-created',
    '+ 0 ms    a call of admin-service, answered 500',
    '+ 0 ms    a row of student_course_purchases',
    '(untold)  PURCHASE_CREATED in processed_events',
  ]));

it('a record whose time is none has the others told after each other, not to the moment', () => {
  const untimed = { ...confirmed(), timestamp: 0 };
  const old = { ...created(), timestamp: NOON - 3 * 86_400_000 };
  const { seen } = captured(live({ ...passed, records: [untimed, old], guards: [guard('PURCHASE_CREATED')] }, stood));
  expect(seen).toEqual([
    'first     PURCHASE_CREATED in purchase-created',
    '+ 3 d     a row of student_course_purchases',
    '(untold)  PURCHASE_CONFIRMED in purchase-confirmed',
    '(untold)  PURCHASE_CREATED in processed_events',
  ]);
});

it('says what is otherwise than it was', () => {
  const otherwise = (snapshot: Snapshot): readonly string[] => captured(snapshot).otherwise;
  const later = { ...guard('PURCHASE_CREATED'), created_at: new Date(NOON + 1).toISOString() };
  const earlier = { ...guard('PURCHASE_CREATED'), created_at: new Date(NOON - 1).toISOString() };
  expect(otherwise(live({ ...passed, guards: [earlier] }, stood))).toEqual([]);
  expect(otherwise(live({ ...passed, guards: [later] }, stood))).toEqual([
    'by its own time the row of processed_events came after PURCHASE_CREATED; here it is there before',
  ]);
  expect(otherwise(live({ ...waiting, records: [confirmed(), confirmed({ offset: 3 }), created()] }, stood))).toEqual([
    'PURCHASE_CONFIRMED was told 2 times; here nobody tells it again',
  ]);
  const other = confirmed({ offset: 3, payment: OTHER, paymentId: OTHER });
  expect(otherwise(live({ ...waiting, records: [other, confirmed(), created()] }, stood))).toEqual([
    'events of 1 other payment of the same student and course were there as well',
  ]);
});
