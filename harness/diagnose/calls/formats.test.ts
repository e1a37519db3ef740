import { expect, test } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { COURSE, PAYMENT, STUDENT } from '../testing/live.ts';
import { commonLine } from './common-line.ts';
import { instantOf } from './instant.ts';
import { jsonLine } from './json-lines.ts';
import { matchAll, patternLines } from './pattern-lines.ts';

const pipeline = pipelineOf(shippedPipeline);
const PATH = '/api/v1/admin/allocations/auto-assign';
const NOON = Date.parse('2026-11-26T12:00:00Z');
const json = (line: unknown, fields = {}) => jsonLine(pipeline, 'admin-service', fields, JSON.stringify(line));

test('moments are numbers of seconds or ms, dates with a zone, and what web servers write', () => {
  const told = [
    NOON,
    NOON / 1000,
    String(NOON),
    '2026-11-26T12:00:00Z',
    '2026-11-26T12:00:00.000000000Z',
    '2026-11-26 13:00:00,000 +0100',
    '26/Nov/2026:07:00:00 -0500',
  ];
  expect(told.map(instantOf)).toEqual(told.map(() => NOON));
  // Without a zone nobody knows when that was; and what is no time is none.
  for (const none of [
    '2026-11-26T12:00:00',
    '12:00',
    '',
    'x'.repeat(100_000),
    -1,
    1e300,
    NaN,
    null,
    {},
    '26/Foo/2026:07:00:00 -0500',
  ])
    expect(instantOf(none)).toBeUndefined();
});

test('a JSON line by the names that loggers give, with ids alone of all that it holds', () => {
  const body = {
    studentId: STUDENT,
    courseId: COURSE,
    notes: 'called my mother',
    paymentMetadata: { correlationId: PAYMENT, card: '4111' },
  };
  const line = json({
    time: NOON,
    req: {
      method: 'POST',
      url: `https://admin.example${PATH}?token=secret-value`,
      headers: { 'X-Correlation-Id': PAYMENT, cookie: 'a=b' },
      body,
    },
    res: { statusCode: 500 },
    user: 'ada@example.com',
  });
  expect(line).toEqual({
    kind: 'request',
    at: NOON,
    method: 'POST',
    path: PATH,
    status: 500,
    headers: { 'x-correlation-id': PAYMENT },
    json: { studentId: STUDENT, courseId: COURSE, paymentMetadata: { correlationId: PAYMENT } },
  });
  expect(json({ '@timestamp': '2026-11-26T12:00:00Z', 'url.path': PATH, 'http.request.method': 'POST' })).toMatchObject(
    {
      at: NOON,
      path: PATH,
      status: undefined,
    },
  );
  const own = { student: 'ctx.who', correlation: 'trace', status: 'code' };
  expect(json({ method: 'POST', path: PATH, ctx: { who: STUDENT }, trace: PAYMENT, code: '201' }, own)).toMatchObject({
    status: 201,
    headers: { 'x-correlation-id': PAYMENT },
    json: { studentId: STUDENT },
  });
});

test('another line of JSON tells of no request, and what is no object is not of the format', () => {
  expect(json({ level: 'info', msg: 'listening', time: NOON })).toEqual({ kind: 'other', at: NOON });
  for (const line of ['{"method":"POST","path":', 'plain', '[1]', '"x"', '', '\u001b[31m{}', '['.repeat(20_000)])
    expect(jsonLine(pipeline, 'admin-service', {}, line)).toEqual({ kind: 'unfit' });
  expect(json({ method: '__proto__', path: 'constructor', status: { a: 1 }, body: '{"studentId":{}}' })).toMatchObject({
    kind: 'request',
    status: undefined,
    json: {},
  });
});

test('what web servers write: method, path, status, and the ids of a query', () => {
  const line = (request: string, status = '503') =>
    commonLine(
      pipeline,
      `10.0.0.1 - ada smith [26/Nov/2026:12:00:00 +0000] "${request}" ${status} 12 "-" "kafkajs \\"x\\""`,
    );
  expect(line(`POST ${PATH}?studentId=${STUDENT}&note=x HTTP/1.1`)).toEqual({
    kind: 'request',
    at: NOON,
    method: 'POST',
    path: PATH,
    status: 503,
    headers: {},
    json: { studentId: STUDENT },
  });
  expect(line(`POST ${PATH} HTTP/2.0`, '-')).toMatchObject({ status: undefined });
  expect(line(String.raw`\x16\x03\x01`, '400')).toEqual({ kind: 'other', at: NOON });
  for (const none of ['', 'x', `${'- '.repeat(10_000)}[`, '10.0.0.1 - - [x] POST / 200'])
    expect(commonLine(pipeline, none)).toEqual({ kind: 'unfit' });
});

test('an expression of one’s own, with groups for what it says', () => {
  const read = patternLines(
    pipeline,
    'admin-service',
    String.raw`^(?<time>\S+) call (?<path>\S+) student=(?<student>\S+) body=(?<body>\{.*\}) -> (?<status>\d+)`,
  );
  const body = JSON.stringify({ courseId: COURSE, name: 'Ada' });
  const [found, none] = read([`2026-11-26T12:00:00Z call ${PATH} student=${STUDENT} body=${body} -> 202`, 'starting']);
  expect(found).toEqual({
    kind: 'request',
    at: NOON,
    // The operation's, where the log does not say it.
    method: 'POST',
    path: PATH,
    status: 202,
    headers: {},
    json: { studentId: STUDENT, courseId: COURSE },
  });
  expect(none).toEqual({ kind: 'unfit' });
});

test('an expression that would take for ever on a line is ended', () => {
  expect(matchAll(/^(a+)+$/, [`${'a'.repeat(60)}!`], 50)).toBeUndefined();
  expect(matchAll(/(?<path>a)/, ['a', 'b'])).toEqual([{ path: 'a' }, null]);
});

test('of several paths in a line the operation’s is taken', () => {
  expect(json({ method: 'POST', path: '/auto-assign', originalUrl: PATH })).toMatchObject({ path: PATH });
  expect(json({ method: 'GET', path: '/healthz', originalUrl: '/admin/healthz' })).toMatchObject({ path: '/healthz' });
});
