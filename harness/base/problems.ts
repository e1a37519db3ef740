/** What is wrong with a value a user wrote: where, what it is, what is allowed. Built on zod's issues. */
import type { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { redact } from './redact.ts';

export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  /** What is allowed there. */
  readonly message: string;
  /** The key is not known, and so is what its value means: it may be a misspelt password. */
  readonly isUnknownKey?: true;
}

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const keysOf = (issue: RawIssue): string[] => {
  const definition = issue.inst === undefined ? undefined : (issue.inst as z.core.$ZodType)._zod.def;
  return definition !== undefined && 'shape' in definition ? Object.keys(definition.shape as object) : [];
};

const list = (values: readonly unknown[]): string => values.map(String).join(', ');

const A_OR_AN: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  int: 'a whole number',
};

const choose = (input: unknown, values: readonly unknown[]): string =>
  `allowed: ${list(values)}${typeof input === 'string' ? didYouMean(input, values.map(String)) : ''}`;

/** Says what is allowed, for the kinds of issue that zod's own message leaves it out of. */
export const allowed = (issue: RawIssue): string | undefined => {
  if (issue.code === 'invalid_value') return choose(issue.input, issue.values);
  if (issue.code === 'invalid_type') return `must be ${A_OR_AN[issue.expected] ?? `a ${issue.expected}`}`;
  if (issue.code === 'unrecognized_keys') return `allowed: ${list(keysOf(issue))}`;
  if (issue.code === 'invalid_union' && Array.isArray(issue['options'])) {
    const input = issue.input as Record<string, unknown> | undefined;
    return choose(input?.[String(issue['discriminator'])], issue['options']);
  }
  if (issue.code === 'too_small') {
    const { minimum } = issue;
    if (issue.origin === 'array') return `needs at least ${minimum}`;
    return issue.origin === 'string' ? 'must not be empty' : `must be at least ${minimum}`;
  }
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return undefined;
};

const unfold = (issue: Issue, prefix: Path): Problem[] => {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = issue.message.replace(/^allowed: /, '').split(', ');
      return {
        path: [...path, key],
        message: `unknown key; ${issue.message}${didYouMean(key, known)}`,
        isUnknownKey: true,
      };
    });
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The alternative that was meant is the one whose outer shape fits.
    const meant = issue.errors.find((errors) => errors.every((error) => error.path.length > 0 || 'keys' in error));
    if (meant !== undefined) return meant.flatMap((error) => unfold(error, path));
    const messages = issue.errors.flat().map((error) => error.message);
    return [{ path, message: [...new Set(messages)].join(', or ') }];
  }
  if (issue.code === 'invalid_key')
    return [{ path, message: [...new Set(issue.issues.map((inner) => inner.message))].join(', and ') }];
  return [{ path, message: issue.message }];
};

/** Everything that does not fit, in the order it was found; empty when the value fits. */
export const problemsOf = (schema: z.ZodType, value: unknown): Problem[] => {
  const result = schema.safeParse(value, { error: allowed });
  return result.success ? [] : result.error.issues.flatMap((issue) => unfold(issue, []));
};

/** `faults[0].worker`; the whole value is "(the whole)". */
export const formatPath = (path: Path): string =>
  path.length === 0
    ? '(the whole)'
    : path
        .map((step, i) => {
          if (typeof step === 'number') return `[${step}]`;
          const name = String(step);
          if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
          return i === 0 ? name : `.${name}`;
        })
        .join('');

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );

/** What kind of value it is, and nothing of it. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const kind = typeof value;
  return kind === 'object'
    ? 'an object'
    : kind === 'string'
      ? value === ''
        ? 'an empty text'
        : 'a text'
      : `a ${kind}`;
};

const LONGEST_VALUE = 100;

/** What holds values may hold a credential under a name of its own: only its kind is told, unless it is empty. */
const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const show = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (isFilled(value)) return kindOf(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'number') return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  const clean = redact(text);
  return clean.length > LONGEST_VALUE ? `${clean.slice(0, LONGEST_VALUE)}…` : clean;
};

/** Keys below which values are credentials, addresses with them, or variables that may hold them. */
const PRIVATE: ReadonlySet<PropertyKey> = new Set(['external', 'env']);

/**
 * One line: key, value, what is allowed. Credentials in the value are hidden; where a value may be one, because of where it
 * stands or because nobody knows what it means, only its kind is told.
 */
export const formatProblem = (problem: Problem, value: unknown): string => {
  const given = at(value, problem.path);
  const isPrivate = problem.isUnknownKey === true || problem.path.some((step) => PRIVATE.has(step));
  return redact(`${formatPath(problem.path)}: ${isPrivate ? kindOf(given) : show(given)}: ${problem.message}`);
};
