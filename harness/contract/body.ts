/** JSON bodies against an example and its matching rules, the way Pact's engine walks them (pact_matching, json.rs). */
import { NO_RULES, below, rootOf, rulesAt, stepsTo, withRulesBelow } from './category.ts';
import type { BestRules, Place, RuleCategory } from './category.ts';
import { formatPath } from './path.ts';
import type { MatchingRule, RuleList } from './rule.ts';
import { broken, fits, fitsCount, isEqual, isFields, show, typeName, typeOf, wants } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One place in which a value is not what the contract says. */
export interface BodyMismatch {
  /** JSON path: `$.data.id`. */
  readonly path: string;
  /** The rule's name in Pact; `required` for what is missing, `unexpected` for what is too many. */
  readonly rule: string;
  readonly expected: string;
  readonly actual: string;
}

export interface BodyOptions {
  /** Fields the example does not have: Pact allows them in answers and messages, not in requests. */
  readonly unexpected?: 'allowed' | 'refused';
}

interface Walk {
  readonly options: BodyOptions;
  readonly found: BodyMismatch[];
}

const report = (walk: Walk, place: Place, rule: string, expected: string, actual: string): void =>
  void walk.found.push({ path: formatPath(stepsTo(place)), rule, expected, actual });

/** JSON has no undefined: a field that is undefined is not there. */
const has = (fields: Fields, name: string): boolean => Object.hasOwn(fields, name) && fields[name] !== undefined;

const names = (fields: Fields): readonly string[] => Object.keys(fields);

const hasDirect = (best: BestRules | undefined, kinds: readonly string[]): boolean =>
  best !== undefined && !best.cascaded && best.list.rules.some(({ kind }) => kinds.includes(kind));

/** Which fields must and may be there. */
const compareNames = (walk: Walk, place: Place, expected: Fields, actual: Fields): void => {
  const best = rulesAt(place);
  if (!hasDirect(best, ['values', 'eachValue', 'eachKey'])) {
    for (const name of names(expected)) {
      if (has(actual, name)) continue;
      report(walk, below(place, name), 'required', typeName(expected[name]), 'absent');
    }
    if (walk.options.unexpected === 'refused')
      for (const name of names(actual))
        if (!Object.hasOwn(expected, name))
          report(walk, below(place, name), 'unexpected', 'absent', show(actual[name]));
  }
  for (const rule of best?.list.rules ?? [])
    if (rule.kind === 'eachKey' && best?.cascaded === false)
      for (const name of names(actual))
        for (const each of rule.rules)
          if (!fits(each, '', name))
            report(walk, below(place, name), 'eachKey', `a name: ${wants(each, '')}`, show(name));
};

const compareShared = (walk: Walk, place: Place, expected: Fields, actual: Fields): void => {
  for (const name of names(expected))
    if (has(actual, name)) compare(walk, below(place, name), expected[name], actual[name]);
};

/** Every value is compared, by the example of that name or else by the first one. */
const compareValues = (walk: Walk, place: Place, expected: Fields, actual: Fields, rule: MatchingRule): void => {
  const inner = rule.kind === 'eachValue' ? withRulesBelow(place, { combine: 'AND', rules: rule.rules }) : place;
  const first = names(expected)[0];
  for (const name of names(actual)) {
    const example = Object.hasOwn(expected, name) ? name : first;
    if (example !== undefined) compare(walk, below(inner, name), expected[example], actual[name]);
  }
};

const FOR_FIELDS: readonly string[] = ['regex', 'type', 'equality', 'notEmpty', 'values', 'eachKey', 'eachValue'];

const fieldsFit = (rule: MatchingRule, expected: Fields, actual: Fields, cascaded: boolean): boolean => {
  if (!FOR_FIELDS.includes(rule.kind)) return false;
  if (rule.kind === 'equality') return isEqual(expected, actual);
  if (rule.kind === 'notEmpty') return names(actual).length > 0;
  return cascaded || fitsCount(rule, names(actual).length);
};

