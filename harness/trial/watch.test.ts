import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Condition } from '../history/conditions.ts';
import type { NewEvent } from '../history/events.ts';
import { committed, createdRecord, logLine, openTestLog } from './testing/log.ts';

const EMITTED: Condition = { emitted: { event: 'PURCHASE_CREATED' } };
const NOT_EMITTED: Condition = { not: EMITTED };

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

/** For callbacks that must not be called. */
const unwanted = (value: unknown): void => expect.unreachable(`called with ${String(value)}`);

/** Runs what was scheduled; no time passes. */
const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** What a promise has come to so far. */
const outcomeOf = async <T>(promise: Promise<T>): Promise<T | 'pending'> => {
  await turn();
  return Promise.race([promise, Promise.resolve('pending' as const)]);
};

test('waits for the condition and names the event that met it', async () => {
  const { watch, record } = openTestLog();
  const waiting = watch.until(EMITTED, 1000);
  expect(await outcomeOf(waiting)).toBe('pending');
  await vi.advanceTimersByTimeAsync(300);
  const seq = record(createdRecord());
  record(logLine('after it'));
  expect(await outcomeOf(waiting)).toEqual({ met: true, seq, waitedMs: 300 });
});

describe('with many subjects', () => {
  const OTHERS = 60;
  const aboutAll = (record: (event: NewEvent) => number): number => {
    for (let i = 0; i < OTHERS; i += 1) record(createdRecord(i + 1, `payment-${i}`));
    return record(createdRecord());
  };

  test('what comes within some ms is looked at together, and the event that met it is named', async () => {
    const { watch, record } = openTestLog(OTHERS);
    const waiting = watch.until({ emitted: { event: 'PURCHASE_CREATED' } }, 1000);
    expect(await outcomeOf(waiting)).toBe('pending');
    const seq = aboutAll(record);
    record(logLine('after it'));
    expect(await outcomeOf(waiting)).toBe('pending');
    await vi.advanceTimersByTimeAsync(5);
    expect(await outcomeOf(waiting)).toMatchObject({ met: true, seq });
  });

  test('what names one, or may come and go, is looked at at once', async () => {
    const { watch, record } = openTestLog(OTHERS);
    const waiting = watch.until({ emitted: { event: 'PURCHASE_CREATED', subject: 'ada' } }, 1000);
    expect(await outcomeOf(waiting)).toBe('pending');
    const seq = record(createdRecord());
    expect(await outcomeOf(waiting)).toMatchObject({ met: true, seq });
  });

  test('nothing is read late while somebody waits for what is to be met at once', async () => {
    const { watch, mayWait } = openTestLog(OTHERS);
    expect(mayWait()).toBe(true);
    const patient = watch.until({ emitted: { event: 'PURCHASE_CREATED' } }, 1000);
    expect(mayWait()).toBe(true);
    const stop = watch.when(
      { passed: { worker: 'allocation-worker', subject: 'ada' } },
      () => undefined,
      () => undefined,
    );
    expect(mayWait()).toBe(false);
    stop();
    expect(mayWait()).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await outcomeOf(patient)).toMatchObject({ met: false });
    expect(openTestLog().mayWait()).toBe(false);
  });
});

test('who was not told to stop waits no more once what was read is let go of', async () => {
  const { watch, record } = openTestLog();
  let told = 0;
  watch.when(
    EMITTED,
    () => void (told += 1),
    () => undefined,
  );
  await turn();
  watch.forget();
  record(createdRecord());
  await turn();
  expect(told).toBe(0);
});

test('what holds already is met at once, by the event that met it then', async () => {
  const { watch, record } = openTestLog();
  record(logLine('before it'));
  const seq = record(createdRecord());
  record(logLine('after it'));
  expect(await outcomeOf(watch.until(EMITTED, 1000))).toMatchObject({ met: true, seq });
});

test('the deadline ends the wait, unmet', async () => {
  const { watch, record } = openTestLog();
  const waiting = watch.until(EMITTED, 1000);
  const seq = record(logLine('something else'));
  await vi.advanceTimersByTimeAsync(999);
  expect(await outcomeOf(waiting)).toBe('pending');
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcomeOf(waiting)).toEqual({ met: false, seq, waitedMs: 1000 });
});

test('what arrived in time counts, though the timer comes before the look at it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const { watch, record } = openTestLog();
  const waiting = watch.until(EMITTED, 1000);
  const seq = record(createdRecord());
  // The real setImmediate has not run yet.
  vi.advanceTimersByTime(1000);
  expect(await waiting).toMatchObject({ met: true, seq });
});

test('an error of the harness ends the wait, at once and later', async () => {
  const { watch, problem, lastSeq } = openTestLog();
  const waiting = watch.until(EMITTED, 1000);
  expect(watch.isSpoiled()).toBe(false);
  problem(new Error('boom'));
  expect(watch.isSpoiled()).toBe(true);
  expect(await outcomeOf(waiting)).toMatchObject({ met: false, seq: lastSeq() });
  expect(await outcomeOf(watch.until(EMITTED, 1000))).toMatchObject({ met: false });
});

test('calls back once', async () => {
  const { watch, record } = openTestLog();
  const then = vi.fn<(seq: number) => void>();
  watch.when(EMITTED, then, unwanted);
  await turn();
  expect(then).not.toHaveBeenCalled();
  const seq = record(createdRecord());
  await turn();
  record(createdRecord(1));
  await turn();
  expect(then.mock.calls).toEqual([[seq]]);
});

