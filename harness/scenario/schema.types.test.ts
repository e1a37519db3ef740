import { expectTypeOf, test } from 'vitest';
import type { Condition } from '../history/conditions.ts';
import type { DescribedCondition } from './condition-schema.ts';
import type { DescribedScenario } from './schema.ts';
import type { Scenario } from './types.ts';

/** Read-only all the way down: zod's types are not, ours are. */
type Deep<T> = T extends (infer U)[] | readonly (infer U)[]
  ? readonly Deep<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Deep<T[K]> }
    : T;

test('the schema describes Scenario, no more and no less', () => {
  expectTypeOf<Deep<DescribedScenario>>().toEqualTypeOf<Deep<Scenario>>();
});

test('the catalogue of conditions describes Condition', () => {
  expectTypeOf<Deep<DescribedCondition>>().toEqualTypeOf<Deep<Condition>>();
});
