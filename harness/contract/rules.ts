/** Matching rules as a pact file (specification V4) holds them, read into a checked form. */
import { NO_RULES, categoryOf } from './category.ts';
import type { RuleCategory } from './category.ts';
import { parsePath } from './path.ts';

/** Rules that need nothing but their name. */
type PlainKind = 'equality' | 'integer' | 'decimal' | 'number' | 'boolean' | 'null' | 'values' | 'notEmpty' | 'semver';

/** One matching rule. `type` with bounds is Pact's min/max type: how many elements a list may have. */
export type MatchingRule =
  | { readonly kind: 'type'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'regex'; readonly regex: string; readonly compiled: RegExp }
  | { readonly kind: 'include'; readonly value: string }
  | { readonly kind: 'date' | 'time' | 'datetime'; readonly format: string }
  | { readonly kind: 'statusCode'; readonly status: string | readonly number[] }
  | { readonly kind: 'eachKey' | 'eachValue'; readonly rules: readonly MatchingRule[] }
  | { readonly kind: PlainKind };

export interface RuleList {
  readonly combine: 'AND' | 'OR';
  readonly rules: readonly MatchingRule[];
}

/** A rule that cannot be read: `why` says what is wrong with it. The pact's reader makes an error for users of it. */
export class UnreadableRule extends Error {}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textIn = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value !== 'string') throw new UnreadableRule(`the rule ${JSON.stringify(fields)} has no ${name}`);
  return value;
};

const regexRule = (regex: string): MatchingRule => {
  try {
    return { kind: 'regex', regex, compiled: new RegExp(regex, 'y') };
  } catch {
    throw new UnreadableRule(`'${regex}' is no regular expression`);
  }
};

const bounds = (fields: Fields): { min?: number; max?: number } => ({
  ...(typeof fields['min'] === 'number' ? { min: fields['min'] } : {}),
  ...(typeof fields['max'] === 'number' ? { max: fields['max'] } : {}),
});

const nested = (fields: Fields): readonly MatchingRule[] => {
  const { rules } = fields;
  return Array.isArray(rules) ? rules.map(readRule) : [];
};

const dated =
  (kind: 'date' | 'time' | 'datetime', standard: string) =>
  (fields: Fields): MatchingRule => {
    const format = fields['format'] ?? fields[kind] ?? fields['timestamp'];
    return { kind, format: typeof format === 'string' && format !== '' ? format : standard };
  };

const plain = (kind: PlainKind) => (): MatchingRule => ({ kind });

const datetime = dated('datetime', "yyyy-MM-dd'T'HH:mm:ssXXX");
const typeRule = (fields: Fields): MatchingRule => ({ kind: 'type', ...bounds(fields) });

/** The rules of Pact's matchers, by the name in the file. */
const READERS: Readonly<Record<string, (fields: Fields) => MatchingRule>> = {
  type: typeRule,
  regex: (fields) => regexRule(textIn(fields, 'regex')),
  include: (fields) => ({ kind: 'include', value: textIn(fields, 'value') }),
  date: dated('date', 'yyyy-MM-dd'),
  time: dated('time', 'HH:mm:ss'),
  datetime,
  timestamp: datetime,
  equality: plain('equality'),
  integer: plain('integer'),
  decimal: plain('decimal'),
  number: plain('number'),
  boolean: plain('boolean'),
  null: plain('null'),
  values: plain('values'),
  notEmpty: plain('notEmpty'),
  'not-empty': plain('notEmpty'),
  semver: plain('semver'),
  statusCode: ({ status }) => {
    if (typeof status === 'string' || (Array.isArray(status) && status.every((each) => typeof each === 'number')))
      return { kind: 'statusCode', status: status as string | readonly number[] };
    throw new UnreadableRule(`the rule statusCode has no status`);
  },
  eachKey: (fields) => ({ kind: 'eachKey', rules: nested(fields) }),
  'each-key': (fields) => ({ kind: 'eachKey', rules: nested(fields) }),
  eachValue: (fields) => ({ kind: 'eachValue', rules: nested(fields) }),
  'each-value': (fields) => ({ kind: 'eachValue', rules: nested(fields) }),
};

/** Errors: UnreadableRule for a rule this matcher does not know: passing it over would be a check that cannot fail. */
export const readRule = (json: unknown): MatchingRule => {
  if (!isFields(json)) throw new UnreadableRule(`${JSON.stringify(json)} is no matching rule`);
  const name = json['match'] ?? (json['regex'] === undefined ? 'type' : 'regex');
  const reader = typeof name === 'string' && Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) throw new UnreadableRule(`the matching rule ${JSON.stringify(name)} is not known`);
  return reader(json);
};

const readList = (json: unknown): RuleList => {
  if (!isFields(json) || !Array.isArray(json['matchers']))
    throw new UnreadableRule(`${JSON.stringify(json)} is no list of matching rules`);
  return { combine: json['combine'] === 'OR' ? 'OR' : 'AND', rules: json['matchers'].map(readRule) };
};

/** The rules of a category as the file has them: an object from path expression to list. Errors: UnreadableRule. */
export const readCategory = (json: unknown): RuleCategory => {
  if (json === undefined) return NO_RULES;
  if (!isFields(json)) throw new UnreadableRule(`${JSON.stringify(json)} is no object of matching rules`);
  return categoryOf(
    Object.entries(json).map(([text, list]) => {
      const tokens = parsePath(text);
      if (tokens === undefined) throw new UnreadableRule(`'${text}' is no path expression`);
      return { tokens, list: readList(list) };
    }),
  );
};
