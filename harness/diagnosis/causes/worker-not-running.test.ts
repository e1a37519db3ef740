import { expect, test } from 'vitest';
import { causesOf, gone, inShort } from '../testing.ts';

const emitted = { until: 'request' } as const;

test('listed when no process lives and the group is empty', () => {
  const causes = causesOf(emitted, gone());
  expect(inShort(causes)).toBe('worker-not-running');
  expect(causes[0]).toMatchObject({ rank: 1, subject: 'ada' });
  expect(causes[0]?.message).toContain('allocation-worker has no live process');
});

test('the purchase-worker, when the payment is still waiting for it', () => {
  const causes = causesOf({ until: 'purchase' }, gone('purchase-worker'));
  expect(inShort(causes)).toBe('worker-not-running');
  expect(causes[0]?.message).toContain('purchase-worker');
  // It wrote the row and died: the event comes when it runs again.
  expect(inShort(causesOf({ until: 'created' }, gone('purchase-worker')))).toBe('worker-not-running');
  // It has done its part.
  expect(inShort(causesOf(emitted, gone('purchase-worker')))).toBe('');
});

test('a stopped process is running; a living one and a done payment need no repair', () => {
  expect(inShort(causesOf(emitted, (b) => b.seen('allocation-worker', 'stopped')))).not.toContain('worker-not-running');
  expect(inShort(causesOf(emitted))).toBe('');
  expect(inShort(causesOf({}, gone()))).toBe('');
});

test('undecided when a dead process’s group has a member, or nobody looked for the process', () => {
  expect(inShort(causesOf(emitted, (b) => b.seen('allocation-worker', 'absent')))).toBe(
    'worker-not-running?, event-not-consumed?',
  );
  const causes = causesOf(emitted, (b) => {
    for (const [i, event] of b.events.entries())
      if (event.kind === 'process.seen') b.events[i] = { ...event, worker: 'another' };
    b.members('allocation-worker', 0);
  });
  expect(inShort(causes)).toBe('worker-not-running?, event-not-consumed?');
  expect(causes.map(({ rank }) => rank)).toEqual([1, 1]);
});

test('the latest word counts: a worker that was started after it was seen dead', () => {
  const restarted = causesOf(emitted, (b) => {
    gone()(b);
    b.add({ kind: 'process.started', source: 'process', worker: 'allocation-worker', pid: 2 });
  });
  expect(inShort(restarted)).not.toContain('worker-not-running');
});

test('ranked last when the event is gone by: starting it again would not help this payment', () =>
  expect(inShort(causesOf({ without: ['allocation', 'respond', 'request', 'announced'] }, gone()))).toBe(
    'guard-marked-without-allocation, api-not-called, worker-not-running',
  ));
