/** Single values against single rules, as Pact's engine decides them. */
import { isDatetime } from './datetime.ts';
import { ExactNumber, decimalText, writeJson } from './json.ts';
import type { MatchingRule, RuleList } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

/** JSON of anything; what is nested too deeply for it is only named. */
export const jsonOf = (value: unknown): string => {
  try {
    return value === undefined ? 'undefined' : writeJson(value);
  } catch {
    return typeof value;
  }
};

const MOST_SHOWN = 80;

/** A value as a finding shows it; undefined is `absent`. */
export const show = (value: unknown): string => {
  if (value === undefined) return 'absent';
  const json = jsonOf(value);
  return json.length > MOST_SHOWN ? `${json.slice(0, MOST_SHOWN - 1)}…` : json;
};

/** The text of a value that is no text, as the engine writes it. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && !Number.isInteger(value) ? decimalText(value) : jsonOf(value);
};

type JsonType = 'object' | 'array' | 'null' | 'boolean' | 'number' | 'string' | 'absent';

/** The JSON type of a value. */
export const typeOf = (value: unknown): JsonType => {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return value instanceof ExactNumber ? 'number' : (typeof value as JsonType);
};

const TYPE_NAMES: Readonly<Record<JsonType, string>> = {
  object: 'an object',
  array: 'an array',
  null: 'null',
  boolean: 'a boolean',
  number: 'a number',
  string: 'a text',
  absent: 'nothing',
};

/** `an object`, `a text`: the type of the value in words. */
export const typeName = (value: unknown): string => TYPE_NAMES[typeOf(value)];

/** Deep equality of JSON values; the order of an object's fields says nothing. */
export const isEqual = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (a instanceof ExactNumber && b instanceof ExactNumber)
    return a.kind === b.kind && (a.text === b.text || (a.kind === 'decimal' && Number(a.text) === Number(b.text)));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isEqual(each, b[i]));
  if (!isFields(a) || !isFields(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  );
};

/** Pact's engine takes for an integer what is written without point and exponent and fits 64 bits; another number is a decimal. */
const isInteger = (value: unknown): boolean =>
  value instanceof ExactNumber
    ? value.kind === 'integer'
    : typeof value === 'number' && Number.isInteger(value) && value < 2 ** 64 && value >= -(2 ** 63);

const isNumber = (value: unknown): boolean => typeOf(value) === 'number';

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;

/** Each of the three numbers fits 64 bits. */
const isSemver = (text: string): boolean =>
  SEMVER.exec(text)
    ?.slice(1, 4)
    .every((part) => BigInt(part) < 2n ** 64n) === true;

const STATUS_CLASSES: Readonly<Record<string, (status: number) => boolean>> = {
  info: (status) => status >= 100 && status < 200,
  success: (status) => status >= 200 && status < 300,
  redirect: (status) => status >= 300 && status < 400,
  clientError: (status) => status >= 400 && status < 500,
  serverError: (status) => status >= 500 && status < 600,
  nonError: (status) => status < 400,
  error: (status) => status >= 400,
};

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0) || isEmptyFields(value);
const isEmptyFields = (value: unknown): boolean => isFields(value) && Object.keys(value).length === 0;

const withinBounds = ({ min = 0, max = Infinity }: { min?: number; max?: number }, length: number): boolean =>
  length >= min && length <= max;

interface Kind<R extends MatchingRule> {
  readonly fits: (rule: R, expected: unknown, actual: unknown, cascaded: boolean) => boolean;
  /** What the rule wants, in words. */
  readonly wants: (rule: R, expected: unknown) => string;
}

type Kinds = { readonly [K in MatchingRule['kind']]: Kind<Extract<MatchingRule, { kind: K }>> };

const dated: Kind<Extract<MatchingRule, { kind: 'date' | 'time' | 'datetime' }>> = {
  fits: ({ format }, _, actual) => isDatetime(textOf(actual), format.read),
  wants: ({ kind, format }) => `a ${kind} as ${format.text}`,
};

const listRule: Kind<MatchingRule> = { fits: () => true, wants: () => 'any value' };

const KINDS: Kinds = {
  type: {
    fits: (rule, expected, actual, cascaded) => {
      if (typeOf(expected) !== typeOf(actual)) return false;
      return cascaded || !Array.isArray(actual) || withinBounds(rule, actual.length);
    },
    wants: ({ min, max }, expected) => {
      const least = min === undefined ? '' : ` of at least ${min}`;
      return `${typeName(expected)}${least}${max === undefined ? '' : ` of at most ${max}`}`;
    },
  },
  regex: {
    fits: ({ compiled }, _, actual) => compiled.test(textOf(actual)),
    wants: ({ regex }) => `text like ${regex}`,
  },
  include: {
    fits: ({ value }, _, actual) => textOf(actual).includes(value),
    wants: ({ value }) => `text with '${value}' in it`,
  },
  date: dated,
  time: dated,
  datetime: dated,
  equality: { fits: (_, expected, actual) => isEqual(expected, actual), wants: (_, expected) => show(expected) },
  values: { fits: (_, expected, actual) => isEqual(expected, actual), wants: (_, expected) => show(expected) },
  integer: { fits: (_, __, actual) => isInteger(actual), wants: () => 'an integer' },
  decimal: {
    fits: (_, __, actual) => isNumber(actual) && !isInteger(actual),
    wants: () => 'a number with decimals',
  },
  number: { fits: (_, __, actual) => isNumber(actual), wants: () => 'a number' },
  boolean: {
    fits: (_, __, actual) => typeof actual === 'boolean' || actual === 'true' || actual === 'false',
    wants: () => 'a boolean',
  },
  null: { fits: (_, __, actual) => actual === null, wants: () => 'null' },
  notEmpty: { fits: (_, __, actual) => !isEmpty(actual), wants: () => 'something that is not empty' },
  semver: {
    fits: (_, __, actual) => typeof actual === 'string' && isSemver(actual),
    wants: () => 'a semantic version',
  },
  statusCode: {
    fits: ({ status }, _, actual) =>
      typeof actual === 'number' &&
      (typeof status === 'string' ? STATUS_CLASSES[status]?.(actual) === true : status.includes(actual)),
    wants: ({ status }) => `a status: ${String(status)}`,
  },
  eachKey: listRule,
  eachValue: listRule,
};

const kindOf = (rule: MatchingRule): Kind<MatchingRule> => KINDS[rule.kind] as Kind<MatchingRule>;

/** Does the value fit the rule? `expected` is the contract's example. */
export const fits = (rule: MatchingRule, expected: unknown, actual: unknown, cascaded = false): boolean =>
  kindOf(rule).fits(rule, expected, actual, cascaded);

/** What the rule wants, in words: `a text`, `text like ^a$`. */
export const wants = (rule: MatchingRule, expected: unknown): string => kindOf(rule).wants(rule, expected);

/** The rules of the list that the value breaks; none when one of an OR list fits. */
export const broken = (
  { combine, rules }: RuleList,
  expected: unknown,
  actual: unknown,
  cascaded: boolean,
): readonly MatchingRule[] => {
  const failed = rules.filter((rule) => !fits(rule, expected, actual, cascaded));
  return combine === 'OR' && failed.length < rules.length ? [] : failed;
};

/** The bounds of a min/max type rule for how many fields or elements there are; true for any other rule. */
export const fitsCount = (rule: MatchingRule, count: number): boolean =>
  rule.kind !== 'type' || withinBounds(rule, count);
