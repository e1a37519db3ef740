/**
 * Examples with their matching rules, in the form that Pact's own engine reads. Only rules that every Pact
 * implementation and Faultline's matcher know: type, regex, integer, number. Without a rule a value must be equal.
 */

/** An example with one rule or, as a list, with several that must all hold. */
export interface Ruled {
  readonly value: unknown;
  readonly 'pact:matcher:type': string | readonly Readonly<Record<string, unknown>>[];
  readonly regex?: string;
  readonly min?: number;
}

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

const isRuled = (value: object): value is Ruled => 'pact:matcher:type' in value;

/** The examples without their rules: what a client sends, what an answer looks like. */
export const exampleOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(exampleOf);
  if (typeof value !== 'object' || value === null) return value;
  if (isRuled(value)) return exampleOf(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, exampleOf(each)]));
};

/** Any value of the example's type; of an object whatever it holds. */
export const like = (value: unknown): Ruled => ({ 'pact:matcher:type': 'type', value });

/** At least one element, each like the example. */
export const eachLike = (example: unknown): Ruled => ({ 'pact:matcher:type': 'type', min: 1, value: [example] });

export const matching = (regex: string, value: unknown): Ruled => ({ 'pact:matcher:type': 'regex', regex, value });

export const integer = (value: number): Ruled => ({ 'pact:matcher:type': 'integer', value });

export const number = (value: number): Ruled => ({ 'pact:matcher:type': 'number', value });

/** A whole number out of these. The regex alone would take the text '10' for the number 10. */
export const oneOfNumbers = (value: number, ...others: readonly number[]): Ruled => ({
  'pact:matcher:type': [
    { 'pact:matcher:type': 'integer' },
    { 'pact:matcher:type': 'regex', regex: `^(?:${[value, ...others].join('|')})$` },
  ],
  value,
});

/** A text that is not empty. The regex alone would take null for the text 'null'. */
export const filledText = (value: string): Ruled => ({
  'pact:matcher:type': [
    { 'pact:matcher:type': 'type' },
    { 'pact:matcher:type': 'regex', regex: '^[\\s\\S]*\\S[\\s\\S]*$' },
  ],
  value,
});

export const oneOfTexts = (value: string, ...others: readonly string[]): Ruled =>
  matching(`^(?:${[value, ...others].join('|')})$`, value);

export const uuid = (value: string): Ruled => matching(`^${UUID}$`, value);

/** An id that is made of another: `prefix` before it, `suffix` after it, either way round as a regex. */
export const uuidWithin = (prefix: string, value: string, suffix = ''): Ruled =>
  matching(`^${prefix}${UUID}${suffix}$`, value);

/** YYYY-MM-DD, with or without a time. */
export const date = (value: string): Ruled => matching('^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?$', value);

/** ISO 8601 with a time zone. */
export const moment = (value: string): Ruled =>
  matching('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})$', value);

/** A count as a number or as its digits: both occur. */
export const digits = (value: number | string): Ruled => matching('^[0-9]+$', value);

/** An object whatever it holds, nothing too. The example must not be empty: Pact takes an empty one literally in a request. */
export const anyObject = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  'pact:matcher:type': 'eachKey',
  rules: [{ 'pact:matcher:type': 'regex', regex: '.+', value: Object.keys(value)[0] }],
  value,
});

/** Any value at all, null and objects too, so long as it is there. A regex sees every value as its JSON text. */
export const anything = (value: unknown): Ruled => matching('^[\\s\\S]*$', value);
