/** Rules about the end: effects as had, events as told, payments by their own ids, groups by what keeps them. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import type { KafkaRecord } from '../history/testing/kafka.ts';
import { idOf } from '../history/testing/values.ts';
import { checkInvariant, shipped } from './testing.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { groupsDrain } from './groups-drain.ts';
import { noEventLost } from './no-event-lost.ts';
import type { Invariant } from './types.ts';

const paymentGetsPurchase = shipped('payment-gets-purchase');
const purchaseGetsAllocation = shipped('purchase-gets-allocation');
const purchaseGetsEvent = shipped('purchase-gets-event');
const purchaseIsAnnounced = shipped('purchase-is-announced');

const of = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  return checkInvariant(invariant, b.history());
};
const judged = (...from: Parameters<typeof of>): readonly unknown[] => {
  const { verdict, findings } = of(...from);
  return [verdict, ...findings.map(({ shape }) => shape)];
};

const A = 'allocation-worker';
const P = 'purchase-worker';
const MAY = { mayDeadLetter: ['ada'] };
const paid = (b: Build, name = 'ada') => b.emit('PURCHASE_CONFIRMED', name, { by: 'payment-service' });
const created = (b: Build, name = 'ada', over: object = {}) =>
  b.emit('PURCHASE_CREATED', name, { by: 'payment-service', ...over });
/** The allocation is changed, or deleted, after it was there. */
const afterwards = (b: Build, status: string | null, writer: string | null): void => {
  const { name, studentId, courseId } = b.subject();
  const row = {
    id: idOf('allocation', name),
    student_id: studentId,
    course_id: courseId,
    trainer_id: idOf('t'),
    status,
  };
  const old = { ...row, status: 'approved' };
  b.commit(
    [
      status === null
        ? { table: 'trainer_allocations', op: 'delete', old }
        : { table: 'trainer_allocations', op: 'update', row, old },
    ],
    writer,
  );
};

test.each<[string | null, string | null, boolean]>([
  ['completed', 'admin-service', true],
  ['rejected', 'admin-service', true],
  [null, 'scenario', true],
  ['rejected', null, false],
  [null, null, false],
])('an allocation that became %s by %s was had: %s', (status, writer, had) => {
  const does = (b: Build): void => {
    b.purchase();
    const event = created(b);
    b.allocation();
    afterwards(b, status, writer);
    b.commitOffset(A, event);
  };
  expect(judged(noEventLost, does)).toEqual(had ? ['holds'] : ['violated', 'taken-back']);
  expect(judged(purchaseGetsAllocation, does)).toEqual(had ? ['holds'] : ['violated', 'allocation-taken-back']);
});

const skipped = (does: (b: Build, event: KafkaRecord) => void) => (b: Build) => {
  const event = created(b);
  does(b, event);
  b.commitOffset(A, event);
};

test('no-event-lost: excused by a letter about the event, and by no other', () => {
  expect(
    judged(
      noEventLost,
      skipped((b, event) => void b.deadLetter(event)),
    ),
  ).toEqual(['holds']);
  const letter = (over: Readonly<Record<string, unknown>>, options: object = {}) =>
    judged(
      noEventLost,
      skipped((b, event) => void b.deadLetter(event, { value: over, ...options })),
    );
  const nowhere = { originalPartition: undefined, originalOffset: undefined };
  const blank = { headers: {} };
  // One that names no position is known by its ids.
  expect(letter({ ...nowhere }, blank)).toEqual(['holds']);
  const others = {
    ...nowhere,
    originalTopic: 'purchase-confirmed',
    originalEvent: null,
    eventId: undefined,
  };
  expect(letter(others, blank)).toEqual(['violated', 'skipped']);
  const ofAnother = skipped((b) => void b.deadLetter(paid(b)));
  expect(judged(noEventLost, ofAnother)).toEqual(['violated', 'skipped']);
  const ofBen = (b: Build) => skipped((each) => void each.deadLetter(created(each, 'ben')))(b);
  expect(judged(noEventLost, ofBen, { subjects: ['ada', 'ben'] })).toEqual(['violated', 'skipped']);
});

test('no-event-lost: an event told twice is one event, and one that is another’s is another', () => {
  const again = skipped((b, event) => void [b.deadLetter(event), b.commitOffset(A, created(b))]);
  expect(judged(noEventLost, again)).toEqual(['holds']);
  const twice = skipped((b) => void b.commitOffset(A, created(b)));
  expect(judged(noEventLost, twice)).toEqual(['violated', 'skipped']);
  const recovery = skipped(
    (b, event) => void [b.deadLetter(event), b.commitOffset(A, created(b, 'ada', { eventId: 'other-recovery' }))],
  );
  expect(judged(noEventLost, recovery)).toEqual(['violated', 'skipped']);
});

