/** Which changes of a group came of a member's own silence, and what breaks a worker off. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { cutsOf, rebalancesOf } from './evictions.ts';
import { interruptionsOf } from './interruptions.ts';

const A = 'allocation-worker';
const GROUP = 'trainer-allocation-workers';
const OTHER = 'purchase-creation-workers';

let position = 0;
const changed = (b: Build, ids: readonly string[], group = GROUP): number =>
  b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: (position += 1),
    group,
    generation: position,
    members: ids.map((memberId) => ({ memberId, clientId: A })),
  });
const removed = (b: Build, group = GROUP): number =>
  b.add({ kind: 'offsets.member-removed', source: 'harness', group, memberId: 'm1' });
const refused = (b: Build, upstream: 'kafka' | 'postgres', worker: string = A): number =>
  b.add({ kind: 'wire.refused', source: 'wire', worker, upstream, connection: 1 });
const escaped = (b: Build, worker: string): number =>
  b.add({ kind: 'process.escaped', source: 'process', worker, pids: [1], detail: 'x', ended: true });
const struck = (b: Build, about: object): number =>
  b.add({
    kind: 'fault.fired',
    source: 'fault',
    fault: 1,
    faultKind: 'upstream-away',
    target: '-',
    detail: 'x',
    ...about,
  });

/** For each change since the act began: was it the member's own doing? */
const ownDoing = (does: (b: Build) => void, before: (b: Build) => void = (b) => void changed(b, ['m1', 'm2'])) => {
  const b = build({ acting: false });
  before(b);
  b.phase('act');
  does(b);
  return rebalancesOf(b.history(), GROUP).map((each) => each.ownDoing);
};
const lose = (b: Build): void => void changed(b, ['m1']);

test('a member that is gone for no reason that shows was silent; so is what follows of it', () => {
  expect(ownDoing(lose)).toEqual([true]);
  expect(ownDoing((b) => void [changed(b, ['m1']), changed(b, ['m1', 'm3'])])).toEqual([true, true]);
  // Nobody was lost yet, or there are more than the group ever had.
  expect(ownDoing((b) => void changed(b, ['m1', 'm2']))).toEqual([false]);
  expect(ownDoing((b) => void [changed(b, ['m1']), changed(b, ['m1', 'm3', 'm4'])])).toEqual([true, false]);
  expect(ownDoing((b) => void [changed(b, ['m1', 'm2', 'm3']), changed(b, ['m1', 'm2'])])).toEqual([false, true]);
  // Who was there before the act is not told.
  expect(ownDoing(lose, () => {})).toEqual([false]);
  expect(ownDoing(lose, (b) => void changed(b, ['m1', 'm2'], OTHER))).toEqual([false]);
  // Changes of another group are not this one's, nor those from before the act.
  expect(ownDoing((b) => void changed(b, [], OTHER))).toEqual([]);
});

test('who was there before the act is what was told last', () => {
  const described = (b: Build) => void [b.members(A, 2), changed(b, ['m1'])];
  expect(ownDoing(lose, described)).toEqual([false]);
  const redescribed = (b: Build) => void [changed(b, ['m1']), b.members(A, 2)];
  expect(ownDoing((b) => void changed(b, [`${A}-0`]), redescribed)).toEqual([true]);
});

