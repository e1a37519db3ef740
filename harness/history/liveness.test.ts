import { expect, test } from 'vitest';
import { groupsOf, undrained } from './groups.ts';
import type { HistoryEvent, WorkerInfo } from './events.ts';
import { livenessOf, sightingOf, workerNames } from './liveness.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';

const WORKER = 'allocation-worker';
const GROUP = 'trainer-allocation-workers';

const changed = (b: Build, ids: readonly string[], topics?: readonly string[]): number =>
  b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: 1,
    group: GROUP,
    generation: 1,
    members: ids.map((id) => ({ memberId: id, clientId: 'c', ...(topics === undefined ? {} : { topics }) })),
  });
const played = (workers: readonly WorkerInfo[]): Build => {
  const b = build();
  b.events[0] = { ...b.events[0], workers } as HistoryEvent;
  return b;
};

test('a group described with topics and read from the log without them is one fact, whichever comes first', () => {
  const tell: readonly ((b: Build) => void)[] = [
    (b) => b.members(WORKER, 1, ['elsewhere']),
    (b) => changed(b, [`${WORKER}-0`]),
  ];
  for (const order of [tell, [...tell].reverse()]) {
    const b = build();
    for (const each of order) each(b);
    expect(livenessOf(b.history(), WORKER)).toMatchObject({ members: [{ topics: ['elsewhere'] }] });
  }
});

test('what was said of a member says nothing of another one; a removed member is gone', () => {
  const b = build();
  b.members(WORKER, 1, ['purchase-created']);
  changed(b, ['another']);
  expect(livenessOf(b.history(), WORKER).members).toEqual([{ memberId: 'another', clientId: 'c' }]);
  b.add({ kind: 'offsets.member-removed', source: 'harness', group: GROUP, memberId: 'another' });
  expect(livenessOf(b.history(), WORKER).members).toEqual([]);
});

test('an exit of an earlier process says nothing of a later one', () => {
  const b = build();
  const first = b.exited(WORKER);
  b.seen(WORKER, 'absent');
  expect(livenessOf(b.history(), WORKER)).toMatchObject({ process: 'absent', exit: { seq: first } });
  b.started(WORKER);
  b.seen(WORKER, 'absent');
  expect(livenessOf(b.history(), WORKER)).toMatchObject({ process: 'absent', exit: undefined });
  expect(sightingOf(b.history(), 'purchase-worker')).toMatchObject({ state: 'unknown', seq: 0 });
});

test('one program that plays both parts, in one group, reads both topics', () => {
  const b = played(
    (['purchase-worker', 'allocation-worker'] as const).map((role) => ({ name: 'both', role, consumerGroup: 'one' })),
  );
  expect([workerNames(b.history(), 'purchase-worker'), workerNames(b.history(), WORKER)]).toEqual([['both'], ['both']]);
  expect(groupsOf(b.history()).map(({ topic }) => topic)).toEqual(['purchase-confirmed', 'purchase-created']);
  b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  b.emit('PURCHASE_CREATED');
  expect(undrained(b.history()).map(({ group }) => `${group.role} ${group.topic}`)).toEqual([
    'purchase-worker purchase-confirmed',
    'allocation-worker purchase-created',
  ]);
  b.add({ kind: 'process.started', source: 'process', worker: 'both', pid: 1 });
  expect(livenessOf(b.history(), WORKER).process).toBe('running');
});

test('of several workers in one part the liveliest counts', () => {
  const names = ['one', 'two'];
  const b = played(names.map((name) => ({ name, role: WORKER, consumerGroup: GROUP })));
  const seen = (worker: string, state: 'running' | 'absent'): number =>
    b.add({ kind: 'process.seen', source: 'process', worker, alive: state === 'running', state });
  seen('one', 'running');
  seen('two', 'absent');
  expect(livenessOf(b.history(), WORKER).process).toBe('running');
  seen('one', 'absent');
  expect(livenessOf(b.history(), WORKER).process).toBe('absent');
});

test('members of a part are those of all its groups; of one that nothing is known of there may be some', () => {
  const two = (...known: readonly (readonly [string, number])[]) => {
    const b = played([
      { name: 'a', role: WORKER, consumerGroup: 'group-a' },
      { name: 'b', role: WORKER, consumerGroup: 'group-b' },
    ]);
    for (const [group, n] of known)
      b.add({
        kind: 'offsets.group-described',
        source: 'offsets',
        group,
        state: 'Stable',
        members: Array.from({ length: n }, (_, i) => ({ memberId: `${group}-${i}`, clientId: 'c' })),
      });
    const { members, membersEvidence } = livenessOf(b.history(), WORKER);
    return [members?.map(({ memberId }) => memberId), membersEvidence.length];
  };
  expect(two()).toEqual([undefined, 0]);
  expect(two(['group-a', 0])).toEqual([undefined, 0]);
  expect(two(['group-b', 0])).toEqual([undefined, 0]);
  expect(two(['group-a', 0], ['group-b', 0])).toEqual([[], 2]);
  expect(two(['group-a', 0], ['group-b', 1])).toEqual([['group-b-0'], 2]);
  expect(two(['group-b', 1])).toEqual([['group-b-0'], 1]);
  expect(two(['group-a', 1], ['group-b', 1])).toEqual([['group-a-0', 'group-b-0'], 2]);
});