test('does not call back after it was stopped, not even for what has happened', async () => {
  const { watch, record } = openTestLog();
  const then = vi.fn<(seq: number) => void>();
  const stop = watch.when(EMITTED, then, unwanted);
  record(createdRecord());
  stop();
  await turn();
  expect(then).not.toHaveBeenCalled();
});

test('a callback that throws, and a condition that cannot be told, are problems, not crashes', async () => {
  const { watch, record } = openTestLog();
  const failed = vi.fn<(error: unknown) => void>();
  watch.when(
    EMITTED,
    () => {
      throw new Error('boom');
    },
    failed,
  );
  watch.when({} as Condition, unwanted, failed);
  await turn();
  record(createdRecord());
  await turn();
  expect(failed).toHaveBeenCalledTimes(2);
  await expect(Promise.all([watch.until({} as Condition, 1000), turn()])).rejects.toThrow();
});

test('tells whether a condition holds now', () => {
  const { watch, record } = openTestLog();
  expect(watch.holdsNow(NOT_EMITTED)).toBe(true);
  record(createdRecord());
  expect(watch.holdsNow(NOT_EMITTED)).toBe(false);
});

test('the next event that passes a filter, or the time', async () => {
  const { watch, record } = openTestLog();
  const any = watch.next(100);
  const commit = watch.next(100, (event) => event.kind === 'offsets.committed');
  record(logLine('a line'));
  expect(await outcomeOf(any)).toBe(true);
  expect(await outcomeOf(commit)).toBe('pending');
  record(committed(1));
  expect(await outcomeOf(commit)).toBe(true);
  const never = watch.next(100, () => false);
  record(logLine('a line'));
  await vi.advanceTimersByTimeAsync(99);
  expect(await outcomeOf(never)).toBe('pending');
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcomeOf(never)).toBe(false);
});

test('what must last is told to the history when its time has come, though nothing else happens', async () => {
  const { watch, record, events } = openTestLog();
  const then = vi.fn<(seq: number) => void>();
  watch.when({ lasted: { what: EMITTED, ms: 500 } }, then, unwanted);
  await vi.advanceTimersByTimeAsync(2000);
  expect(events.filter(({ kind }) => kind === 'trial.elapsed')).toEqual([]);
  record(createdRecord());
  await vi.advanceTimersByTimeAsync(499);
  expect(then).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10);
  const [elapsed] = events.filter(({ kind }) => kind === 'trial.elapsed');
  expect(elapsed).toMatchObject({ description: '1 PURCHASE_CREATED record of every payment', ms: 500 });
  expect(then.mock.calls).toEqual([[elapsed?.seq]]);
});

test('nobody waits for what must last once it was stopped', async () => {
  const { watch, record, events } = openTestLog();
  const stop = watch.when({ lasted: { what: EMITTED, ms: 500 } }, unwanted, unwanted);
  record(createdRecord());
  await turn();
  stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(events.filter(({ kind }) => kind === 'trial.elapsed')).toEqual([]);
});

test('what was read of the history may be let go of: whoever asks again reads all of it', async () => {
  const { watch, record, events } = openTestLog();
  const waiting = watch.until({ all: [EMITTED, { not: { not: EMITTED } }] }, 1000);
  const before = watch.history();
  watch.forget();
  const seq = record(createdRecord());
  expect(watch.history()).not.toBe(before);
  expect(watch.history().events).toBe(events);
  expect(watch.holdsNow(EMITTED)).toBe(true);
  expect(await outcomeOf(waiting)).toMatchObject({ met: true, seq });
});

test('of a long trial the event that met the condition is found in some turns, and nothing else counts meanwhile', async () => {
  const { watch, record } = openTestLog();
  for (let i = 0; i < 9000; i += 1) record(logLine('long before it'));
  const waiting = watch.until(EMITTED, 1000);
  expect(await outcomeOf(waiting)).toBe('pending');
  record(logLine('before it'));
  const seq = record(createdRecord());
  record(logLine('after it'));
  vi.advanceTimersToNextTimer();
  expect(watch.holdsNow(EMITTED)).toBe(true);
  record(createdRecord(1));
  await vi.advanceTimersByTimeAsync(10);
  expect(await outcomeOf(waiting)).toMatchObject({ met: true, seq });
});

test('of a long trial what may come and go is struck in the turn in which it is seen', async () => {
  const { watch, record } = openTestLog();
  for (let i = 0; i < 9000; i += 1) record(logLine('long before it'));
  let struck: number | undefined;
  watch.when(EMITTED, (seq) => void (struck = seq), unwanted);
  await turn();
  const seq = record(createdRecord());
  record(logLine('after it'));
  vi.advanceTimersToNextTimer();
  // No other turn of the event loop.
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
  expect(struck).toBe(seq);
});

test('whoever stops waiting while that is looked for hears of nothing', async () => {
  const { watch, record } = openTestLog();
  for (let i = 0; i < 9000; i += 1) record(logLine('long before it'));
  const heard: unknown[] = [];
  const hear = (what: unknown): void => void heard.push(what);
  const stop = watch.when(EMITTED, hear, hear);
  await turn();
  record(createdRecord());
  record(logLine('after it'));
  vi.advanceTimersToNextTimer();
  stop();
  await vi.advanceTimersByTimeAsync(10);
  expect(heard).toEqual([]);
});
