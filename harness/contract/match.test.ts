import { expect, test } from 'vitest';
import { matchBody } from './body.ts';
import { matchMessage, matchRequest, matchResponse } from './match.ts';
import { parsePact } from './pact.ts';
import type { HttpInteraction, MessageInteraction } from './pact.ts';
import { readCategory } from './rules.ts';

const rules = (body: Readonly<Record<string, readonly object[]>>, combine = 'AND') =>
  readCategory(Object.fromEntries(Object.entries(body).map(([path, matchers]) => [path, { combine, matchers }])));

test('a mismatch names path, rule, expected and actual', () => {
  const type = rules({ '$.list[*].id': [{ match: 'integer' }], "$['odd name']": [{ match: 'type' }] });
  expect(matchBody({ list: [{ id: 1 }], 'odd name': 'x' }, { list: [{ id: 'a' }], 'odd name': 2 }, type)).toEqual([
    { path: '$.list[0].id', rule: 'integer', expected: 'an integer', actual: '"a"' },
    { path: "$['odd name']", rule: 'type', expected: 'a text', actual: '2' },
  ]);
});

test('what is missing and what is too many', () => {
  expect(matchBody({ a: 1, b: { c: 1 } }, { b: {}, d: 2 })).toEqual([
    { path: '$.a', rule: 'required', expected: 'a number', actual: 'absent' },
    { path: '$.b.c', rule: 'required', expected: 'a number', actual: 'absent' },
  ]);
  expect(matchBody({ a: 1 }, { a: 1, d: 2 }, rules({}), { unexpected: 'refused' })).toEqual([
    { path: '$.d', rule: 'unexpected', expected: 'absent', actual: '2' },
  ]);
  expect(matchBody({ a: 1 }, undefined)).toEqual([
    { path: '$', rule: 'required', expected: 'an object', actual: 'no JSON' },
  ]);
});

test('the most specific expression counts; a rule comes down to what is below it', () => {
  const specific = rules({
    '$.data': [{ match: 'type' }],
    '$.data.id': [{ match: 'regex', regex: 'a+' }],
    '$.data.*': [{ match: 'integer' }],
  });
  const example = { data: { id: 'a', n: 1 } };
  expect(matchBody(example, { data: { id: 'aaa', n: 7 } }, specific)).toEqual([]);
  expect(matchBody(example, { data: { id: 'b', n: 'x' } }, specific).map(({ rule }) => rule)).toEqual([
    'regex',
    'integer',
  ]);
  const cascading = rules({ '$.data': [{ match: 'type' }] });
  expect(matchBody({ data: { a: { b: 'x' } } }, { data: { a: { b: 'y' } } }, cascading)).toEqual([]);
  expect(matchBody({ data: { a: { b: 'x' } } }, { data: { a: { b: 1 } } }, cascading)).toHaveLength(1);
});

test('of an OR list one rule is enough', () => {
  const either = rules({ '$.a': [{ match: 'null' }, { match: 'integer' }] }, 'OR');
  expect([null, 3, 'x'].map((a) => matchBody({ a: 1 }, { a }, either).length)).toEqual([0, 0, 2]);
});

const part = (content: unknown, body: object = {}, header: object = {}) => ({
  headers: { 'Content-Type': ['application/json'] },
  body: { content, contentType: 'application/json', encoded: false },
  matchingRules: { body, header },
});

const PACT = parsePact(
  {
    consumer: { name: 'c' },
    provider: { name: 'p' },
    metadata: { pactSpecification: { version: '4.0' } },
    interactions: [
      {
        type: 'Synchronous/HTTP',
        description: 'a call',
        request: { method: 'POST', path: '/calls', ...part({ a: 1 }) },
        response: { status: 201, ...part({ ok: true }) },
      },
      {
        type: 'Asynchronous/Messages',
        description: 'a message',
        contents: { content: { a: 1 } },
        metadata: { topic: 't', key: 'k' },
        matchingRules: { metadata: { key: { combine: 'AND', matchers: [{ match: 'type' }] } } },
      },
    ],
  },
  'c-p.json',
);
const [call, message] = PACT.interactions as readonly [HttpInteraction, MessageInteraction];

test('requests: method, path, headers and body', () => {
  const right = { method: 'post', path: '/calls?x=1', headers: { 'content-type': 'application/json' }, json: { a: 1 } };
  expect(matchRequest(call, right)).toEqual([]);
  const places = (over: object) => matchRequest(call, { ...right, ...over }).map(({ part: p, path }) => `${p} ${path}`);
  expect(places({ method: 'GET' })).toEqual(['method $']);
  expect(places({ path: '/other' })).toEqual(['path $']);
  expect(places({ headers: {} })).toEqual(['header content-type']);
  expect(places({ json: { a: 2 } })).toEqual(['body $.a']);
  expect(matchRequest(call, { ...right, json: undefined })[0]).toMatchObject({
    interaction: 'c-p: a call',
    part: 'body',
  });
});

test('answers: status, headers where they are known, and body', () => {
  expect(matchResponse(call, { status: 201, json: { ok: true, more: 1 } })).toEqual([]);
  expect(matchResponse(call, { status: 200, headers: {}, json: { ok: false } }).map((each) => each.part)).toEqual([
    'status',
    'header',
    'body',
  ]);
});

test('messages: value and metadata', () => {
  expect(matchMessage(message, { contents: { a: 1 }, metadata: { topic: 't', key: 'other' } })).toEqual([]);
  expect(matchMessage(message, { contents: { a: 2 }, metadata: { topic: 'u' } }).map(({ path }) => path)).toEqual([
    'topic',
    'key',
    '$.a',
  ]);
});
