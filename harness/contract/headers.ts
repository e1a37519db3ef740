/** Named values beside a body, headers and metadata, against those of the contract, as Pact's engine compares them. */
import type { BodyMismatch } from './body.ts';
import { rulesOfName } from './category.ts';
import type { BestRules, RuleCategory } from './category.ts';
import { valueFits } from './fitting.ts';
import type { Fits } from './fitting.ts';
import type { MatchingRule } from './rule.ts';
import { broken, isEqual, show, wants } from './values.ts';

type Named = Readonly<Record<string, unknown>>;

/** Headers whose value is a list, of which every element is compared. */
const LISTS: readonly string[] = [
  'accept',
  'accept-encoding',
  'accept-language',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-request-headers',
  'allow',
  'cache-control',
  'if-match',
  'if-none-match',
  'vary',
];

/** Headers that may stand several times, each with one value. */
const REPEATED: readonly string[] = ['set-cookie'];

/** Headers whose values are media types with parameters. */
const MEDIA_TYPES: readonly string[] = ['content-type', 'accept', 'contenttype'];

/** May the contract give several values for this header? The engine never finds those of another one equal. */
export const mayHaveSeveral = (name: string): boolean =>
  LISTS.includes(name.toLowerCase()) || REPEATED.includes(name.toLowerCase());

const elementsOf = (text: string): readonly string[] => text.split(',').map((each) => each.trim());

const parametersOf = (value: string): { readonly type: string; readonly parameters: ReadonlyMap<string, string> } => {
  const [type = '', ...rest] = value.split(';').map((each) => each.trim());
  const parameters = rest.flatMap((each): readonly (readonly [string, string])[] => {
    const at = each.indexOf('=');
    return at < 0
      ? []
      : [
          [
            each.slice(0, at).trim(),
            each
              .slice(at + 1)
              .trim()
              .toLowerCase(),
          ],
        ];
  });
  return { type, parameters: new Map(parameters) };
};

/** The type is the same, and every parameter of the contract is there, in any order, with its value in any case. */
const sameMediaType = (expected: string, actual: string): boolean => {
  if (expected === actual) return true;
  const [wanted, given] = [parametersOf(expected), parametersOf(actual)];
  return (
    wanted.type === given.type && [...wanted.parameters].every(([name, value]) => given.parameters.get(name) === value)
  );
};

const sameElement = (name: string, expected: string, actual: string): boolean =>
  MEDIA_TYPES.includes(name) ? sameMediaType(expected, actual) : expected === actual;

/** Blanks around a value and after its commas say nothing. */
const sameText = (name: string, expected: unknown, actual: unknown): boolean => {
  if (typeof expected !== 'string' || typeof actual !== 'string') return isEqual(expected, actual);
  const isList = LISTS.includes(name) || REPEATED.includes(name);
  if (!isList && MEDIA_TYPES.includes(name)) return sameMediaType(expected, actual);
  const [wanted, given] = [elementsOf(expected), elementsOf(actual)];
  return wanted.length === given.length && wanted.every((each, i) => sameElement(name, each, given[i] ?? ''));
};

