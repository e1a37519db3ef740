import { expect, test } from 'vitest';
import type { HistoryEvent } from './events.ts';
import { provablyBefore, wallClock } from './order.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';

const before = (b: Build, first: number, second: number): boolean => {
  const history = b.history();
  return provablyBefore(history, history.events[first - 1] as HistoryEvent, history.events[second - 1] as HistoryEvent);
};

test('positions order one source, whatever arrived first', () => {
  const b = build();
  const first = b.emit('PURCHASE_CREATED').seq;
  const second = b.emit('PURCHASE_CREATED').seq;
  const elsewhere = b.emit('PURCHASE_CREATED', 'ada', { partition: 1 }).seq;
  const [one, two] = [b.purchase(), b.mark('PURCHASE_CONFIRMED')];
  expect([before(b, first, second), before(b, second, first)]).toEqual([true, false]);
  expect([before(b, first, elsewhere), before(b, elsewhere, first)]).toEqual([false, false]);
  expect([before(b, one, two), before(b, two, one), before(b, one, one)]).toEqual([true, false, false]);
  // The one that arrived later has the earlier position.
  const swapped = b.events[two - 1] as { lsn: string };
  b.events[two - 1] = { ...swapped, lsn: '0' } as never;
  expect([before(b, one, two), before(b, two, one)]).toEqual([false, true]);
});

test('partitions of __consumer_offsets are not ordered among each other', () => {
  const b = build();
  const record = b.emit('PURCHASE_CONFIRMED');
  const [one, two] = [b.commitOffset('purchase-worker', record), b.commitOffset('allocation-worker', record)];
  expect(before(b, one, two)).toBe(true);
  b.events[two - 1] = { ...b.events[two - 1], log: 7 } as never;
  expect([before(b, one, two), before(b, two, one)]).toEqual([false, false]);
});

test('arrival proves nothing across sources', () => {
  const b = build({ sharedClock: false });
  const commit = b.purchase();
  const record = b.emit('PURCHASE_CREATED').seq;
  expect([before(b, commit, record), before(b, record, commit)]).toEqual([false, false]);
});

test('an after edge proves, also through positions and several edges', () => {
  const b = build({ sharedClock: false });
  const seen = b.emit('PURCHASE_CREATED').seq;
  const done = b.purchase();
  b.events[done - 1] = { ...(b.events[done - 1] as HistoryEvent), after: [seen] };
  const later = b.mark('PURCHASE_CREATED');
  expect([before(b, seen, done), before(b, seen, later), before(b, later, seen)]).toEqual([true, true, false]);
});

test('a call’s answer and effect come after its request', () => {
  const b = build();
  const call = b.request();
  const request = b.events.length;
  const answer = b.respond(call);
  expect([before(b, request, answer), before(b, answer, request)]).toEqual([true, false]);
});

test('clocks prove in one direction only, and only on one host', () => {
  for (const sharedClock of [true, false]) {
    const b = build({ sharedClock });
    const record = b.emit('PURCHASE_CREATED').seq;
    b.phase('observe');
    b.phase('observe');
    b.phase('observe');
    const commit = b.purchase();
    expect([before(b, record, commit), before(b, commit, record)]).toEqual([sharedClock, false]);
    expect(wallClock(b.history(), 5) - wallClock(b.history(), 2)).toBe(3);
  }
});

test('a topic made anew comes after the one that was deleted, whatever arrived first', () => {
  for (const lives of [true, false]) {
    const b = build({ lives });
    const old = [b.emit('PURCHASE_CREATED').seq, b.emit('PURCHASE_CREATED').seq];
    b.recreateTopic('purchase-created');
    const anew = b.emit('PURCHASE_CREATED').seq;
    for (const seq of old) expect([before(b, seq, anew), before(b, anew, seq)]).toEqual([true, false]);
  }
});

test('a position of which nothing says which life it is of orders nothing', () => {
  const b = build({ lives: false });
  b.recreateTopic('purchase-created');
  const [one, two] = [b.emit('PURCHASE_CREATED').seq, b.emit('PURCHASE_CREATED').seq];
  expect([before(b, one, two), before(b, two, one)]).toEqual([false, false]);
});

test('processes of two workers are not ordered, whatever their numbers', () => {
  const b = build();
  const [one, two, three] = [b.exited('purchase-worker'), b.exited('allocation-worker'), b.exited('purchase-worker')];
  expect([before(b, one, two), before(b, one, three)]).toEqual([false, true]);
});

