/** An effect that a worker took back is missing, and of several workers none is named for it. */
import { describe, expect, test } from 'vitest';
import { shippedContract } from '../contract/testing/shipped.ts';
import type { RowChange } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { trialOf } from '../history/testing/flow.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { noEventLost } from './no-event-lost.ts';
import { shipped } from './testing.ts';
import type { Invariant } from './types.ts';

const paymentGetsPurchase = shipped('payment-gets-purchase');
const purchaseGetsAllocation = shipped('purchase-gets-allocation');

const told = (invariant: Invariant, history: History) =>
  invariant.check(history, shippedContract).violations.map(({ message, shape, worker, evidence }) => ({
    shape,
    worker,
    isTakenBack: message.includes('took'),
    kinds: evidence.map((seq) => history.events[seq - 1]?.kind),
  }));

const emptied = (table: string) => (b: Build) => void b.commit([{ table, op: 'truncate' } satisfies RowChange]);

const COMMITS = ['postgres.commit', 'postgres.commit'];

describe('taken back by a worker', () => {
  const purchases = trialOf({ after: { passConfirmed: emptied('student_course_purchases') } });
  const allocations = trialOf({ after: { passCreated: emptied('trainer_allocations') } });

  test('the commits are named, and no worker', () => {
    expect(told(paymentGetsPurchase, purchases)).toEqual([
      { shape: 'purchase-taken-back', worker: undefined, isTakenBack: true, kinds: ['kafka.record', ...COMMITS] },
    ]);
    expect(told(purchaseGetsAllocation, allocations)).toEqual([
      { shape: 'allocation-taken-back', worker: undefined, isTakenBack: true, kinds: ['postgres.commit', ...COMMITS] },
    ]);
    for (const history of [purchases, allocations])
      expect(told(noEventLost, history)).toEqual([
        {
          shape: 'taken-back',
          worker: undefined,
          isTakenBack: true,
          kinds: ['kafka.record', 'offsets.committed', ...COMMITS],
        },
      ]);
  });

  test('where one program plays all parts it was that one', () => {
    const events = purchases.events.map((event) =>
      event.kind === 'trial.started'
        ? { ...event, workers: event.workers.map((each) => ({ ...each, name: 'both' })) }
        : event,
    );
    expect(told(paymentGetsPurchase, openHistory(events))).toMatchObject([{ worker: 'both', isTakenBack: true }]);
  });

  test('a mark after it is a mark without its effect, and not by its own worker', () => {
    const before = trialOf({ after: { granted: emptied('student_course_purchases') } });
    expect(told(shipped('mark-follows-effect'), before)).toMatchObject([
      { shape: 'mark-before-effect', worker: undefined, kinds: [...COMMITS, 'postgres.commit'] },
    ]);
    const never = trialOf({ without: ['purchase'] });
    expect(told(shipped('mark-follows-effect'), never)).toMatchObject([{ worker: 'purchase-worker' }]);
  });

  test('what never was is its own worker’s doing, as before', () =>
    expect(told(paymentGetsPurchase, trialOf({ without: ['purchase', 'created', 'granted'] }))).toMatchObject([
      { shape: 'no-purchase', worker: 'purchase-worker', isTakenBack: false },
    ]));
});

test('what the scenario gave was no effect of the event, and who found it there may have brought none about', () => {
  const b = build();
  b.purchase('ada', { writer: 'scenario' });
  const paid = b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  emptied('student_course_purchases')(b);
  b.commitOffset('purchase-worker', paid);
  b.ended();
  expect(told(paymentGetsPurchase, b.history())).toMatchObject([{ shape: 'no-purchase', worker: undefined }]);
  expect(told(noEventLost, b.history())).toMatchObject([{ shape: 'skipped', worker: undefined }]);
});

test('of two payments of one student and course nothing says whose it was that is missing', () => {
  const options: BuildOptions = { subjects: ['ada', 'again'], shares: { again: 'ada' } };
  const b = build(options);
  for (const name of ['ada', 'again']) b.emit('PURCHASE_CONFIRMED', name, { by: 'payment-service' });
  b.purchase('ada');
  emptied('student_course_purchases')(b);
  b.ended();
  const found = told(paymentGetsPurchase, b.history());
  expect(found.length).toBeGreaterThan(0);
  expect(found.map(({ shape, worker, isTakenBack }) => [shape, worker, isTakenBack])).toEqual(
    found.map(() => ['no-purchase', undefined, false]),
  );
});
