/** Whole answers: media types of bodies, statuses, rules without their combination, JSON that is none. */
import { JSON_TYPE, bodies } from './case.ts';
import type { AnswerCase } from './case.ts';

const whole = (
  name: string,
  response: object,
  { status = 200, headers = [JSON_TYPE], body = '{"v":1}' }: Partial<AnswerCase> = {},
): AnswerCase => ({ kind: 'answer', name, response: JSON.stringify(response), status, headers, body });

const ruled = (matchers: readonly object[]) => ({
  status: 200,
  matchingRules: { status: { combine: 'AND', matchers } },
});
const typed = (contentType: string, content: unknown) => ({
  status: 200,
  body: { content, contentType, encoded: false },
});
const json = typed('application/json', { v: 1 });

export const WHOLE_CASES: readonly AnswerCase[] = [
  whole('no combination is AND', {
    ...json,
    matchingRules: { body: { '$.v': { matchers: [{ match: 'null' }, { match: 'type' }] } } },
  }),
  whole('JSON as text', {
    status: 200,
    body: { content: '{"v":1}', contentType: 'application/json', encoded: 'JSON' },
  }),
  whole('JSON as base64', {
    status: 200,
    body: { content: 'eyJ2IjoxfQ==', contentType: 'application/json', encoded: 'base64' },
  }),
  whole('no body in the contract', { status: 200 }),
  whole('no media type', json, { headers: [] }),
  whole('text', json, { headers: [['content-type', 'text/plain']] }),
  whole('HAL', json, { headers: [['content-type', 'application/hal+json']] }),
  whole('another JSON', json, { headers: [['content-type', 'application/vnd.api+json; charset=utf-8']] }),
  whole('text/json', json, { headers: [['content-type', 'text/json']] }),
  whole('a status of its class', ruled([{ match: 'statusCode', status: 'clientError' }]), { status: 404 }),
  whole('a status of another class', ruled([{ match: 'statusCode', status: 'clientError' }]), { status: 204 }),
  whole('a status of the list', ruled([{ match: 'statusCode', status: [200, 204] }]), { status: 204 }),
  whole('a status by integer', ruled([{ match: 'integer' }]), { status: 204 }),
  whole('no status in the contract', {}, { status: 200 }),
  whole('no status in the contract, another than 200', {}, { status: 204, body: undefined }),
  ...bodies('{"v":1}', { '$.v': [{ match: 'number' }] }, '{"v":1e400}', '{"v":1e308}'),
];

/**
 * Where the engine is stricter than JSON itself, and its finding would accuse who only passed something on: half a surrogate pair
 * in an escape, and nesting beyond 128.
 */
export const DEVIATIONS: readonly AnswerCase[] = [
  ...bodies('{"v":"a"}', { '$.v': [{ match: 'type' }] }, String.raw`{"v":"\ud800"}`),
  ...bodies('{"v":[]}', { '$.v': [{ match: 'type' }] }, `{"v":${'['.repeat(130)}${']'.repeat(130)}}`),
];