test('what the harness does itself, calls, and one process are each one chain', () => {
  const chain = (...does: readonly ((b: Build) => number)[]) => {
    const b = build();
    const [first, second] = does.map((each) => each(b));
    return [before(b, first!, second!), before(b, second!, first!)];
  };
  const ORDERED = [true, false];
  const APART = [false, false];
  const trial: readonly ((b: Build) => number)[] = [
    (b) => b.phase('settle'),
    (b) => b.barrier(),
    (b) => b.settled(),
    (b) => b.fired('worker-paused', 'w'),
    (b) =>
      b.add({ kind: 'fault.armed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: 'w', heal: 'x' }),
    (b) =>
      b.add({ kind: 'fault.healed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: 'w', detail: 'x' }),
    (b) => b.add({ kind: 'trial.elapsed', source: 'trial', description: 'x', ms: 1 }),
    (b) => b.add({ kind: 'trial.observed', source: 'trial', met: true, description: 'x', waitedMs: 1, upTo: 1 }),
  ];
  for (const one of trial) for (const other of trial) expect(chain(one, other)).toEqual(ORDERED);
  const requested = (b: Build) => {
    b.request();
    return b.events.length;
  };
  expect(chain(requested, requested)).toEqual(ORDERED);
  const A = 'allocation-worker';
  const process: readonly ((b: Build) => number)[] = [
    (b) => b.started(A, 1),
    (b) => b.add({ kind: 'process.ready', source: 'process', worker: A, pid: 1, tookMs: 1 }),
    (b) => b.said(A, 'x'),
    (b) => b.signalled(A, 'SIGSTOP'),
    (b) => b.exited(A),
  ];
  for (const one of process) for (const other of process) expect(chain(one, other)).toEqual(ORDERED);
  // Another process, another source, and what has no position of its own.
  expect(
    chain(
      (b) => b.started(A, 1),
      (b) => b.started(A, 2),
    ),
  ).toEqual(APART);
  expect(
    chain(
      (b) => b.started(A, 1),
      (b) => b.started('purchase-worker', 1),
    ),
  ).toEqual(APART);
  expect(
    chain(
      (b) => b.phase('settle'),
      (b) => b.exited(A),
    ),
  ).toEqual(APART);
  expect(chain((b) => b.phase('settle'), requested)).toEqual(APART);
  expect(
    chain(
      (b) => b.topics(),
      (b) => b.topics(),
    ),
  ).toEqual(APART);
  expect(
    chain(
      (b) => b.seen(A),
      (b) => b.seen(A),
    ),
  ).toEqual(APART);
  const changed = (b: Build) =>
    b.add({
      kind: 'offsets.group-changed',
      source: 'offsets',
      position: b.events.length,
      group: 'g',
      generation: 1,
      members: [],
    });
  expect(chain(changed, changed)).toEqual(ORDERED);
});

test('an answer and an effect come after their own request, and after no other', () => {
  const b = build();
  const [one, two] = [b.request(), b.request()];
  const at = (kind: string, call: number) =>
    b.events.findIndex((e) => e.kind === kind && (e as { call?: number }).call === call) + 1;
  const effect = b.add({ kind: 'http.effect', source: 'http', call: one, effect: 'inserted' });
  const answer = b.respond(one);
  expect([before(b, at('http.request', one), answer), before(b, at('http.request', one), effect)]).toEqual([
    true,
    true,
  ]);
  expect([before(b, at('http.request', two), answer), before(b, at('http.request', two), effect)]).toEqual([
    false,
    false,
  ]);
  const [stray, strayEffect] = [
    b.respond(9),
    b.add({ kind: 'http.effect', source: 'http', call: 9, effect: 'inserted' }),
  ];
  expect(before(b, at('http.request', one), stray)).toBe(false);
  expect(before(b, at('http.request', one), strayEffect)).toBe(false);
});

test('what has one position happened at once, after all of the position before', () => {
  const b = build();
  const at = (position: number) =>
    b.add({ kind: 'offsets.group-changed', source: 'offsets', position, group: 'g', generation: 1, members: [] });
  const [first, one, other, last] = [at(1), at(2), at(2), at(3)];
  expect([before(b, one, other), before(b, other, one)]).toEqual([false, false]);
  expect([before(b, first, one), before(b, first, other), before(b, one, last), before(b, other, last)]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([before(b, first, last), before(b, last, first)]).toEqual([true, false]);
});

test('clocks prove by more than their slack, and in one direction only', () => {
  const b = build();
  const record = b.emit('PURCHASE_CREATED').seq;
  const arrived = b.events[record - 1]!.at;
  const wall = wallClock(b.history(), arrived);
  const late = (ms: number) => {
    const seq = b.purchase();
    b.events[seq - 1] = { ...b.events[seq - 1], at: arrived + 10, committedAt: wall + ms } as never;
    return seq;
  };
  const [at, after, past] = [late(0), late(2), late(2.5)];
  expect([before(b, record, at), before(b, record, after), before(b, record, past)]).toEqual([false, false, true]);
  expect([before(b, at, record), before(b, past, record)]).toEqual([false, false]);
});
