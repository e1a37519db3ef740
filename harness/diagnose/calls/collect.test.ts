import { expect, test } from 'vitest';
import { createLineReader } from '../../base/line-reader.ts';
import type { ServiceLog } from '../../config/types.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { COURSE, NOON, PAYMENT, STUDENT } from '../testing/live.ts';
import { subjectOf } from '../whose.ts';
import { createLogCollector } from './collect.ts';
import type { Prefix } from './collect.ts';

const pipeline = pipelineOf(shippedPipeline);
const PATH = '/api/v1/admin/allocations/auto-assign';
const OTHER = '2fa90c93-ea40-4ba9-a7bf-4ed47e735b92';

const seenIn = (bytes: string | Buffer, prefix: Prefix = 'none', more: Partial<ServiceLog> = {}) => {
  const log: ServiceLog = { place: { file: '/log' }, format: 'any', fields: {}, besides: undefined, ...more };
  const subject = subjectOf(pipeline, PAYMENT, { studentId: STUDENT, courseId: COURSE });
  const into = createLogCollector(pipeline, subject, { service: 'admin-service', log, prefix });
  const reader = createLineReader((line) => into.add(line));
  reader.write(Buffer.from(bytes));
  return into.seen();
};

const line = (body: object, more: object = {}): string =>
  `${JSON.stringify({ time: NOON, method: 'POST', path: PATH, status: 201, body, ...more })}\n`;
const pair = { studentId: STUDENT, courseId: COURSE };

test('calls are kept that name the payment, or do not say whose they are; all are counted', () => {
  const seen = seenIn(
    [
      line(pair),
      line({ studentId: OTHER, courseId: COURSE }),
      line({ studentId: STUDENT, courseId: OTHER }),
      // Of whichever course.
      line({ studentId: STUDENT }),
      line({ correlationId: PAYMENT, studentId: OTHER }),
      // Many services make an id of their own for each request.
      line({}, { headers: { 'x-correlation-id': OTHER } }),
      // Another payment of theirs: it may have done the work of both.
      line({ ...pair, correlationId: OTHER }),
      line({}),
      line({ studentId: 'undefined' }),
      line(pair, { path: '/healthz' }),
    ].join(''),
  );
  expect(seen).toMatchObject({ requests: 9, unfit: { lines: 0 } });
  expect(seen.own.map(({ json }) => json)).toMatchObject([pair, { correlationId: PAYMENT, studentId: OTHER }]);
  expect(seen.strays.map(({ json, headers }) => [json, headers])).toEqual([
    [{}, {}],
    [{}, {}],
    [{}, {}],
    [{}, {}],
    [{}, {}],
  ]);
  expect(seen.parts).toEqual([{ name: 'the log', lines: 10, since: NOON, until: NOON }]);
});

test('whatever comes is harmless: binary, escapes, a line without an end, a flood of calls', () => {
  const flood = line({}).repeat(5000);
  const hostile = Buffer.concat([
    Buffer.from([0, 255, 254, 10]),
    Buffer.from('\u001b]0;title\u0007\u202e::error::x\n'),
    Buffer.from(`${JSON.stringify({ method: 'POST', path: PATH, note: 'x'.repeat(1_000_000) })}\n`),
    Buffer.from(`{"a":${'['.repeat(15_000)}\n\n   \n`),
    Buffer.from(flood),
  ]);
  const seen = seenIn(hostile);
  expect(seen.unfit).toEqual({ lines: 4, first: 1 });
  expect(seen.strays).toHaveLength(100);
  expect(seen.requests).toBe(5000);
  expect(JSON.stringify(seen).length).toBeLessThan(100_000);
  // They were written by the time of the line after them.
  expect(seen.parts).toEqual([{ name: 'the log', lines: 5004, since: NOON, until: NOON, unfit: NOON }]);
});

test('lines that tell of no request may be named; a last line without its end is still being written', () => {
  const text = `> admin@1.0.0 start\n    at handler (app.js:3)\n${line(pair)}${line(pair).trimEnd()}`;
  expect(seenIn(text).unfit.lines).toBe(2);
  const named = seenIn(text, 'none', { besides: String.raw`^(> | +at )` });
  expect(named).toMatchObject({ unfit: { lines: 0 }, requests: 1 });
  expect(named.parts).toEqual([{ name: 'the log', lines: 3, since: NOON, until: NOON }]);
});

test('what docker and kubectl put before each line says when it was written, and of which pod', () => {
  const at = (ms: number): string => new Date(NOON + ms).toISOString().replace('Z', '000000Z');
  const docker = seenIn(`${at(0)} starting\n${at(1000)} ${line(pair, { time: '12:00' })}${at(2000)}\n`, 'time');
  expect(docker.parts).toEqual([{ name: 'the log', lines: 3, since: NOON, until: NOON + 2000, unfit: NOON + 2000 }]);
  expect(docker.own).toMatchObject([{ at: NOON + 1000 }]);
  const pods = seenIn(
    `[pod/admin-1/app] ${at(0)} ${line(pair)}[pod/admin-2/app] ${at(5)} ${line({})}error: lost connection to pod\n`,
    'pod',
  );
  expect(pods.parts).toEqual([
    { name: 'pod/admin-1/app', lines: 1, since: NOON, until: NOON },
    { name: 'pod/admin-2/app', lines: 1, since: NOON + 5, until: NOON + 5 },
    { name: 'the log', lines: 1, unfit: null },
  ]);
});
