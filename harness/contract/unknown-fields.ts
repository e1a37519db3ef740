/** Fields of real traffic that no interaction has: no violation, but something the contract does not say. */
import { below, rootOf, rulesAt } from './category.ts';
import type { Place, RuleCategory } from './category.ts';
import { formatPath } from './path.ts';
import type { Step } from './path.ts';
import { isFields } from './values.ts';

/** An example with its rules. */
export interface Example {
  readonly body?: unknown;
  readonly rules: RuleCategory;
}

/** What examples know between them. */
export interface KnownFields {
  /** Any field may stand here. */
  open: boolean;
  readonly fields: Map<string, KnownFields>;
  /** The elements of a list. */
  elements?: KnownFields;
}

const nothing = (): KnownFields => ({ open: false, fields: new Map() });

const OPENING: readonly string[] = ['eachKey', 'eachValue', 'values'];

/** An empty object, or one whose names a rule leaves open, takes any field; so does what is no object. */
const isOpen = (example: unknown, place: Place): boolean => {
  if (!isFields(example) || Object.keys(example).length === 0) return true;
  const best = rulesAt(place);
  return best !== undefined && !best.cascaded && best.list.rules.some(({ kind }) => OPENING.includes(kind));
};

const learn = (known: KnownFields, example: unknown, place: Place): void => {
  if (Array.isArray(example)) {
    example.forEach((each: unknown, i) => learn((known.elements ??= nothing()), each, below(place, i)));
    return;
  }
  if (isOpen(example, place)) known.open = true;
  if (!isFields(example)) return;
  for (const [name, value] of Object.entries(example)) {
    const field = known.fields.get(name) ?? nothing();
    known.fields.set(name, field);
    learn(field, value, below(place, name));
  }
};

/** All fields of these examples. */
export const knownFields = (examples: readonly Example[]): KnownFields => {
  const known = nothing();
  for (const { body, rules } of examples) learn(known, body, rootOf(rules));
  return known;
};

/** Adds what of the value is not known to what was found; `steps` lead to it, and are as they were when it is done. */
const findUnknown = (known: KnownFields, value: unknown, steps: Step[], found: string[]): void => {
  if (Array.isArray(value)) {
    if (known.elements === undefined) return;
    for (let i = 0; i < value.length; i += 1) findUnknownAt(known.elements, value[i], i, steps, found);
    return;
  }
  if (known.open || !isFields(value)) return;
  // What is of JSON inherits no names.
  for (const name in value) {
    const field = known.fields.get(name);
    if (field === undefined) found.push(formatPath([...steps, name]));
    else findUnknownAt(field, value[name], name, steps, found);
  }
};

/** The same one step further. */
const findUnknownAt = (known: KnownFields, value: unknown, step: Step, steps: Step[], found: string[]): void => {
  if (typeof value !== 'object' || value === null) return;
  steps.push(step);
  findUnknown(known, value, steps, found);
  steps.pop();
};

/** Paths of the body's fields that are not known; what is below an unknown field is not listed. */
export const unknownFields = (known: KnownFields, actual: unknown): readonly string[] => {
  const found: string[] = [];
  findUnknown(known, actual, [], found);
  return found;
};

/** How many of the body's fields, at any depth, the example itself does not have, whatever its rules allow. */
export const countForeign = (example: unknown, actual: unknown): number => {
  if (typeof actual !== 'object' || actual === null) return 0;
  let count = 0;
  if (Array.isArray(actual)) {
    const first: unknown = Array.isArray(example) ? example[0] : undefined;
    for (const each of actual) count += countForeign(first, each);
    return count;
  }
  if (!isFields(actual)) return 0;
  const known = isFields(example) ? example : undefined;
  // What is of JSON inherits no names.
  for (const name in actual) {
    if (known === undefined || !Object.hasOwn(known, name)) count += 1;
    const inner = actual[name];
    if (typeof inner === 'object') count += countForeign(known?.[name], inner);
  }
  return count;
};