test.each<[string, (b: Build) => void, boolean]>([
  ['its connection to Kafka was refused', (b) => void refused(b, 'kafka'), false],
  ['its connection to PostgreSQL was refused', (b) => void refused(b, 'postgres'), true],
  ['the other worker’s connection was refused', (b) => void refused(b, 'kafka', 'purchase-worker'), true],
  ['it escaped', (b) => void escaped(b, A), false],
  ['the other worker escaped', (b) => void escaped(b, 'purchase-worker'), true],
  ['Kafka was taken away', (b) => void struck(b, { upstream: 'kafka', workers: [A] }), false],
  ['Kafka was taken away from all', (b) => void struck(b, { upstream: 'kafka' }), false],
  ['Kafka was taken away from it and another', (b) => void struck(b, { upstream: 'kafka', workers: ['x', A] }), false],
  ['Kafka was taken away from another', (b) => void struck(b, { upstream: 'kafka', workers: ['x'] }), true],
  ['PostgreSQL was taken away', (b) => void struck(b, { upstream: 'postgres', workers: [A] }), true],
  ['a member was removed', (b) => void removed(b), false],
  ['a member of another group was removed', (b) => void removed(b, OTHER), true],
])('a member that is gone while %s', (_, beside, isOwn) => {
  expect(
    ownDoing((b) => {
      beside(b);
      lose(b);
    }),
  ).toEqual([isOwn]);
});

test('what was before the act is no reason, but a stop, which may last', () => {
  const before = (does: (b: Build) => void) => (b: Build) => {
    does(b);
    changed(b, ['m1', 'm2']);
  };
  expect(
    ownDoing(
      lose,
      before((b) => void b.exited(A)),
    ),
  ).toEqual([true]);
  expect(
    ownDoing(
      lose,
      before((b) => void removed(b)),
    ),
  ).toEqual([true]);
  expect(
    ownDoing(
      lose,
      before((b) => void b.signalled(A, 'SIGSTOP')),
    ),
  ).toEqual([false]);
});

const whatBreaks = (does: (b: Build) => void, before: (b: Build) => void = () => {}) => {
  const b = build({ acting: false });
  before(b);
  b.phase('act');
  does(b);
  const history = b.history();
  return interruptionsOf(history, A).map(({ what, evidence, lasts }) => [
    what,
    ...evidence.map((seq) => history.events[seq - 1]?.kind),
    ...(lasts ? ['lasts'] : []),
  ]);
};

test('what breaks a worker off: its own exits, refusals, cuts and rebalances since the act began', () => {
  expect(whatBreaks((b) => void b.exited(A))).toEqual([['an exit', 'process.exited']]);
  expect(whatBreaks((b) => void refused(b, 'postgres'))).toEqual([['a broken connection', 'wire.refused']]);
  expect(whatBreaks((b) => void struck(b, { upstream: 'postgres', workers: [A] }))).toEqual([
    ['a broken connection', 'fault.fired', 'lasts'],
  ]);
  expect(whatBreaks((b) => void changed(b, ['m1']))).toEqual([['a rebalance', 'offsets.group-changed']]);
  expect(whatBreaks((b) => void removed(b))).toEqual([['a rebalance', 'offsets.member-removed']]);
  const others = (b: Build) =>
    void [
      b.exited('purchase-worker'),
      refused(b, 'kafka', 'purchase-worker'),
      changed(b, ['m1'], OTHER),
      removed(b, OTHER),
    ];
  expect(whatBreaks(others)).toEqual([]);
  const own = (b: Build) => void [b.exited(A), refused(b, 'kafka'), changed(b, ['m1']), removed(b)];
  expect(whatBreaks(() => {}, own)).toEqual([]);
  expect(whatBreaks(lose, (b) => void changed(b, ['m1', 'm2']))).toEqual([]);
});

test('how an upstream answers cuts nobody off; a fault of its being reached does, whoever was there', () => {
  const cuts = (about: object) => {
    const b = build();
    struck(b, about);
    return cutsOf(b.history(), [A]).map(({ upstream }) => upstream);
  };
  expect(cuts({ upstream: 'admin-service', disturbs: 'answers' })).toEqual([]);
  expect(cuts({ upstream: 'admin-service', disturbs: 'answers', workers: [A] })).toEqual([]);
  expect(cuts({ upstream: 'admin-service', disturbs: 'reach', workers: [A] })).toEqual(['admin-service']);
  expect(cuts({ upstream: 'admin-service', disturbs: 'reach', workers: ['another'] })).toEqual([]);
  expect(cuts({ upstream: 'postgres' })).toEqual(['postgres']);
  expect(cuts({})).toEqual([]);
});
