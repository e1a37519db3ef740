/** What may be recorded later than what it brought about. */
import { afterEach, expect, test, vi } from 'vitest';
import { createPace } from '../recorder/pace.ts';
import { READ_LATE_MS, isUnordered, mayFollow, wallClock, wasMadeBefore } from './order.ts';
import { build } from './testing/build.ts';

afterEach(() => vi.useRealTimers());

test('what a record brought about may be recorded before it; whether it was is proven by a shared clock alone', () => {
  /** A connection so long after the record was written, or before it; the record arrives 30 ms after it was written. */
  const connected = (ms: number, sharedClock: boolean, timedLater = 0) => {
    const b = build({ sharedClock });
    const writtenAt = 1000;
    const seq = b.add(
      { kind: 'wire.connected', source: 'wire', worker: 'allocation-worker', upstream: 'kafka', connection: 1 },
      writtenAt + ms,
    );
    const record = b.emit('PURCHASE_CREATED');
    const timestamp = wallClock(b.history(), writtenAt) + timedLater;
    b.events[record.seq - 1] = { ...record, at: writtenAt + 30, timestamp };
    const history = b.history();
    const event = history.pipelineEvents[0]!;
    const connection = history.events[seq - 1]!;
    return [
      mayFollow(history, connection, event),
      wasMadeBefore(history, connection, event.record),
      isUnordered(history, connection, event),
    ];
  };
  expect(connected(10, true)).toEqual([true, false, false]);
  expect(connected(-2, true)).toEqual([true, false, false]);
  expect(connected(-3, true)).toEqual([false, true, false]);
  expect(connected(10, false)).toEqual([true, false, true]);
  expect(connected(30 - READ_LATE_MS, false)).toEqual([true, false, true]);
  expect(connected(29 - READ_LATE_MS, false)).toEqual([false, false, true]);
  // Written after it had arrived: the record bears the time of another clock.
  expect(connected(10, true, 1000)).toEqual([true, false, true]);
});

test('a broker that is busy is asked again before a record may be that late', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const pace = createPace(() => true);
  let sent = 0;
  const ask = async (): Promise<void> => {
    for (;;) {
      await pace.next();
      sent += 1;
      if (sent === 40) return;
    }
  };
  const asked = ask();
  await vi.advanceTimersByTimeAsync(0);
  const atOnce = sent;
  await vi.advanceTimersByTimeAsync(READ_LATE_MS - 10);
  expect(sent).toBeGreaterThan(atOnce);
  await vi.advanceTimersByTimeAsync(40 * READ_LATE_MS);
  await asked;
});