const RUST_FLOAT = /^[+-]?(?:inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

const isUnsigned = (text: string): boolean => /^\+?\d+$/.test(text) && BigInt(text.replace('+', '')) < 2n ** 64n;

/** Rules that mean something else for the text of a header: the number that it is. */
const IN_TEXT: { readonly [K in MatchingRule['kind']]?: (text: string) => boolean } = {
  integer: isUnsigned,
  decimal: (text) => RUST_FLOAT.test(text),
  number: (text) => RUST_FLOAT.test(text),
};

const brokenIn = ({ list, cascaded }: BestRules, expected: unknown, actual: unknown): readonly MatchingRule[] => {
  if (typeof actual !== 'string') return broken(list, expected, actual, cascaded);
  const failed = list.rules.filter((rule) => {
    const inText = IN_TEXT[rule.kind];
    return inText === undefined
      ? broken({ combine: 'AND', rules: [rule] }, expected, actual, cascaded).length > 0
      : !inText(actual);
  });
  return list.combine === 'OR' && failed.length < list.rules.length ? [] : failed;
};

/** The values that the rules of a header are for: every element of a list, else the whole. */
const valuesOf = (name: string, actual: unknown): readonly unknown[] =>
  typeof actual === 'string' && mayHaveSeveral(name) ? elementsOf(actual) : [actual];

/** How values of one kind are compared. */
interface Comparison {
  readonly same: (name: string, expected: unknown, actual: unknown) => boolean;
  readonly broken: (name: string, best: BestRules, expected: unknown, actual: unknown) => readonly MatchingRule[];
  /** Is nothing broken? */
  readonly fits: (name: string, best: BestRules, expected: unknown) => Fits;
}

const HEADERS: Comparison = {
  same: sameText,
  broken: (name, best, expected, actual) => [
    ...new Set(valuesOf(name, actual).flatMap((value) => brokenIn(best, expected, value))),
  ],
  fits: (name, best, expected) => {
    const isFit: Fits = (value) => brokenIn(best, expected, value).length === 0;
    return mayHaveSeveral(name) ? (actual) => valuesOf(name, actual).every(isFit) : isFit;
  },
};

/** Metadata are values of JSON, and only a media type is more than that. */
const METADATA: Comparison = {
  same: (name, expected, actual) =>
    MEDIA_TYPES.includes(name) && typeof expected === 'string' && typeof actual === 'string'
      ? sameMediaType(expected, actual)
      : isEqual(expected, actual),
  broken: (_, { list, cascaded }, expected, actual) => broken(list, expected, actual, cascaded),
  fits: (_, best, expected) => valueFits(best, expected),
};

/** Each value of the contract must be there and fit; further ones are allowed. */
const matchNamed = (
  comparison: Comparison,
  expected: Named,
  actual: Named,
  rules: RuleCategory,
): readonly BodyMismatch[] =>
  Object.entries(expected).flatMap(([name, example]): readonly BodyMismatch[] => {
    const value = actual[name];
    const wrong = (rule: string, wanted: string): BodyMismatch => ({
      path: name,
      rule,
      expected: wanted,
      actual: show(value),
    });
    if (!Object.hasOwn(actual, name)) return [wrong('required', show(example))];
    const best = rulesOfName(rules, name);
    if (best === undefined)
      return comparison.same(name.toLowerCase(), example, value) ? [] : [wrong('equality', show(example))];
    return comparison.broken(name, best, example, value).map((rule) => wrong(rule.kind, wants(rule, example)));
  });

/** A value of the contract, and whether one that is there fits it. */
export interface NamedTest {
  readonly name: string;
  readonly fits: Fits;
}

const testsOf = (comparison: Comparison, expected: Named, rules: RuleCategory): readonly NamedTest[] =>
  Object.entries(expected).map(([name, example]) => {
    const best = rulesOfName(rules, name);
    const lower = name.toLowerCase();
    return {
      name,
      fits:
        best === undefined
          ? (value) => value === example || comparison.same(lower, example, value)
          : comparison.fits(name, best, example),
    };
  });

/** What matchHeaders asks of each header, looked up once. */
export const headerTests = (expected: Named, rules: RuleCategory): readonly NamedTest[] =>
  testsOf(HEADERS, expected, rules);

/** What matchMetadata asks of each value, looked up once. */
export const metadataTests = (expected: Named, rules: RuleCategory): readonly NamedTest[] =>
  testsOf(METADATA, expected, rules);

export const matchHeaders = (expected: Named, actual: Named, rules: RuleCategory): readonly BodyMismatch[] =>
  matchNamed(HEADERS, expected, actual, rules);

/** Of a message: what travels beside its value. */
export const matchMetadata = (expected: Named, actual: Named, rules: RuleCategory): readonly BodyMismatch[] =>
  matchNamed(METADATA, expected, actual, rules);

/** Is this header's media type JSON's, so that a body of JSON may come with it? */
export const isJsonType = (header: string): boolean =>
  // As nearly all say.
  header === 'application/json' || /^application\/(?:[^;\s]+\+)?json$/i.test(parametersOf(header).type);
