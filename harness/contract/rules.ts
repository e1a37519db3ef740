/** Matching rules as a pact file (specification V4) holds them, read into a checked form. */
import { NO_RULES, categoryOf } from './category.ts';
import type { RuleCategory } from './category.ts';
import { UnreadableFormat, readFormat } from './datetime.ts';
import { parsePath } from './path.ts';
import type { MatchingRule, PlainKind, RuleList } from './rule.ts';
import { UntranslatablePattern } from './regex/reader.ts';
import { translate } from './regex/translate.ts';

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
    return { kind: 'regex', regex, compiled: translate(regex) };
  } catch (error) {
    if (!(error instanceof UntranslatablePattern)) throw error;
    throw new UnreadableRule(
      `the regular expression '${regex}' cannot be matched as Pact's engine would: ${error.message}; write it without that`,
    );
  }
};

const bound = (fields: Fields, name: 'min' | 'max'): number | undefined => {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new UnreadableRule(`the rule ${JSON.stringify(fields)} has a ${name} that is no whole number`);
};

const bounds = (fields: Fields): { min?: number; max?: number } => {
  const [min, max] = [bound(fields, 'min'), bound(fields, 'max')];
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
};

const nested = (fields: Fields): readonly MatchingRule[] => {
  const { rules } = fields;
  return Array.isArray(rules) ? rules.map(readRule) : [];
};

const dated =
  (kind: 'date' | 'time' | 'datetime', standard: string) =>
  (fields: Fields): MatchingRule => {
    const given = fields['format'] ?? fields[kind] ?? fields['timestamp'];
    const text = typeof given === 'string' && given !== '' ? given : standard;
    try {
      return { kind, format: { text, read: readFormat(text) } };
    } catch (error) {
      if (!(error instanceof UnreadableFormat)) throw error;
      throw new UnreadableRule(
        `the ${kind} format '${text}' cannot be matched: the meaning of '${error.message}' is not certain; use a regular expression`,
      );
    }
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

const IMPLIED = [
  ['regex', 'regex'],
  ['min', 'type'],
  ['max', 'type'],
  ['timestamp', 'timestamp'],
  ['date', 'date'],
  ['time', 'time'],
] as const;

/** Errors: UnreadableRule for a rule this matcher does not know: passing it over would be a check that cannot fail. */
export const readRule = (json: unknown): MatchingRule => {
  if (!isFields(json)) throw new UnreadableRule(`${JSON.stringify(json)} is no matching rule`);
  // Older files name no rule: it shows in the value that the rule has.
  const name = json['match'] ?? IMPLIED.find(([field]) => json[field] !== undefined)?.[1];
  const reader = typeof name === 'string' && Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) throw new UnreadableRule(`the matching rule ${JSON.stringify(name)} is not known`);
  return reader(json);
};

const readList = (json: unknown): RuleList => {
  if (!isFields(json) || !Array.isArray(json['matchers']))
    throw new UnreadableRule(`${JSON.stringify(json)} is no list of matching rules`);
  const { combine = 'AND', matchers } = json;
  if (combine !== 'AND' && combine !== 'OR')
    throw new UnreadableRule(`matching rules are combined by AND or OR, not by ${JSON.stringify(combine)}`);
  // The engine takes an empty list for equality in one place and for nothing in another.
  if (matchers.length === 0) throw new UnreadableRule('a list of matching rules has none: leave it out');
  return { combine, rules: matchers.map(readRule) };
};

/** Rules that mean nothing for a text by itself, a header or a path. */
const NOT_FOR_TEXTS: readonly string[] = ['eachKey', 'eachValue', 'statusCode'];

const readTextList = (json: unknown): RuleList => {
  const list = readList(json);
  const wrong = list.rules.find(({ kind }) => NOT_FOR_TEXTS.includes(kind));
  if (wrong !== undefined) throw new UnreadableRule(`the matching rule ${wrong.kind} is not for a text by itself`);
  return list;
};

/** The rules of a category as the file has them: an object from path expression to list. Errors: UnreadableRule. */
export const readCategory = (json: unknown, of: 'values' | 'texts' = 'values'): RuleCategory => {
  if (json === undefined) return NO_RULES;
  if (!isFields(json)) throw new UnreadableRule(`${JSON.stringify(json)} is no object of matching rules`);
  return categoryOf(
    Object.entries(json).map(([text, list]) => {
      const tokens = parsePath(text);
      if (tokens === undefined) throw new UnreadableRule(`'${text}' is no path expression`);
      try {
        return { tokens, list: of === 'texts' ? readTextList(list) : readList(list) };
      } catch (error) {
        throw error instanceof UnreadableRule ? new UnreadableRule(`at ${text}, ${error.message}`) : error;
      }
    }),
  );
};
