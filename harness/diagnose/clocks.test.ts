import { expect, test } from 'vitest';
import { beganAt, clockMarginOf } from './began.ts';
import { clockBetween, clocksIn, skewOf } from './clocks.ts';
import { gapsIn } from './gaps.ts';
import { reportOf } from './report.ts';
import type { Look, RowsSeen, Snapshot, TopicsSeen } from './snapshot.ts';
import { valueOf } from './snapshot.ts';
import { NOON, confirmed, letter, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';

const MINUTE = 60_000;

/** What was measured besides in every look. */
const measured = (
  seen: Seen,
  { clock, readBy }: { readonly clock?: RowsSeen['clock']; readonly readBy?: number },
): Snapshot => {
  const more = <T extends object, M extends object>(told: T | undefined, added: M) => ({
    value: { ...told, ...added },
  });
  const look = (one: Look): Look => ({
    ...one,
    rows: more(valueOf(one.rows), clock === undefined ? {} : { clock }) as { value: RowsSeen },
    topics: more(valueOf(one.topics), readBy === undefined ? {} : { readBy }) as { value: TopicsSeen },
  });
  const snapshot = live(seen, {});
  const [first, ...others] = snapshot.looks;
  return { ...snapshot, looks: [look(first), ...others.map(look)] };
};

test('a clock between two looks at ours is off by half of what lies between them at most', () => {
  expect(clockBetween(1000, 1010, 1020)).toEqual({ aheadMs: 0, withinMs: 11 });
  expect(clockBetween(1000, 4000, 1002)).toEqual({ aheadMs: 2999, withinMs: 2 });
  expect(clockBetween(1000, 500, 1000)).toEqual({ aheadMs: -500, withinMs: 1 });
});

test('what is measured is told, and what cannot be', () => {
  const snapshot = measured({ records: [confirmed()] }, { clock: { aheadMs: -2500, withinMs: 4 }, readBy: NOON + 1 });
  expect(reportOf(toHistory(snapshot), { brokers: '' }).clocks).toEqual([
    "the database server: 2.500 s behind this machine's, give or take 0.004 s",
    'the broker: not measured (nothing that only reads makes it tell the time)',
  ]);
  // A record of the future tells that somebody's clock is ahead.
  const ahead = measured({ records: [confirmed()], partition: { writtenAt: NOON + 5000 } }, { readBy: NOON - 3000 });
  expect(clocksIn(ahead)).toEqual([
    { of: 'the broker', note: 'a record of it is of 8 s later than when it was read' },
    { of: 'a producer', note: 'a record of it is of 3 s later than when it was read' },
  ]);
  expect(skewOf(ahead)).toBe(8000);
  expect(clocksIn(live({ log: {}, without: ['topics'] }))).toMatchObject([{ of: 'who wrote the log' }]);
});

test('what is concluded from times of two hosts allows for as much more as their clocks differ', () => {
  const seen: Seen = {
    purchases: [purchase],
    // Twelve minutes before the purchase: two more than is asked for.
    partition: { first: 7, since: NOON - 12 * MINUTE },
  };
  const lacksWhatWas = (snapshot: Snapshot): boolean =>
    gapsIn(snapshot).some(({ source, why }) => source === 'kafka' && why.includes('is gone (retention)'));
  expect(lacksWhatWas(measured(seen, { clock: { aheadMs: 0, withinMs: 5 } }))).toBe(false);
  expect(lacksWhatWas(measured(seen, { clock: { aheadMs: 3 * MINUTE, withinMs: 5 } }))).toBe(true);
  expect(lacksWhatWas(measured(seen, { clock: { aheadMs: -3 * MINUTE, withinMs: 5 } }))).toBe(true);
  expect(clockMarginOf(live({}))).toBe(10 * MINUTE);
});

test('an event that was given up for days has more letters than a call takes arguments', () => {
  const one = letter();
  const snapshot = measured({ records: Array.from({ length: 150_000 }, () => one) }, { readBy: NOON + 5 });
  expect([beganAt(snapshot), skewOf(snapshot)]).toEqual([NOON, 0]);
});
