import { afterEach, expect, test, vi } from 'vitest';
import { createPace } from './pace.ts';

afterEach(() => vi.useRealTimers());

/** A pace, a clock that is moved by hand, and which of the polls that were asked for may be sent by now. */
const paced = (mayWait = true) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const pace = createPace(() => mayWait);
  const sent: number[] = [];
  const ask = async (poll: number): Promise<void> => {
    await pace.next();
    sent.push(poll);
  };
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  return { pace, sent, ask, pass };
};

test('polls follow each other at once; beyond a burst one for each 25 ms', async () => {
  const { sent, ask, pass } = paced();
  for (let poll = 1; poll <= 17; poll += 1) void ask(poll);
  await pass(0);
  expect(sent).toHaveLength(16);
  await pass(24);
  expect(sent).toHaveLength(16);
  await pass(1);
  expect(sent).toHaveLength(17);
  await pass(1000);
  for (let poll = 18; poll <= 34; poll += 1) void ask(poll);
  await pass(0);
  expect(sent).toHaveLength(33);
});

test('while somebody waits for a single record none is late', async () => {
  const { sent, ask, pass } = paced(false);
  for (let poll = 1; poll <= 100; poll += 1) void ask(poll);
  await pass(0);
  expect(sent).toHaveLength(100);
});

test('who waits for what they bring is not kept waiting', async () => {
  const { pace, sent, ask, pass } = paced();
  for (let poll = 1; poll <= 17; poll += 1) void ask(poll);
  await pass(0);
  pace.hurry();
  void ask(18);
  await pass(0);
  expect(sent).toHaveLength(18);
});
