/** Writing scenarios with the compiler's help. */
import type { Condition } from '../history/conditions.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { ShippedVocabulary } from '../pipeline/shipped.ts';
import type { VocabularyOf } from '../pipeline/vocabulary.ts';
import type { Scenario } from './types.ts';

/**
 * Types a scenario of the pipeline that Faultline ships: `export const workerDown = defineScenario({ … })`. A name that
 * the pipeline does not have does not compile; the rest is checked when it is loaded.
 */
export const defineScenario = (scenario: Scenario<ShippedVocabulary>): Scenario<ShippedVocabulary> => scenario;

/** The same for a pipeline of one's own: `const { defineScenario } = scenariosOf(orderToShipment)`. */
export const scenariosOf = <const P extends PipelineDeclaration>(_pipeline: P) => ({
  defineScenario: (scenario: Scenario<VocabularyOf<P>>): Scenario<VocabularyOf<P>> => scenario,
});

/** Holds always: for the last case of `during`. */
export const always = { always: true } as const satisfies Condition;

/** Holds when all of these hold. */
export const all = <const C extends Condition>(...conditions: readonly C[]): { readonly all: readonly C[] } => ({
  all: conditions,
});

/** Holds when at least one of these holds. */
export const any = <const C extends Condition>(...conditions: readonly C[]): { readonly any: readonly C[] } => ({
  any: conditions,
});

export const not = <const C extends Condition>(condition: C): { readonly not: C } => ({ not: condition });
