/** A matching rule in its checked form, and the rules of one place. */
import type { Format } from './datetime.ts';

/** Rules that need nothing but their name. */
export type PlainKind =
  'equality' | 'integer' | 'decimal' | 'number' | 'boolean' | 'null' | 'values' | 'notEmpty' | 'semver';

/** One matching rule. `type` with bounds is Pact's min/max type: how many elements a list may have. */
export type MatchingRule =
  | { readonly kind: 'type'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'regex'; readonly regex: string; readonly compiled: RegExp }
  | { readonly kind: 'include'; readonly value: string }
  | { readonly kind: 'date' | 'time' | 'datetime'; readonly format: { readonly text: string; readonly read: Format } }
  | { readonly kind: 'statusCode'; readonly status: string | readonly number[] }
  | { readonly kind: 'eachKey' | 'eachValue'; readonly rules: readonly MatchingRule[] }
  | { readonly kind: PlainKind };

export interface RuleList {
  readonly combine: 'AND' | 'OR';
  readonly rules: readonly MatchingRule[];
}
