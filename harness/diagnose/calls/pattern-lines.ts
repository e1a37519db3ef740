/** A log of which the team says by a regular expression how a request stands in it. */
import { createContext, Script } from 'node:vm';
import type { Pipeline } from '../../pipeline/queries.ts';
import { text, wholeNumber } from '../../history/values.ts';
import { instantOf } from './instant.ts';
import { idsWithin, namedIds, objectIn, targetIn } from './logged.ts';
import type { LineFormat, LoggedLine } from './logged.ts';

type Groups = Readonly<Record<string, string | undefined>>;

/** For the lines that are read at once, ms: an expression may take for ever on a line that somebody chose. */
const DEADLINE_MS = 1000;

const MATCH = new Script(
  'lines.map((line) => { const found = expression.exec(line); return found && { ...found.groups }; })',
);

/** Of each line its groups, or null; undefined: it took too long. Only a script of its own can be ended in the middle of an expression. */
export const matchAll = (
  expression: RegExp,
  lines: readonly string[],
  deadlineMs: number = DEADLINE_MS,
): readonly (Groups | null)[] | undefined => {
  try {
    return MATCH.runInContext(createContext({ lines, expression }), { timeout: deadlineMs }) as (Groups | null)[];
  } catch {
    return undefined;
  }
};

const lineOf = (pipeline: Pipeline, service: string, groups: Groups | null): LoggedLine => {
  if (groups === null) return { kind: 'unfit' };
  const at = instantOf(groups['time']);
  const target = text(groups['path']);
  if (target === undefined) return { kind: 'other', at };
  const { path, json } = targetIn(pipeline, target);
  const { student, course, correlation } = groups;
  const named = namedIds(pipeline, { student, course, correlation });
  return {
    kind: 'request',
    at,
    // A log of one operation's requests need not say it.
    method: text(groups['method']) ?? pipeline.service(service).operation.method,
    path,
    status: wholeNumber(groups['status']),
    headers: named.headers,
    json: { ...json, ...idsWithin(pipeline, objectIn(groups['body']) ?? {}), ...named.json },
  };
};

/** Lines that took too long are told as what does not fit. */
export const patternLines =
  (pipeline: Pipeline, service: string, pattern: string): LineFormat =>
  (lines) => {
    const found = matchAll(new RegExp(pattern), lines);
    return lines.map((_, i) => (found === undefined ? { kind: 'unfit' } : lineOf(pipeline, service, found[i] ?? null)));
  };
