/** A log of one JSON object a line, by the names that loggers commonly give. */
import type { LogField } from '../../config/define.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { isObject, text, wholeNumber } from '../../history/values.ts';
import { instantOf } from './instant.ts';
import { idHeaders, idsWithin, namedIds, objectIn, targetIn } from './logged.ts';
import type { LoggedLine } from './logged.ts';

type Fields = Readonly<Partial<Record<LogField, string>>>;

/** `a.b` is b within a, where nothing is called `a.b`. The first that says something counts. */
const USUAL: Readonly<Record<LogField, readonly string[]>> = {
  time: ['time', 'timestamp', '@timestamp', 'ts', 'time_iso8601', 'datetime', 'date', 't'],
  method: [
    'method',
    'req.method',
    'request.method',
    'request_method',
    'http.request.method',
    'httpRequest.requestMethod',
  ],
  path: [
    'path',
    'url',
    'uri',
    'req.url',
    'req.originalUrl',
    'request.url',
    'request.path',
    'request_uri',
    'originalUrl',
    'url.path',
    'url.original',
    'httpRequest.requestUrl',
  ],
  status: [
    'status',
    'statusCode',
    'status_code',
    'res.statusCode',
    'res.status',
    'response.status',
    'response.statusCode',
    'http.response.status_code',
    'httpRequest.status',
  ],
  body: ['body', 'req.body', 'request.body', 'requestBody', 'request_body'],
  headers: ['headers', 'req.headers', 'request.headers'],
  student: [],
  course: [],
  correlation: [],
};

const valueAt = (line: Readonly<Record<string, unknown>>, name: string): unknown => {
  if (Object.hasOwn(line, name)) return line[name];
  return name
    .split('.')
    .reduce<unknown>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), line);
};

/** The first that is it; where none is, the first that says something. */
const reading =
  (line: Readonly<Record<string, unknown>>, fields: Fields) =>
  <T>(
    field: LogField,
    as: (value: unknown) => T | undefined,
    isIt: (value: T) => boolean = () => true,
  ): T | undefined => {
    const own = fields[field];
    let first: T | undefined;
    for (const name of own === undefined ? USUAL[field] : [own]) {
      const value = as(valueAt(line, name));
      if (value !== undefined && isIt(value)) return value;
      first ??= value;
    }
    return first;
  };

/** The line's request; a line without method and path tells of none. */
export const jsonLine = (pipeline: Pipeline, service: string, fields: Fields, lineText: string): LoggedLine => {
  const line = objectIn(lineText);
  if (line === undefined) return { kind: 'unfit' };
  const read = reading(line, fields);
  const at = read('time', instantOf);
  const method = read('method', text) ?? '';
  // A router within another one logs its own part of the path, and the whole under another name.
  const target = read('path', text, (one) => pipeline.isOperation(service, method, targetIn(pipeline, one).path));
  if (method === '' || target === undefined) return { kind: 'other', at };
  const { path, json } = targetIn(pipeline, target);
  const same = (value: unknown): unknown => value;
  const named = namedIds(pipeline, {
    student: read('student', same),
    course: read('course', same),
    correlation: read('correlation', same),
  });
  return {
    kind: 'request',
    at,
    method: method.slice(0, 20),
    path,
    status: read('status', wholeNumber),
    headers: { ...idHeaders(read('headers', objectIn) ?? {}), ...named.headers },
    json: {
      ...idsWithin(pipeline, line),
      ...json,
      ...idsWithin(pipeline, read('body', objectIn) ?? {}),
      ...named.json,
    },
  };
};
