/** The cases on which a matcher easily differs from Pact's own engine: both judge alike, or the pact is refused when it is read. */
import { expect, test } from 'vitest';
import { readJson } from './json.ts';
import { matchMessage } from './match.ts';
import { parsePact } from './pact.ts';
import type { HttpInteraction, MessageInteraction } from './pact.ts';
import { matchAnswer } from './testing/answers.ts';
import { verifyAnswers, verifyMetadata } from './testing/engine.ts';
import type { Answer } from './testing/engine.ts';
import { BODY_CASES, REFUSED_BODIES } from './testing/tricky/bodies.ts';
import { JSON_TYPE, byFormat, byRegex } from './testing/tricky/case.ts';
import type { AnswerCase, TrickyCase, ValueCase } from './testing/tricky/case.ts';
import { DATETIME_CASES, REFUSED_FORMATS } from './testing/tricky/datetimes.ts';
import { HEADER_CASES, REFUSED_HEADERS } from './testing/tricky/headers.ts';
import { METADATA_CASES } from './testing/tricky/metadata.ts';
import { NUMBER_CASES } from './testing/tricky/numbers.ts';
import { REFUSED_PATTERNS, REGEX_CASES } from './testing/tricky/regexes.ts';
import { DEVIATIONS, WHOLE_CASES } from './testing/tricky/wholes.ts';

/** The engine needs about as long for one interaction as for many places in it. */
const IN_ONE = 40;

interface Pack {
  readonly response: string;
  readonly answer: Answer;
  /** The cases in it; a place each, or one for the whole. */
  readonly cases: readonly TrickyCase[];
}

const packed = (cases: readonly ValueCase[]): Pack => {
  const rules = cases.flatMap(({ rules: each }, m) => (each === undefined ? [] : [`"$.c${m}":${each}`]));
  const object = (part: 'example' | 'actual') => `{${cases.map((each, m) => `"c${m}":${each[part]}`).join(',')}}`;
  return {
    response:
      `{"status":200,"headers":{"content-type":"application/json"},"body":{"content":${object('example')},` +
      `"contentType":"application/json","encoded":false},"matchingRules":{"body":{${rules.join(',')}}}}`,
    answer: { status: 200, headers: [JSON_TYPE], body: object('actual') },
    cases,
  };
};

const packsOf = (cases: readonly TrickyCase[]): readonly Pack[] => {
  const values = cases.filter((each): each is ValueCase => each.kind === 'value');
  const wholes = cases.filter((each): each is AnswerCase => each.kind === 'answer');
  return [
    ...Array.from({ length: Math.ceil(values.length / IN_ONE) }, (_, i) =>
      packed(values.slice(i * IN_ONE, (i + 1) * IN_ONE)),
    ),
    ...wholes.map((each) => ({ response: each.response, answer: each, cases: [each] })),
  ];
};

const pactOf = (responses: readonly string[]): string => {
  const interactions = responses.map(
    (response, n) =>
      `{"type":"Synchronous/HTTP","description":"${n}","request":{"method":"GET","path":"/${n}"},"response":${response}}`,
  );
  return `{"consumer":{"name":"consumer"},"provider":{"name":"provider"},"interactions":[${interactions.join(',')}],"metadata":{"pactSpecification":{"version":"4.0"}}}`;
};

const isAt = (m: number, path: string): boolean => new RegExp(String.raw`^\$\.c${m}(?![0-9])`).test(path);

type Found = readonly { readonly path: string }[];

const wrongIn = ({ cases }: Pack, found: Found): readonly boolean[] =>
  cases.map((each, m) => (each.kind === 'answer' ? found.length > 0 : found.some(({ path }) => isAt(m, path))));

const told = async (cases: readonly TrickyCase[]) => {
  const packs = packsOf(cases);
  const pact = pactOf(packs.map(({ response }) => response));
  const theirs = await verifyAnswers(
    pact,
    packs.map(({ answer }) => answer),
  );
  const { interactions } = parsePact(readJson(pact), 'tricky');
  return packs.flatMap((pack, n) => {
    const engine = wrongIn(pack, theirs[n] as Found);
    const matcher = wrongIn(pack, matchAnswer(interactions[n] as HttpInteraction, pack.answer));
    return pack.cases.map(({ name }, m) => ({ name, engine: engine[m], matcher: matcher[m] }));
  });
};

