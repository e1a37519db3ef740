import { expect, test } from 'vitest';
import { aboutFault, faultsInForce, workersOfFault } from './faults.ts';
import type { FaultAbout } from './events.ts';
import { build } from './testing/build.ts';

const fault = (target: string, about: FaultAbout = {}) => {
  const b = build({ subjects: ['ada', 'a'] });
  b.add({ kind: 'fault.fired', source: 'fault', fault: 1, faultKind: 'any', target, detail: '', ...about });
  const history = b.history();
  return { history, event: history.of('fault.fired')[0]! };
};
const workers = (target: string, about?: FaultAbout): readonly string[] => {
  const { history, event } = fault(target, about);
  return workersOfFault(history, event);
};
const about = (target: string): FaultAbout => {
  const { history, event } = fault(target);
  const { workers: struck, upstream, topic, subject } = aboutFault(history, event);
  return Object.fromEntries(
    Object.entries({ workers: struck, upstream, topic, subject }).filter(([, v]) => v !== undefined),
  );
};

test('what was recorded counts, not what the target looks like', () => {
  expect(workers('allocation-worker', { workers: ['purchase-worker'] })).toEqual(['purchase-worker']);
  expect(workers('allocation-worker to kafka', { upstream: 'kafka' })).toEqual([]);
});

test('a target is read by its words, not by parts of them', () => {
  expect(workers('allocation-worker')).toEqual(['allocation-worker']);
  expect(workers('my-allocation-worker-2')).toEqual([]);
  expect(workers('allocation-worker and purchase-worker to kafka')).toEqual(['purchase-worker', 'allocation-worker']);
});

test.each<[string, FaultAbout]>([
  ['purchase-worker to postgres', { workers: ['purchase-worker'], upstream: 'postgres' }],
  ['purchase-created', { topic: 'purchase-created' }],
  ['auto-assign for ada', { subject: 'ada' }],
  ['processed_events, PURCHASE_CREATED of a', { subject: 'a' }],
  ['auto-assign for nora', {}],
])('%s', (target, facts) => expect(about(target)).toEqual(facts));

test('a fault is in force from its firing to its heal', () => {
  const b = build();
  b.fired('worker-paused', 'allocation-worker');
  expect(faultsInForce(b.history())).toHaveLength(1);
  b.add({ kind: 'fault.healed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: '', detail: '' });
  expect(faultsInForce(b.history())).toEqual([]);
});
