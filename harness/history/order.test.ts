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
