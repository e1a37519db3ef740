import { expect, test } from 'vitest';
import { faultsInForce, strikes } from './faults.ts';
import { build } from './testing/build.ts';

test('a fault strikes whom it names, whole', () => {
  const b = build();
  b.fired('any', '-', { workers: ['purchase-worker-2'] });
  const [event] = b.history().of('fault.fired');
  expect(strikes(event!, ['purchase-worker-2'])).toBe(true);
  expect(strikes(event!, ['purchase-worker'])).toBe(false);
});

test('a fault is in force from its firing to its heal', () => {
  const b = build();
  b.fired('worker-paused', 'allocation-worker');
  expect(faultsInForce(b.history())).toHaveLength(1);
  b.add({ kind: 'fault.healed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: '', detail: '' });
  expect(faultsInForce(b.history())).toEqual([]);
});