test('no-event-lost: an offset before its effect is shown, not accused', () => {
  const inbox = of(noEventLost, (b) => {
    b.commitOffset(A, created(b));
    b.allocation();
  });
  expect([inbox.verdict, inbox.notes?.map(({ shape }) => shape)]).toEqual(['holds', ['offset-before-effect']]);
  const right = of(noEventLost, (b) => {
    const event = created(b);
    b.allocation();
    b.commitOffset(A, event);
  });
  expect([right.verdict, right.notes]).toEqual(['holds', undefined]);
  expect(judged(noEventLost, (b) => void b.commitOffset(A, created(b), 'harness'))).toEqual(['holds']);
});

test('the end’s rules let a payment rest in the dead-letter queue where the scenario says so, for its own event', () => {
  const lettered =
    (type: 'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED', more: (b: Build) => void = () => {}) =>
    (b: Build) => {
      more(b);
      b.deadLetter(b.emit(type, 'ada', { by: 'payment-service' }));
    };
  expect(judged(paymentGetsPurchase, lettered('PURCHASE_CONFIRMED'), MAY)).toEqual(['holds']);
  expect(judged(paymentGetsPurchase, lettered('PURCHASE_CONFIRMED'))).toEqual(['violated', 'no-purchase']);
  expect(judged(paymentGetsPurchase, lettered('PURCHASE_CREATED', paid), MAY)).toEqual(['violated', 'no-purchase']);
  const bought = (b: Build) => void b.purchase();
  expect(judged(purchaseGetsAllocation, lettered('PURCHASE_CREATED', bought), MAY)).toEqual(['holds']);
  expect(judged(purchaseGetsAllocation, lettered('PURCHASE_CREATED', bought))).toEqual(['violated', 'no-allocation']);
  expect(judged(purchaseGetsAllocation, lettered('PURCHASE_CONFIRMED', bought), MAY)).toEqual([
    'violated',
    'no-allocation',
  ]);
  expect(judged(purchaseIsAnnounced, lettered('PURCHASE_CONFIRMED', bought), MAY)).toEqual(['holds']);
  expect(judged(purchaseIsAnnounced, lettered('PURCHASE_CONFIRMED', bought))).toEqual([
    'violated',
    'no-course-access-granted',
  ]);
  expect(judged(eventGetsMarked, lettered('PURCHASE_CREATED'), MAY)).toEqual(['holds']);
  expect(judged(eventGetsMarked, lettered('PURCHASE_CREATED'))).toEqual(['violated', 'purchase-created-never-marked']);
});

test('purchase-is-announced: a worker’s own purchase, by its id, and each missing event told once', () => {
  const announced =
    (types: Readonly<Record<string, object>>, writer: string | null = null) =>
    (b: Build) => {
      b.purchase('ada', { writer });
      for (const [type, value] of Object.entries(types))
        b.emit(type as 'PURCHASE_CREATED', 'ada', { value: { ...value } });
    };
  const both = { PURCHASE_CREATED: {}, COURSE_ACCESS_GRANTED: {} };
  expect(judged(purchaseIsAnnounced, announced(both))).toEqual(['holds']);
  expect(judged(purchaseIsAnnounced, announced({}, 'payment-service'))).toEqual(['holds']);
  // What purchase-gets-event tells is not told twice.
  expect(judged(purchaseIsAnnounced, announced({ COURSE_ACCESS_GRANTED: {} }))).toEqual(['holds']);
  expect(judged(purchaseGetsEvent, announced({ COURSE_ACCESS_GRANTED: {} }))).toEqual(['violated', 'never-published']);
  const upper = { purchaseId: idOf('purchase', 'ada').toUpperCase() };
  expect(judged(purchaseIsAnnounced, announced({ PURCHASE_CREATED: upper, COURSE_ACCESS_GRANTED: upper }))).toEqual([
    'holds',
  ]);
  const other = { purchaseId: idOf('other') };
  expect(judged(purchaseIsAnnounced, announced({ ...both, COURSE_ACCESS_GRANTED: other }))).toEqual([
    'violated',
    'no-course-access-granted',
  ]);
  expect(judged(purchaseIsAnnounced, announced({ ...both, COURSE_ACCESS_GRANTED: { purchaseId: undefined } }))).toEqual(
    ['holds'],
  );
});

test('an allocation that is there excuses PURCHASE_CREATED, and not COURSE_ACCESS_GRANTED', () => {
  const does = (b: Build): void => {
    b.purchase();
    b.allocation();
  };
  expect(judged(purchaseGetsEvent, does)).toEqual(['holds']);
  expect(judged(purchaseIsAnnounced, does)).toEqual(['violated', 'no-course-access-granted']);
  const ofAnother = (b: Build): void => {
    b.purchase();
    b.emit('COURSE_ACCESS_GRANTED');
    b.emit('PURCHASE_CREATED', 'ada', { value: { purchaseId: idOf('other') } });
  };
  expect(judged(purchaseIsAnnounced, ofAnother)).toEqual(['violated', 'no-purchase-created']);
  expect(judged(purchaseIsAnnounced, (b) => void [ofAnother(b), b.allocation()])).toEqual(['holds']);
  const inactive = (b: Build) => void b.purchase('ada', { active: false });
  for (const invariant of [purchaseGetsEvent, purchaseGetsAllocation, purchaseIsAnnounced])
    expect(judged(invariant, inactive)).toEqual(['holds']);
});

