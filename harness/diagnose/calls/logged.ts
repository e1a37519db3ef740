/** What a line of a service's log says: of a request what it was for and what came of it, and of ids alone whose it was. */
import { CORRELATION_HEADERS } from '../../history/reading-calls.ts';
import { isObject } from '../../history/values.ts';
import type { Pipeline } from '../../pipeline/queries.ts';

/** Of a request: nothing of it is kept but what is here. */
export interface LoggedRequest {
  /** By the clock of who wrote the log, ms since the epoch; undefined: the line does not say it, or not in which zone. */
  readonly at: number | undefined;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Undefined: the line does not say it. */
  readonly status: number | undefined;
  /** Headers that name whose it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ids by the names of their fields, as they stood in its body, in objects of that, or in the line. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type LoggedLine =
  | ({ readonly kind: 'request' } & LoggedRequest)
  /** It is of the format, and of no request. */
  | { readonly kind: 'other'; readonly at: number | undefined }
  /** It is not of the format: it may tell of a request. */
  | { readonly kind: 'unfit' };

/** Reads lines, each by itself. Errors: none, whatever they hold. */
export type LineFormat = (lines: readonly string[]) => readonly LoggedLine[];

/** No id is longer. */
const LONGEST_ID = 200;

const isId = (value: unknown): boolean =>
  (typeof value === 'string' && value.length <= LONGEST_ID) || typeof value === 'number';

const picked = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(from, name) && isId(from[name]) ? [[name, from[name]]] : [])),
  );

/** The ids in an object and in the objects within it, by the names that the pipeline has for them; all else is left out. */
export const idsWithin = (pipeline: Pipeline, from: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { pair, subject } = pipeline;
  const ofSubject = ['correlationId', ...(subject.id === undefined ? [] : [subject.id])];
  const inside = Object.entries(from).flatMap(([name, value]) => {
    const ids = isObject(value) ? picked(value, ofSubject) : {};
    return Object.keys(ids).length === 0 ? [] : [[name.slice(0, LONGEST_ID), ids] as const];
  });
  return { ...Object.fromEntries(inside), ...picked(from, [...ofSubject, ...pair.map(({ field }) => field)]) };
};

/** Headers by which a request says whose it is. */
export const idHeaders = (from: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(from).flatMap(([name, value]) => {
      const known = CORRELATION_HEADERS.find((one) => one === name.toLowerCase());
      return known !== undefined && typeof value === 'string' && isId(value) ? [[known, value]] : [];
    }),
  );

/** What somebody calls it by another name. */
export const namedIds = (
  { pair: [student, course] }: Pipeline,
  {
    student: studentId,
    course: courseId,
    correlation,
  }: Readonly<Record<'student' | 'course' | 'correlation', unknown>>,
): Pick<LoggedRequest, 'headers' | 'json'> => ({
  headers: isId(correlation) && correlation !== '' ? { [CORRELATION_HEADERS[0]]: String(correlation) } : {},
  json: {
    ...(isId(studentId) ? { [student.field]: studentId } : {}),
    ...(isId(courseId) ? { [course.field]: courseId } : {}),
  },
});

/** A JSON text's object; undefined: it is none. */
export const objectIn = (json: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof json !== 'string') return isObject(json) ? json : undefined;
  try {
    const value = JSON.parse(json) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** A path without host and query, and the ids of the query. */
export const targetIn = (
  pipeline: Pipeline,
  target: string,
): { readonly path: string; readonly json: Record<string, unknown> } => {
  const [, local = ''] = /^(?:https?:\/\/[^/?#]*)?([^#]*)/.exec(target) ?? [];
  const [path = '', query = ''] = local.split(/\?(.*)/s);
  return {
    path: path.slice(0, 2000),
    json: query === '' ? {} : idsWithin(pipeline, Object.fromEntries(new URLSearchParams(query))),
  };
};
