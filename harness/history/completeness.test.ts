import { expect, test } from 'vitest';
import {
  BARRIER_SOURCES,
  endingOf,
  gapsOf,
  isBetweenBarriers,
  isComplete,
  isPatienceOver,
  missingSources,
} from './completeness.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';

const after = (...does: readonly ((b: Build) => unknown)[]) => {
  const b = build();
  for (const each of does) each(b);
  const history = b.history();
  const [gap] = gapsOf(history, BARRIER_SOURCES);
  return {
    missing: missingSources(history),
    between: isBetweenBarriers(history),
    why: gap?.message.split(': ').slice(1).join(': '),
    kinds: gap?.evidence.map((seq) => history.events[seq - 1]?.kind),
  };
};
const barrier = (b: Build) => b.barrier();
const lost = (b: Build) => b.barrier(['kafka', 'offsets']);
const failed = (b: Build) => b.add({ kind: 'trial.harness-error', source: 'trial', message: 'no space' });

test('before the first barrier, and after the latest, nothing is known to be whole', () => {
  expect(after()).toMatchObject({
    missing: BARRIER_SOURCES,
    between: true,
    why: 'no barrier was ever passed',
    kinds: [],
  });
  expect(after(barrier)).toEqual({ missing: [], between: false, why: undefined, kinds: undefined });
  const since = { missing: BARRIER_SOURCES, between: true, why: 'no barrier has passed since' };
  for (const more of [
    (b: Build) => b.purchase(),
    (b: Build) => b.emit('PURCHASE_CREATED'),
    (b: Build) => b.commitAt('g', { topic: 'purchase-created', partition: 0 }, 1),
    (b: Build) => b.request(),
    (b: Build) => b.respond(1),
    (b: Build) => b.add({ kind: 'http.effect', source: 'http', call: 1, effect: 'dropped' }),
  ]) {
    const found = after(barrier, more);
    expect(found).toMatchObject(since);
    expect(found.kinds?.[0]).toBe('trial.barrier');
    // What was before the barrier was read by it, and what settles the trial says that all was.
    expect(after(more, barrier).missing).toEqual([]);
    expect(after(barrier, more, (b) => b.settled()).missing).toEqual([]);
  }
  // Of several the first is shown.
  expect(
    after(
      barrier,
      (b) => b.request(),
      (b) => b.purchase(),
    ).kinds,
  ).toEqual(['trial.barrier', 'http.request']);
  // What is no doing of the pipeline's changes nothing.
  expect(
    after(
      barrier,
      (b) => b.seen('allocation-worker'),
      (b) => b.topics(),
    ).missing,
  ).toEqual([]);
});

test('a barrier that did not come back lacks what it names, or all; the latest counts', () => {
  expect(after(lost)).toMatchObject({
    missing: ['kafka', 'offsets'],
    between: false,
    why: 'a barrier did not come back',
    kinds: ['trial.barrier'],
  });
  expect(after(lost, (b) => b.purchase())).toMatchObject({ missing: ['kafka', 'offsets'], between: false });
  expect(after(barrier, lost).missing).toEqual(['kafka', 'offsets']);
  expect(after(lost, barrier).missing).toEqual([]);
  const nameless = (b: Build) =>
    b.add({ kind: 'trial.barrier', source: 'trial', passed: false, missing: [], tookMs: 1 });
  expect(after(nameless).missing).toEqual(BARRIER_SOURCES);
});

test('an error of the harness spoils all', () => {
  expect(after(barrier, failed)).toMatchObject({
    missing: BARRIER_SOURCES,
    between: false,
    why: 'the harness itself failed: no space',
    kinds: ['trial.harness-error'],
  });
  expect(after(failed, barrier).missing).toEqual(BARRIER_SOURCES);
  expect(after(failed)).toMatchObject({ between: true });
});

test('sources are asked for one by one, and gaps name those that were', () => {
  const b = build();
  lost(b);
  const history = b.history();
  expect([
    isComplete(history, 'postgres', 'admin-service'),
    isComplete(history, 'postgres', 'kafka'),
    isComplete(history),
  ]).toEqual([true, false, true]);
  expect(gapsOf(history, ['postgres'])).toEqual([]);
  expect(gapsOf(history, ['postgres', 'kafka'])[0]?.message).toBe(
    "Kafka's records may be incomplete: a barrier did not come back",
  );
  expect(gapsOf(history, ['offsets', 'kafka'])[0]?.message).toMatch(/^the groups’ offsets, Kafka's records may/);
});

test('patience is over when it was waited for after the event, or the trial has settled', () => {
  const over = (...does: readonly ((b: Build) => unknown)[]) => {
    const b = build();
    b.patience();
    const { seq } = b.emit('PURCHASE_CREATED');
    for (const each of does) each(b);
    return isPatienceOver(b.history(), b.events[seq - 1]!);
  };
  expect(over()).toBe(false);
  expect(over((b) => b.patience())).toBe(true);
  expect(over((b) => b.settled())).toBe(true);
  expect(over((b) => b.settled(false))).toBe(false);
});

test('a trial has settled, is at its deadline, or is open; its latest word counts', () => {
  const state = (...does: readonly ((b: Build) => unknown)[]) => {
    const b = build();
    for (const each of does) each(b);
    return endingOf(b.history()).state;
  };
  expect([state(), state((b) => b.settled()), state((b) => b.settled(false))]).toEqual(['open', 'settled', 'deadline']);
  expect(
    state(
      (b) => b.settled(false),
      (b) => b.settled(),
    ),
  ).toBe('settled');
});