const compareFields = (walk: Walk, place: Place, expected: Fields, actual: Fields): void => {
  const best = rulesAt(place);
  if (names(expected).length === 0 && walk.options.unexpected === 'refused' && names(actual).length > 0) {
    report(walk, place, 'unexpected', 'an empty object', show(actual));
    return;
  }
  if (best === undefined) {
    compareNames(walk, place, expected, actual);
    compareShared(walk, place, expected, actual);
    return;
  }
  for (const rule of best.list.rules) {
    if (!best.cascaded && (rule.kind === 'values' || rule.kind === 'eachValue')) {
      compareValues(walk, place, expected, actual, rule);
      continue;
    }
    if (!fieldsFit(rule, expected, actual, best.cascaded))
      report(walk, place, rule.kind, wants(rule, expected), show(actual));
    compareNames(walk, place, expected, actual);
    compareShared(walk, place, expected, actual);
  }
};

type List = readonly unknown[];

const compareElements = (walk: Walk, place: Place, expected: List, actual: List): void => {
  const count = Math.max(expected.length, actual.length);
  for (let i = 0; i < count; i += 1) {
    const example = i < expected.length ? expected[i] : expected[0];
    if (i < actual.length) compare(walk, below(place, i), example, actual[i]);
    else if (rulesAt(below(place, i)) === undefined)
      report(walk, below(place, i), 'required', typeName(example), 'absent');
  }
};

const FOR_LISTS: readonly string[] = ['null', 'statusCode'];

const compareListBy = (walk: Walk, place: Place, expected: List, actual: List, rule: MatchingRule, best: BestRules) => {
  if (expected.length === 0) return;
  if (rule.kind === 'eachValue') {
    if (!best.cascaded)
      compareElements(walk, withRulesBelow(place, { combine: 'AND', rules: rule.rules }), expected, actual);
    return;
  }
  const right =
    rule.kind === 'equality'
      ? isEqual(expected, actual)
      : rule.kind === 'notEmpty'
        ? actual.length > 0
        : !FOR_LISTS.includes(rule.kind) && (best.cascaded || fitsCount(rule, actual.length));
  if (!right) report(walk, place, rule.kind, wants(rule, expected), show(actual));
  compareElements(walk, place, expected, actual);
};

const compareLists = (walk: Walk, place: Place, expected: List, actual: List): void => {
  const best = rulesAt(place);
  if (best === undefined) {
    if (expected.length !== actual.length)
      report(walk, place, 'equality', `a list of ${expected.length}`, `a list of ${actual.length}`);
    for (let i = 0; i < Math.min(expected.length, actual.length); i += 1)
      compare(walk, below(place, i), expected[i], actual[i]);
    return;
  }
  const results = best.list.rules.map((rule) => {
    const found: BodyMismatch[] = [];
    compareListBy({ ...walk, found }, place, expected, actual, rule, best);
    return found;
  });
  if (best.list.combine === 'OR' && results.some((found) => found.length === 0)) return;
  walk.found.push(...results.flat());
};

const EQUALITY: RuleList = { combine: 'AND', rules: [{ kind: 'equality' }] };

const compare = (walk: Walk, place: Place, expected: unknown, actual: unknown): void => {
  if (isFields(expected) && isFields(actual)) return compareFields(walk, place, expected, actual);
  if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(walk, place, expected, actual);
  if (isFields(expected) || Array.isArray(expected)) {
    report(walk, place, 'type', typeName(expected), typeOf(actual) === 'absent' ? 'absent' : show(actual));
    return;
  }
  const { list, cascaded } = rulesAt(place) ?? { list: EQUALITY, cascaded: false };
  for (const rule of broken(list, expected, actual, cascaded))
    report(walk, place, rule.kind, wants(rule, expected), show(actual));
};

/** The same of a part of a body: where the value at the place does not fit. */
export const matchPlace = (
  place: Place,
  expected: unknown,
  actual: unknown,
  options: BodyOptions,
): readonly BodyMismatch[] => {
  const walk: Walk = { options, found: [] };
  compare(walk, place, expected, actual);
  return walk.found;
};

/** Where a JSON value does not fit its example and rules; empty when it does. Never throws, whatever `actual` is. */
export const matchBody = (
  expected: unknown,
  actual: unknown,
  rules: RuleCategory = NO_RULES,
  options: BodyOptions = {},
): readonly BodyMismatch[] => {
  if (actual === undefined) return [{ path: '$', rule: 'required', expected: typeName(expected), actual: 'no JSON' }];
  return matchPlace(rootOf(rules), expected, actual, options);
};
