/**
 * Whether a JSON body fits its example and rules at all, as matchBody walks it: places and rules are looked up once, and no words are
 * made. Most traffic fits, and only of what does not is asked where and why.
 */
import { matchPlace } from './body.ts';
import type { BodyOptions } from './body.ts';
import { below, rootOf, rulesAt } from './category.ts';
import type { BestRules, Place, RuleCategory } from './category.ts';
import type { MatchingRule, RuleList } from './rule.ts';
import { fits, fitsCount, isEqual, isFields, typeOf } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

/** Undefined is a value that is not there. */
export type Fits = (actual: unknown) => boolean;

interface Compiling {
  readonly options: BodyOptions;
}

const always: Fits = () => true;

const all = (tests: readonly Fits[]): Fits => {
  const needed = tests.filter((test) => test !== always);
  const [first = always, second] = needed;
  if (second === undefined) return first;
  return (actual) => {
    for (const test of needed) if (!test(actual)) return false;
    return true;
  };
};

const refuses = ({ options }: Compiling): boolean => options.unexpected === 'refused';

/** Of rules that stand at the object itself: what they say of its names. */
const namesFit = (compiling: Compiling, expected: Fields, isFree: boolean, forNames: readonly MatchingRule[]): Fits =>
  all([
    isFree || !refuses(compiling)
      ? always
      : (actual) => {
          // What is of JSON inherits no names.
          for (const name in actual as Fields) if (!Object.hasOwn(expected, name)) return false;
          return true;
        },
    forNames.length === 0
      ? always
      : (actual) => Object.keys(actual as Fields).every((name) => forNames.every((each) => fits(each, '', name))),
  ]);

/** Every field of the example that is there, and that all are, but where names are free. */
const partsFit = (compiling: Compiling, place: Place, expected: Fields, isFree: boolean): Fits => {
  const parts = Object.entries(expected).map(
    ([name, example]) => [name, compile(compiling, below(place, name), example)] as const,
  );
  if (parts.length === 0) return always;
  const [names, tests] = [parts.map(([name]) => name), parts.map(([, part]) => part)];
  return (actual) => {
    const fields = actual as Fields;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i]!;
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      // JSON has no undefined: such a field is not there.
      if (value === undefined ? !isFree : !tests[i]!(value)) return false;
    }
    return true;
  };
};

const FOR_FIELDS: readonly string[] = ['regex', 'type', 'equality', 'notEmpty', 'values', 'eachKey', 'eachValue'];

const countFits = (rule: MatchingRule, expected: Fields, cascaded: boolean): Fits => {
  if (!FOR_FIELDS.includes(rule.kind)) return () => false;
  if (rule.kind === 'equality') return (actual) => isEqual(expected, actual);
  if (rule.kind === 'notEmpty') return (actual) => Object.keys(actual as Fields).length > 0;
  return cascaded || rule.kind !== 'type' ? always : (actual) => fitsCount(rule, Object.keys(actual as Fields).length);
};

/** Of an object; undefined: its rules are of a kind for which it is walked. */
const fieldsFit = (compiling: Compiling, place: Place, expected: Fields): Fits | undefined => {
  const best = rulesAt(place);
  const rules = best?.list.rules ?? [];
  const own = best?.cascaded === false ? rules : [];
  if (own.some(({ kind }) => kind === 'values' || kind === 'eachValue')) return undefined;
  const isFree = own.some(({ kind }) => kind === 'eachKey');
  const forNames = own.flatMap((rule) => (rule.kind === 'eachKey' ? rule.rules : []));
  const tests = [
    namesFit(compiling, expected, isFree, forNames),
    ...rules.map((rule) => countFits(rule, expected, best?.cascaded === true)),
    partsFit(compiling, place, expected, isFree),
  ];
  // Of an empty example that refuses what it has not, and of an empty list of rules, nothing else is asked.
  return all([
    refuses(compiling) && Object.keys(expected).length === 0
      ? (actual) => Object.keys(actual as Fields).length === 0
      : always,
    ...(best !== undefined && rules.length === 0 ? [] : tests),
  ]);
};

/** Of a list without rules of its own. */
const elementsFit = (compiling: Compiling, place: Place, expected: List): Fits => {
  const parts = expected.map((each, i) => compile(compiling, below(place, i), each));
  return (actual) => {
    const list = actual as List;
    return list.length === parts.length && parts.every((part, i) => part(list[i]));
  };
};

/** Of a value by rules: is there none that it breaks? */
export const valueFits = ({ list, cascaded }: BestRules, expected: unknown): Fits => {
  const [rule, other] = list.rules;
  if (rule === undefined) return always;
  if (other !== undefined) {
    const tests = list.rules.map((each) => valueFits({ list: { ...list, rules: [each] }, cascaded }, expected));
    return list.combine === 'OR'
      ? (actual) => tests.some((test) => test(actual))
      : (actual) => tests.every((test) => test(actual));
  }
  if (rule.kind === 'regex')
    return (actual) =>
      typeof actual === 'string' ? rule.compiled.test(actual) : fits(rule, expected, actual, cascaded);
  // With bounds it also says how long a list is.
  if (rule.kind === 'type' && rule.min === undefined && rule.max === undefined) {
    const type = typeOf(expected);
    return (actual) => typeOf(actual) === type;
  }
  return (actual) => fits(rule, expected, actual, cascaded);
};

const EQUALITY: RuleList = { combine: 'AND', rules: [{ kind: 'equality' }] };

const compile = (compiling: Compiling, place: Place, expected: unknown): Fits => {
  const walked: Fits = (actual) => matchPlace(place, expected, actual, compiling.options).length === 0;
  if (isFields(expected)) {
    const fit = fieldsFit(compiling, place, expected) ?? walked;
    return (actual) => isFields(actual) && fit(actual);
  }
  if (Array.isArray(expected)) {
    const fit = rulesAt(place) === undefined ? elementsFit(compiling, place, expected) : walked;
    return (actual) => Array.isArray(actual) && fit(actual);
  }
  return valueFits(rulesAt(place) ?? { list: EQUALITY, cascaded: false }, expected);
};

/** Does it fit: is there nothing that matchBody would find? Never throws, whatever `actual` is. */
export const bodyFits = (expected: unknown, rules: RuleCategory, options: BodyOptions = {}): Fits => {
  const fit = compile({ options }, rootOf(rules), expected);
  return (actual) => actual !== undefined && fit(actual);
};