/** A second payment of ada's for the same course. */
const paidAgain = (b: Build) => {
  const { studentId, courseId } = b.subject();
  return b.emit('PURCHASE_CONFIRMED', 'zoe', { by: 'payment-service', value: { studentId, courseId } });
};

test('two payments of one student and course have one purchase, and each its own mark', () => {
  const does = (b: Build): void => {
    paid(b);
    paidAgain(b);
    b.purchase();
    b.mark('PURCHASE_CONFIRMED');
  };
  expect(judged(paymentGetsPurchase, does)).toEqual(['holds']);
  // One purchase is told once.
  expect(judged(purchaseGetsEvent, does)).toEqual(['violated', 'never-published']);
  expect(judged(purchaseGetsAllocation, does)).toEqual(['violated', 'no-allocation']);
  const unmarked = of(eventGetsMarked, does);
  expect(unmarked.findings.map(({ subject }) => subject)).toEqual([`payment ${idOf('payment', 'zoe').slice(0, 8)}`]);
  const forTheOther = (b: Build): void => {
    does(b);
    const { studentId, courseId } = b.subject();
    b.emit('PURCHASE_CREATED', 'zoe', { value: { studentId, courseId, purchaseId: idOf('purchase', 'ada') } });
  };
  expect(judged(purchaseGetsEvent, forTheOther)).toEqual(['holds']);
});

const onOnePartition = { subjects: ['ada', 'ben', 'cem'] };
const atOne = (b: Build) => ['ada', 'ben', 'cem'].map((name) => created(b, name, { partition: 0 }));

test('groups-drain: blocked at the head, with the calls that were made for it', () => {
  const message = (does: (b: Build) => void) => of(groupsDrain, does, onOnePartition).findings[0]?.message;
  expect(message((b) => void atOne(b))).toMatch(/ada .*, for which no call was made; 2 records more behind it$/);
  expect(message((b) => void [atOne(b), b.request()])).toMatch(/ada .*, for which 1 call was made/);
  // A call that names nobody may have been made for it, and a health check is none.
  const nobody = { body: { studentId: undefined, courseId: undefined } };
  expect(message((b) => void [atOne(b), b.request('ada', nobody)])).toMatch(/ada \(payment [0-9a-f]+\); 2 records/);
  expect(message((b) => void [atOne(b), b.request('ada', { path: '/health' })])).toMatch(/no call was made/);
  expect(message((b) => void [atOne(b), b.request('ben')])).toMatch(/ada .*no call was made/);
});

test('groups-drain: what is done is told apart from what is left out, and from what waits behind it', () => {
  const told = (does: (b: Build) => void) =>
    of(groupsDrain, does, onOnePartition).findings.map(({ shape, subject }) => `${shape} ${subject}`);
  const allocated =
    (...names: readonly string[]) =>
    (b: Build) => {
      atOne(b);
      for (const name of names) b.allocation(name);
    };
  expect(told(allocated())).toEqual(['blocked ada']);
  expect(told(allocated('ada'))).toEqual(['done-not-committed ada', 'blocked-behind ben']);
  expect(told(allocated('ada', 'cem'))).toEqual(['done-not-committed ada', 'skipped ben']);
  expect(told(allocated('ada', 'ben', 'cem'))).toEqual(['done-not-committed ada']);
  expect(told((b) => void [atOne(b), b.mark('PURCHASE_CREATED')])).toEqual([
    'done-not-committed ada',
    'blocked-behind ben',
  ]);
  expect(told((b) => void [atOne(b), b.mark('PURCHASE_CREATED', 'ada', 'scenario')])).toEqual(['blocked ada']);
  const buried = (b: Build) => {
    const [ada] = atOne(b);
    if (ada !== undefined) b.deadLetter(ada);
  };
  expect(told(buried)).toEqual(['dead-lettered-not-committed ada']);
  expect(told((b) => void [buried(b), b.allocation('cem')])).toEqual([
    'dead-lettered-not-committed ada',
    'skipped ben',
  ]);
});

test('groups-drain: a member that was lost while its process lived is shown', () => {
  const lost = (why: (b: Build) => void) =>
    of(groupsDrain, (b) => {
      const changed = (position: number, ids: readonly string[]) =>
        b.add({
          kind: 'offsets.group-changed',
          source: 'offsets',
          position,
          group: 'trainer-allocation-workers',
          generation: position,
          members: ids.map((memberId) => ({ memberId, clientId: A })),
        });
      changed(1, ['m1']);
      why(b);
      changed(2, []);
      changed(3, ['m2']);
    }).notes?.map(({ shape, worker }) => [shape, worker]);
  expect(lost(() => {})).toEqual([['evicted-alive', A]]);
  expect(lost((b) => void b.exited(A))).toBeUndefined();
  expect(lost((b) => void b.exited(P))).toEqual([['evicted-alive', A]]);
});
