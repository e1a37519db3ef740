/** Writing scenarios with the compiler's help. */
import type { Condition } from '../history/conditions.ts';
import type { Scenario } from './types.ts';

/** Types a scenario: `export const workerDown = defineScenario({ … })`. It is checked when it is loaded. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;

/** Holds always: for the last case of `during`. */
export const always: Condition = { always: true };

/** Holds when all of these hold. */
export const all = (...conditions: readonly Condition[]): Condition => ({ all: conditions });

/** Holds when at least one of these holds. */
export const any = (...conditions: readonly Condition[]): Condition => ({ any: conditions });

export const not = (condition: Condition): Condition => ({ not: condition });
