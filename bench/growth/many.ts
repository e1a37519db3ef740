/** Payments by the hundred. */
import { defineScenario } from '../../harness/scenario/define.ts';
import type { Scenario } from '../../harness/scenario/types.ts';

/** How many payments at once: each has a scenario of its own. */
export const SIZES = [5, 25, 100, 300, 1000] as const;

/** The same for who has the time: minutes each. */
export const SOAK = [1000, 3000, 10_000] as const;

/** How many of them a fault meets. */
export const IN_FLIGHT = 500;

/** `p1`, `p2`, …: one payment each. */
export const payments = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `p${i + 1}`);

export const subjectsOf = (names: readonly string[]): Scenario['given']['subjects'] =>
  Object.fromEntries(names.map((name) => [name, {}]));

/** Some of them, far from each other: somebody else marks their PURCHASE_CREATED before the worker sees it. */
export const markedEarly = (names: readonly string[]): readonly string[] => names.filter((_, i) => i % 25 === 9);

/** What workers that trust the mark are wrong about, among hundreds for which there is none. */
export const guardsMarked = (names: readonly string[]) =>
  markedEarly(names).map((subject) => ({
    kind: 'guard-marked' as const,
    event: 'PURCHASE_CREATED' as const,
    subject,
    writer: 'payment-service',
  }));

/** So many payments at once, and no fault. */
export const paymentsAtOnce = (count: number): Scenario =>
  defineScenario({
    name: `pay-${count}`,
    title: `${count} payments at once, no fault: every student gets a purchase and a trainer.`,
    tags: ['growth'],
    given: { subjects: subjectsOf(payments(count)) },
    faults: [],
    act: [{ do: 'pay', subjects: payments(count) }],
    observeDeadlineMs: Math.max(300_000, count * 600),
    during: [{ when: { always: true }, causes: [] }],
  });
