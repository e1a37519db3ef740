import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import type { ContextDouble } from './testing/context.ts';
import { writesHeld } from './writes-held.ts';

const SPEC = {
  kind: 'writes-held',
  worker: 'purchase-worker',
  table: 'student_course_purchases',
  until: { deadLettered: {} },
} as const;
const HELD = 'hold student_course_purchases';
const FIRED = 'fired: purchase-worker waits to write to student_course_purchases';
const LET_GO = 'let go of student_course_purchases';

/** Waits until something is said. */
const heard = (double: ContextDouble, what: string): Promise<void> =>
  expect.poll(() => double.said, { interval: 1 }).toContain(what) as unknown as Promise<void>;

test('it fires when somebody waits, and lets go when the condition holds', async () => {
  const double = createContextDouble();
  const active = await writesHeld.inject(SPEC, double.context);
  expect(double.news()).toEqual([HELD]);
  expect(double.waitedFor()).toEqual({ deadLettered: {} });
  double.waits([7]);
  await heard(double, FIRED);
  double.comesTrue();
  await heard(double, LET_GO);
  await active.heal();
  expect(double.said).toEqual([HELD, FIRED, 'stop waiting', LET_GO]);
});

test('healed: it lets go, whoever waits and whether or not the condition holds', async () => {
  const double = createContextDouble();
  const { until: _, ...always } = SPEC;
  const active = await writesHeld.inject(always, double.context);
  await active.heal();
  expect(double.said).toEqual([HELD, LET_GO]);
});

test('somebody else who waits is not the worker: it has not fired, and nobody is ended', async () => {
  const double = createContextDouble({ backends: [9] });
  let looks = 0;
  const { context } = double;
  const counting = {
    ...context,
    holdWrites: async (table: Parameters<typeof context.holdWrites>[0]) => ({
      ...(await context.holdWrites(table)),
      waiting: async () => ((looks += 1), [7]),
    }),
  };
  const active = await writesHeld.inject(SPEC, counting);
  await expect.poll(() => looks, { interval: 1 }).toBeGreaterThan(2);
  await double.context.workers.stop('purchase-worker');
  await active.heal();
  expect(double.said.filter((what) => /^(fired|end)/.test(what))).toEqual([]);
});

test('what a dead process waits to write is not written, also when the next one runs already', async () => {
  const double = createContextDouble();
  const active = await writesHeld.inject(SPEC, double.context);
  double.waits([7, 8]);
  await heard(double, FIRED);
  await double.context.workers.stop('purchase-worker');
  await double.context.workers.startAgain('purchase-worker');
  double.news();
  await active.heal();
  expect(double.news()).toEqual(['stop waiting', 'end 7,8', LET_GO]);
});

test('it lets go also when it could not be seen who waits', async () => {
  const double = createContextDouble();
  const { context } = double;
  const lost = {
    ...context,
    holdWrites: async (table: Parameters<typeof context.holdWrites>[0]) => ({
      ...(await context.holdWrites(table)),
      waiting: () => Promise.reject(new Error('the connection is gone')),
    }),
  };
  const active = await writesHeld.inject(SPEC, lost);
  await expect(active.heal()).rejects.toThrow('the connection is gone');
  expect(double.said).toContain(LET_GO);
});
