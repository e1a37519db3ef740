/** Workers that share a group, parts that have several, and what the scenario undid of what a worker had done. */
import { expect, test } from 'vitest';
import type { RowChange, WorkerInfo } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { checkInvariant, shipped } from './testing.ts';
import { deadLetterOnce } from './dead-letter-once.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { groupsDrain } from './groups-drain.ts';
import type { Invariant } from './types.ts';

const purchaseIsAnnounced = shipped('purchase-is-announced');

const A = 'allocation-worker';
const of = (invariant: Invariant, does: (b: Build) => void, workers?: readonly WorkerInfo[]) => {
  const b = build({ acting: false });
  does(b);
  b.ended();
  const events = b.events.map((event) =>
    event.kind === 'trial.started' && workers !== undefined ? { ...event, workers } : event,
  );
  return checkInvariant(invariant, openHistory(events));
};
const judged = (...from: Parameters<typeof of>): readonly unknown[] => {
  const { verdict, findings } = of(...from);
  return [verdict, ...findings.map(({ shape }) => shape)];
};
const worker = (name: string, role: WorkerInfo['role'], consumerGroup: string): WorkerInfo => ({
  name,
  role,
  consumerGroup,
});
const TWO = [worker('a', A, 'group-a'), worker('b', A, 'group-b'), worker('p', 'purchase-worker', 'group-p')];

let position = 0;
const changed = (b: Build, group: string, ids: readonly string[]): number =>
  b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: (position += 1),
    group,
    generation: position,
    members: ids.map((memberId) => ({ memberId, clientId: 'c' })),
  });
const lettered =
  (times: number, between: (b: Build) => void = () => {}) =>
  (b: Build) => {
    b.phase('act');
    const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
    for (let i = 0; i < times; i += 1) {
      if (i > 0) between(b);
      b.deadLetter(event);
    }
  };

test('two groups that read an event may each give it up once', () => {
  expect(judged(deadLetterOnce, lettered(2))).toEqual(['violated', 'twice']);
  expect(judged(deadLetterOnce, lettered(2), TWO)).toEqual(['holds']);
  expect(judged(deadLetterOnce, lettered(3), TWO)).toEqual(['violated', 'twice']);
});

test('a rebalance of any of its groups breaks a part off', () => {
  for (const group of ['group-a', 'group-b'])
    expect(
      judged(
        deadLetterOnce,
        lettered(3, (b) => void changed(b, group, ['m'])),
        TWO,
      ),
    ).toEqual(['holds']);
  expect(
    judged(
      deadLetterOnce,
      lettered(3, (b) => void changed(b, 'group-p', ['m'])),
      TWO,
    ),
  ).toEqual(['violated', 'twice']);
  const removed = (group: string) => (b: Build) =>
    void b.add({ kind: 'offsets.member-removed', source: 'harness', group, memberId: 'm' });
  expect(judged(deadLetterOnce, lettered(3, removed('group-b')), TWO)).toEqual(['holds']);
  expect(judged(deadLetterOnce, lettered(3, removed('group-p')), TWO)).toEqual(['violated', 'twice']);
});

test('an eviction from a group that two workers share is nobody’s by name', () => {
  const evicted = (workers: readonly WorkerInfo[]) => {
    const { notes = [] } = of(
      groupsDrain,
      (b) => {
        changed(b, 'shared', ['m', 'n']);
        b.phase('act');
        changed(b, 'shared', ['m']);
      },
      workers,
    );
    return notes.map(({ shape, worker: name, evidence }) => [shape, name, evidence.length]);
  };
  const [one, other] = [worker('a', A, 'shared'), worker('p', 'purchase-worker', 'shared')];
  expect(evicted([one, other])).toEqual([['evicted-alive', undefined, 1]]);
  expect(evicted([one])).toEqual([['evicted-alive', 'a', 1]]);
  // One program that plays both parts is known by its name.
  expect(evicted([one, { ...other, name: 'a' }])).toEqual([['evicted-alive', 'a', 1]]);
});

const guard = (b: Build, op: 'insert' | 'delete', writer: string | null) => {
  const { table, row } = b.markChange('PURCHASE_CREATED', b.subject());
  const change: RowChange = op === 'insert' ? { table, op, row: row! } : { table, op, old: row! };
  b.commit([change], writer);
};
const marked = (...does: readonly (readonly ['insert' | 'delete', string | null])[]) =>
  judged(eventGetsMarked, (b) => {
    b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
    for (const [op, writer] of does) guard(b, op, writer);
  });
const NEVER = ['violated', 'purchase-created-never-marked'];
const REMOVED = ['violated', 'purchase-created-mark-removed'];

test('a worker’s mark that somebody else took away was made; one that a worker took away is gone', () => {
  expect(marked()).toEqual(NEVER);
  expect(marked(['insert', null])).toEqual(['holds']);
  expect(marked(['insert', 'payment-service'])).toEqual(['holds']);
  expect(marked(['insert', null], ['delete', 'scenario'])).toEqual(['holds']);
  expect(marked(['insert', null], ['delete', null])).toEqual(REMOVED);
  // Who found it marked had nothing to mark.
  expect(marked(['insert', 'payment-service'], ['delete', 'scenario'])).toEqual(['holds']);
  expect(marked(['insert', 'payment-service'], ['delete', null])).toEqual(REMOVED);
  expect(marked(['insert', null], ['delete', 'scenario'], ['insert', null], ['delete', null])).toEqual(REMOVED);
});

test('a mark is one of the payment and the type', () => {
  const other = (does: (b: Build) => void) =>
    judged(eventGetsMarked, (b) => {
      b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
      does(b);
    });
  expect(other((b) => void b.mark('PURCHASE_CONFIRMED'))).toEqual(NEVER);
  expect(other((b) => void b.mark('PURCHASE_CREATED', 'zoe'))).toEqual(NEVER);
  const elsewhere = (b: Build) =>
    void b.commit([{ ...b.markChange('PURCHASE_CREATED', b.subject()), table: 'payments' }]);
  expect(other(elsewhere)).toEqual(NEVER);
});

test('a purchase that a worker made active again owes its announcements', () => {
  const activated = (first: string | null, second: string | null) =>
    judged(purchaseIsAnnounced, (b) => {
      const { studentId, courseId } = b.subject();
      const row = { id: idOf('purchase', 'ada'), student_id: studentId, course_id: courseId };
      b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
      b.purchase('ada', { writer: first, active: false });
      const [is, was] = [true, false].map((is_active) => ({ ...row, is_active }));
      b.commit([{ table: 'student_course_purchases', op: 'update', row: is!, old: was! }], second);
    });
  const OWED = ['violated', 'no-course-access-granted'];
  expect(activated('scenario', 'scenario')).toEqual(['holds']);
  expect(activated('scenario', null)).toEqual(OWED);
  expect(activated(null, 'scenario')).toEqual(OWED);
  expect(activated(null, null)).toEqual(OWED);
});
