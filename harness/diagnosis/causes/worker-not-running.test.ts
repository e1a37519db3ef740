import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { ONE_GROUP, causesOf, described, gone, inOneGroup, inShort, waited } from '../testing.ts';

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

test('a shared group’s other member is the other worker’s', () => {
  const seenAs =
    (...members: readonly (readonly string[])[]) =>
    (b: Build): void => {
      inOneGroup(b);
      b.seen('allocation-worker', 'absent');
      described(b, ONE_GROUP, ...members);
    };
  const [cause] = causesOf(emitted, seenAs(['purchase-confirmed']));
  expect(cause).toMatchObject({ id: 'worker-not-running' });
  expect(cause?.undecided).toBeUndefined();
  expect(cause?.message).toContain('everything has no member of it');
  // It reads both, or what the other does not read: then it may be anybody's.
  expect(inShort(causesOf(emitted, seenAs(['purchase-confirmed', 'purchase-created'])))).toContain(
    'worker-not-running?',
  );
  expect(inShort(causesOf(emitted, seenAs(['sessions-generated'])))).toContain('worker-not-running?');
  // In a group of its own a member that reads something else may be the worker all the same.
  const alone = (b: Build): void => {
    b.seen('allocation-worker', 'absent');
    b.members('allocation-worker', 1, ['purchase-confirmed']);
  };
  expect(inShort(causesOf(emitted, alone))).toContain('worker-not-running?');
});

test('a member that nobody asked about is not known to be missing', () => {
  const unasked = (b: Build): void => {
    for (const [i, event] of b.events.entries())
      if (event.kind === 'offsets.group-described') b.events[i] = { ...event, group: 'another' };
    b.seen('allocation-worker', 'absent');
  };
  const causes = causesOf(emitted, unasked);
  expect(inShort(causes)).toBe('worker-not-running?, event-not-consumed?');
  expect(causes[0]?.message).toContain('who is in trainer-allocation-workers is not known');
});

test('it stands in its place while the event is only passed, and behind all others once that is for good', () => {
  const passed = { without: ['markCreated', 'request', 'allocation', 'respond', 'announced'] } as const;
  // An inbox that is started again works on.
  expect(inShort(causesOf(passed, gone()))).toBe('worker-not-running');
  const forGood = causesOf(passed, (b) => {
    waited(b);
    gone()(b);
  });
  expect(inShort(forGood)).toBe('api-not-called, worker-not-running');
  // Its own mark stops it as well.
  const marked = { ...passed, without: passed.without.slice(1), until: 'passCreated' } as const;
  expect(inShort(causesOf(marked, gone()))).toBe('guard-marked-without-allocation, api-not-called, worker-not-running');
  const early = {
    ...passed,
    until: 'passCreated',
    after: { created: (b: Build) => void b.mark('PURCHASE_CREATED', 'ada', 'other') },
  } as const;
  expect(inShort(causesOf(early, gone()))).toBe('worker-not-running');
  const lettered = {
    ...passed,
    until: 'passCreated',
    after: {
      created: (b: Build, _: string, { created }: { created?: Parameters<Build['deadLetter']>[0] }) =>
        void (created && b.deadLetter(created)),
    },
  } as const;
  expect(inShort(causesOf(lettered, gone()))).toBe('api-not-called, worker-not-running');
});

test('a purchase that was dead-lettered needs the purchase-worker no more', () => {
  const lettered = {
    until: 'purchase',
    after: {
      confirmed: (b: Build, _: string, { confirmed }: { confirmed?: Parameters<Build['deadLetter']>[0] }) =>
        void (confirmed && b.deadLetter(confirmed)),
    },
  } as const;
  expect(inShort(causesOf(lettered, gone('purchase-worker')))).toBe('event-not-emitted');
  expect(inShort(causesOf({ until: 'purchase' }, gone('purchase-worker')))).toBe('worker-not-running');
});

test('its evidence is what was seen of the process and the group, and the exit', () => {
  const b = flow(build(), emitted);
  let seqs: number[] = [];
  b.observed(() => {
    const exit = b.exited('allocation-worker');
    seqs = [exit, b.seen('allocation-worker', 'absent'), b.members('allocation-worker', 0)];
  });
  expect(diagnose(b.history())[0]?.evidence).toEqual(seqs);
});