test.each<[string, number, readonly TrickyCase[]]>([
  ['numbers as they are written', 150, NUMBER_CASES],
  ['regular expressions', 200, REGEX_CASES],
  ['dates and times', 150, DATETIME_CASES],
  ['headers', 150, HEADER_CASES],
  ['bodies', 250, BODY_CASES],
  ['whole answers', 10, WHOLE_CASES],
])('agrees with Pact’s own engine on %s', { timeout: 120_000 }, async (_, least, cases) => {
  const judged = await told(cases);
  const differing = judged.filter(({ engine, matcher }) => engine !== matcher);
  expect(
    differing.map(({ name, engine }) => `${name}: the engine finds it ${engine === true ? 'wrong' : 'right'}`),
  ).toEqual([]);
  // Both kinds must be there, or agreeing would mean little.
  expect(judged.length).toBeGreaterThanOrEqual(least);
  expect(judged.filter(({ engine }) => engine === true).length).toBeGreaterThan(judged.length / 10);
  expect(judged.filter(({ engine }) => engine === false).length).toBeGreaterThan(judged.length / 10);
});

const messagePact = (messages: readonly object[]): string =>
  JSON.stringify({
    consumer: { name: 'consumer' },
    provider: { name: 'provider' },
    interactions: messages.map((message, n) => ({
      type: 'Asynchronous/Messages',
      description: String(n),
      contents: { content: {}, contentType: 'application/json', encoded: false },
      ...message,
    })),
    metadata: { pactSpecification: { version: '4.0' } },
  });

test('agrees with Pact’s own engine on metadata of messages', { timeout: 240_000 }, async () => {
  const pact = messagePact(
    METADATA_CASES.map(({ expected, rules }) => ({
      metadata: expected,
      ...(rules === undefined ? {} : { matchingRules: { metadata: rules } }),
    })),
  );
  const actuals = METADATA_CASES.map(({ actual }) => actual);
  const theirs = await verifyMetadata(pact, actuals);
  const { interactions } = parsePact(readJson(pact), 'tricky');
  const differing = METADATA_CASES.filter(({ actual: metadata }, n) => {
    const ours = matchMessage(interactions[n] as MessageInteraction, { contents: {}, metadata });
    return ours.length > 0 !== (theirs[n] ?? []).length > 0;
  });
  expect(differing).toEqual([]);
  const wrong = theirs.filter((found) => found.length > 0).length;
  expect([wrong > 50, METADATA_CASES.length - wrong > 30]).toEqual([true, true]);
});

test('a metadata rule that applies to nothing is refused', () => {
  const pact = messagePact([
    { metadata: { 'header.x': 'a' }, matchingRules: { metadata: { 'header.x': { matchers: [{ match: 'type' }] } } } },
  ]);
  expect(() => parsePact(readJson(pact), 'f')).toThrow(
    "metadata: a rule under 'header.x' applies to nothing: write $['header.x']",
  );
});

test('deviates from Pact’s own engine where that is known, and nowhere else', { timeout: 240_000 }, async () => {
  const judged = await told(DEVIATIONS);
  expect(judged.map(({ engine, matcher }) => ({ engine, matcher }))).toEqual(
    DEVIATIONS.map(() => ({ engine: true, matcher: false })),
  );
});

const REFUSED: readonly TrickyCase[] = [
  ...REFUSED_PATTERNS.flatMap((pattern) => byRegex(pattern, 'x')),
  ...REFUSED_FORMATS.flatMap((format) => byFormat('datetime', format, 'x')),
  ...REFUSED_HEADERS,
  ...REFUSED_BODIES,
];

test.each(REFUSED.map((each) => [each.name, each] as const))('refuses the pact with %s', (_, each) => {
  const [{ response = '' } = {}] = packsOf([each]);
  expect(() => parsePact(readJson(pactOf([response])), 'the-file.json')).toThrow(
    /^the-file\.json is no pact that Faultline can read: consumer-provider: 0: response: (?:body: |header: |the header |a body )/,
  );
});
