import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, inShort } from '../testing.ts';

const emitted = { until: 'request' } as const;
const hung = (b: Build): void => void b.seen('allocation-worker', 'stopped');

test('listed for a stopped process', () => {
  const causes = causesOf(emitted, hung);
  expect(inShort(causes)).toBe('event-not-consumed');
  expect(causes[0]?.message).toContain('allocation-worker runs but is stopped');
});

test('listed for a running process without a member in its group', () =>
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 0)))).toBe('event-not-consumed'));

test('listed for a member that subscribes to another topic, or under a fault that sends it elsewhere', () => {
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 1, ['notification-requested'])))).toBe(
    'event-not-consumed',
  );
  expect(inShort(causesOf(emitted, (b) => b.fired('worker-misconfigured', 'allocation-worker')))).toBe(
    'event-not-consumed',
  );
  expect(inShort(causesOf(emitted, (b) => b.fired('worker-misconfigured', 'purchase-worker')))).toBe('');
});

test('not invented while the worker may be about to take it', () => {
  expect(inShort(causesOf(emitted))).toBe('');
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 1, ['purchase-created'])))).toBe('');
});

test('listed when a member of the group has let it lie for longer than a fetch lasts', () => {
  const b = flow(build(), emitted);
  b.observed();
  const seq = b.barrier();
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('event-not-consumed');
});

test('the same for the purchase-worker', () =>
  expect(inShort(causesOf({ until: 'purchase' }, (b) => b.seen('purchase-worker', 'stopped')))).toBe(
    'event-not-consumed',
  ));

test.each<[string, (b: Build) => void]>([
  [
    'a connection to admin-service',
    (b) => void b.add({ kind: 'http.connected', source: 'http', connection: 9, worker: 'allocation-worker' }),
  ],
  [
    'a log line with its id',
    (b) =>
      void b.add({
        kind: 'process.log',
        source: 'process',
        worker: 'allocation-worker',
        pid: 1,
        stream: 'stdout',
        line: `got ${b.subject().correlationId}`,
      }),
  ],
  ['a call', (b) => void b.request()],
])('not listed when %s shows it taken', (_, taken) =>
  expect(
    inShort(
      causesOf(emitted, (b) => {
        taken(b);
        hung(b);
      }),
    ),
  ).not.toContain('event-not-consumed'),
);

test('not listed when something may be missing', () => {
  for (const source of ['postgres', 'kafka', 'offsets', 'admin-service'] as const) {
    const b = flow(build(), emitted);
    b.observed(() => hung(b));
    b.barrier([source]);
    expect(inShort(diagnose(b.history()))).toBe('');
  }
});
