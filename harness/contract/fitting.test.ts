/** Whether something fits is told twice: fast, and by walking it for what is wrong. Both must say the same. */
import { expect, test } from 'vitest';
import { matchBody } from './body.ts';
import { exactJson } from './exact-json.ts';
import { bodyFits } from './fitting.ts';
import { readJson } from './json.ts';
import { matchMessage, matchRequest, matchResponse, messageFits, requestFits, responseFits } from './match.ts';
import { parsePact } from './pact.ts';
import type { HttpInteraction, MessageInteraction } from './pact.ts';
import { readCategory } from './rules.ts';
import { jsonOf } from './testing/answers.ts';
import { mutations } from './testing/mutations.ts';
import { BODY_CASES } from './testing/tricky/bodies.ts';
import type { TrickyCase } from './testing/tricky/case.ts';
import { DATETIME_CASES } from './testing/tricky/datetimes.ts';
import { HEADER_CASES } from './testing/tricky/headers.ts';
import { METADATA_CASES } from './testing/tricky/metadata.ts';
import { NUMBER_CASES } from './testing/tricky/numbers.ts';
import { REGEX_CASES } from './testing/tricky/regexes.ts';
import { WHOLE_CASES } from './testing/tricky/wholes.ts';

const OPTIONS = [{}, { unexpected: 'refused' }] as const;

interface Told {
  readonly fast: boolean;
  readonly walked: boolean;
}

/** Both kinds must be there, or agreeing would mean little. */
const agree = (told: readonly Told[]): void => {
  expect(told.findIndex(({ fast, walked }) => fast !== walked)).toBe(-1);
  for (const wanted of [true, false])
    expect(told.filter(({ walked }) => walked === wanted).length).toBeGreaterThan(told.length / 20);
};

const inBody = (example: unknown, rules: Parameters<typeof bodyFits>[1], actual: unknown): readonly Told[] =>
  OPTIONS.map((options) => ({
    fast: bodyFits(example, rules, options)(actual),
    walked: matchBody(example, actual, rules, options).length === 0,
  }));

test('of mutated bodies', () => {
  agree(
    mutations(20261127, 400).flatMap(({ example, rules, actual }) => [
      ...inBody(example, readCategory(rules), actual),
      ...inBody(example, readCategory(rules), example),
    ]),
  );
});

const interactionOf = (part: object): HttpInteraction =>
  parsePact(
    readJson(
      JSON.stringify({
        consumer: { name: 'consumer' },
        provider: { name: 'provider' },
        interactions: [
          {
            type: 'Synchronous/HTTP',
            description: 'one',
            request: { method: 'POST', path: '/' },
            response: {},
            ...part,
          },
        ],
        metadata: { pactSpecification: { version: '4.0' } },
      }),
    ),
    'fitting',
  ).interactions[0] as HttpInteraction;

const bodyOf = (example: string, rules: string | undefined): string =>
  `"body":{"content":${example},"contentType":"application/json","encoded":false},"matchingRules":{"body":{${rules === undefined ? '' : `"$":${rules}`}}}`;

const toldOf = (each: TrickyCase): readonly Told[] => {
  if (each.kind === 'value') {
    const { response } = interactionOf({ response: JSON.parse(`{${bodyOf(each.example, each.rules)}}`) as object });
    return inBody(response.body, response.rules, jsonOf(each.actual));
  }
  const response = JSON.parse(each.response) as object;
  const headers = Object.fromEntries(each.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const actual = { status: each.status, headers, json: jsonOf(each.body) };
  const answered = interactionOf({ response });
  const { status: _status, ...asked } = response as { readonly status?: number };
  const requested = interactionOf({ request: { method: 'POST', path: '/', ...asked } });
  const request = { method: 'post', path: '/', headers, json: jsonOf(each.body) };
  return [
    { fast: responseFits(answered)(actual), walked: matchResponse(answered, actual).length === 0 },
    {
      fast: requestFits(requested)(request),
      walked: matchRequest(requested, request, { unexpected: 'refused' }).length === 0,
    },
  ];
};

test('of what a matcher easily gets wrong', () => {
  const cases: readonly TrickyCase[] = [
    ...NUMBER_CASES,
    ...REGEX_CASES,
    ...DATETIME_CASES,
    ...HEADER_CASES,
    ...BODY_CASES,
    ...WHOLE_CASES,
  ];
  agree(cases.flatMap(toldOf));
});

test('of metadata', () => {
  const { interactions } = parsePact(
    {
      consumer: { name: 'consumer' },
      provider: { name: 'provider' },
      interactions: METADATA_CASES.map(({ expected, rules }, n) => ({
        type: 'Asynchronous/Messages',
        description: String(n),
        contents: { content: {}, contentType: 'application/json', encoded: false },
        metadata: expected,
        ...(rules === undefined ? {} : { matchingRules: { metadata: rules } }),
      })),
      metadata: { pactSpecification: { version: '4.0' } },
    },
    'fitting',
  );
  agree(
    METADATA_CASES.map(({ actual: metadata }, n) => {
      const message = interactions[n] as MessageInteraction;
      const named = metadata as Readonly<Record<string, unknown>>;
      return {
        fast: messageFits(message)({ contents: {}, metadata: ({ name }) => named[name] }),
        walked: matchMessage(message, { contents: {}, metadata }).length === 0,
      };
    }),
  );
});

test('numbers that JavaScript would write otherwise are found wherever they stand, and nowhere else', () => {
  const isExact = (text: string): boolean => {
    const json: unknown = JSON.parse(text);
    return exactJson({ text }, json) !== json;
  };
  for (const odd of ['1.0', '[10,2.0]', '{"a":-0}', '1e2', '{"a\\"":1E2}', '12345678901234567', '["\\\\",1.0]'])
    expect([odd, isExact(odd)]).toEqual([odd, true]);
  for (const plain of [
    '1',
    '"1.0"',
    '{"1.0":-1}',
    '["a\\"1.0",2]',
    '["\\\\\\"1e2"]',
    '"-0"',
    '123456789012345',
    '{"a":"12345678901234567"}',
  ])
    expect([plain, isExact(plain)]).toEqual([plain, false]);
});
