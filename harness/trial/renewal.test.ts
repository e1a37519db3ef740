import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import type { FaultSpec, Scenario } from '../scenario/types.ts';
import { leftBy, neededBy, widest } from './renewal.ts';

const scenario = (over: Partial<Scenario> = {}): Scenario => ({
  name: 'test',
  title: 'A test.',
  tags: [],
  given: { subjects: { ada: {} } },
  faults: [],
  act: [],
  ...over,
});
const STOPPED: FaultSpec = { kind: 'worker-stopped', worker: 'allocation-worker' };
const NO_TOPIC: FaultSpec = { kind: 'topic-missing', topic: 'purchase-created', heal: 'create-only' };
const NEW_GROUP: FaultSpec = { kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'new-group' };
const WRONG_TOPIC: FaultSpec = { ...NEW_GROUP, setting: 'wrong-topic' };
const MARKED: FaultSpec = { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'x' };

test('the widest renewal includes the others', () => {
  expect(widest()).toBe('nothing');
  expect(widest('workers', 'nothing')).toBe('workers');
  expect(widest('nothing', 'workers', 'nothing')).toBe('workers');
  expect(widest('everything', 'workers')).toBe('everything');
});

test.each<[string, Partial<Scenario>, string]>([
  ['no fault', {}, 'nothing'],
  ['a fault that renews afterwards', { faults: [STOPPED] }, 'nothing'],
  ['a topic that begins again', { faults: [STOPPED, NO_TOPIC] }, 'everything'],
  ['a worker that may read from the beginning', { faults: [NEW_GROUP] }, 'everything'],
  ['one that may do so in a wrong topic', { faults: [WRONG_TOPIC] }, 'everything'],
  ['groups that are not primed', { primeOffsets: false }, 'everything'],
])('%s needs %s', (_, over, needed) => {
  expect(neededBy(scenario(over), [{ paymentId: 'p', studentId: 's' }], new Set())).toBe(needed);
});

test('ids that were there before need everything', () => {
  const used = new Set<string>();
  const ask = (paymentId: string, studentId: string) => neededBy(scenario(), [{ paymentId, studentId }], used);
  expect([ask('p1', 's1'), ask('p2', 's2')]).toEqual(['nothing', 'nothing']);
  expect(ask('p1', 's9')).toBe('everything');
  expect(ask('p8', 's2')).toBe('everything');
  expect(ask('p3', 's3')).toBe('nothing');
});

const left = (over: Partial<Scenario>, happened: (b: Build) => void = () => {}, settled = true) => {
  const b = build();
  b.exited('purchase-worker');
  const readyAt = b.events.length;
  happened(b);
  b.barrier();
  return leftBy({ scenario: scenario(over), settled, events: b.events, readyAt });
};

test.each<[string, string, Partial<Scenario>]>([
  ['no fault', 'nothing', {}],
  ['a guard row', 'nothing', { faults: [MARKED] }],
  ['a stopped worker', 'workers', { faults: [MARKED, STOPPED] }],
  ['a missing topic', 'everything', { faults: [NO_TOPIC, STOPPED] }],
  ['groups that were not primed', 'workers', { primeOffsets: false }],
  ['dead members that kept their places', 'workers', { removeDeadMembers: false }],
])('%s leaves %s to be renewed', (_, expected, over) => expect(left(over)).toBe(expected));

test('a worker that exited leaves the workers to be renewed, also when the harness asked for it', () => {
  expect(left({}, (b) => b.exited('allocation-worker'))).toBe('workers');
  expect(left({}, (b) => b.exited('allocation-worker', true))).toBe('workers');
});

test.each<[string, (b: Build) => void, boolean]>([
  ['not settled', () => {}, false],
  ['spoiled by the harness', (b) => b.add({ kind: 'trial.harness-error', source: 'trial', message: 'boom' }), true],
  ['with a barrier that did not return', (b) => b.barrier(['kafka']), true],
])('a slot that is not proven clean is rebuilt: %s', (_, happened, settled) => {
  expect(left({}, happened, settled)).toBe('everything');
});

test('a group that has committed in the topic it was sent to by mistake leaves everything', () => {
  const committed = (group: string, topic: string) => (b: Build) =>
    void b.add({
      kind: 'offsets.committed',
      source: 'offsets',
      position: 0,
      group,
      topic,
      partition: 0,
      offset: 1,
      by: 'worker',
    });
  const own = committed('trainer-allocation-workers', 'purchase-created');
  const wrong = committed('trainer-allocation-workers', 'sessions-generated');
  expect(left({ faults: [WRONG_TOPIC] }, own)).toBe('workers');
  expect(left({ faults: [WRONG_TOPIC] }, wrong)).toBe('everything');
  expect(left({ faults: [NEW_GROUP] }, committed('somebody-else', 'purchase-created'))).toBe('workers');
  // By itself a worker may read further topics: the next trial goes by them as well.
  expect(left({}, wrong)).toBe('nothing');
});
