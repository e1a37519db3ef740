import { expect, test } from 'vitest';
import { parsePact } from './pact.ts';
import type { HttpInteraction } from './pact.ts';
import { matchAnswer } from './testing/answers.ts';
import { verifyAnswers } from './testing/engine.ts';
import type { Answer, EngineMismatch } from './testing/engine.ts';
import { mutations } from './testing/mutations.ts';
import type { Json } from './testing/templates.ts';

const SEED = 20261123;
const COUNT = 800;
/** The engine needs about as long for one interaction as for many places in it. */
const IN_ONE = 50;

const ALL = mutations(SEED, COUNT);
const PACKS = Array.from({ length: COUNT / IN_ONE }, (_, i) => ALL.slice(i * IN_ONE, (i + 1) * IN_ONE));

/** Mutation m of a pack stands under `$.c<m>`, rules and all. */
const within = (m: number, rules: Json): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(rules as Readonly<Record<string, Json>>).map(([path, list]) => [`$.c${m}${path.slice(1)}`, list]),
  );

const isWithin = (m: number, path: string): boolean => new RegExp(String.raw`^\$\.c${m}(?![0-9])`).test(path);

const interaction = (n: number, response: object): object => ({
  type: 'Synchronous/HTTP',
  description: String(n),
  request: { method: 'GET', path: `/${n}` },
  response: { status: 200, ...response },
});

const content = (body: unknown) => ({ content: body, contentType: 'application/json', encoded: false });
const JSON_TYPE = { 'content-type': 'application/json' };
const answerOf = (status: number, headers: Readonly<Record<string, string>>, body: unknown): Answer => ({
  status,
  headers: Object.entries(headers),
  body: JSON.stringify(body),
});

const pactOf = (interactions: readonly object[]): object => ({
  consumer: { name: 'consumer' },
  provider: { name: 'provider' },
  interactions,
  metadata: { pactSpecification: { version: '4.0' } },
});

const ours = (pact: object, answers: readonly Answer[]) =>
  parsePact(pact, 'generated').interactions.map((each, n) =>
    matchAnswer(each as HttpInteraction, answers[n] as Answer),
  );

test(`agrees with Pact's own engine on ${COUNT} mutated bodies`, { timeout: 240_000 }, async () => {
  const pact = pactOf(
    PACKS.map((pack, n) =>
      interaction(n, {
        headers: JSON_TYPE,
        body: content(Object.fromEntries(pack.map(({ example }, m) => [`c${m}`, example]))),
        matchingRules: { body: Object.assign({}, ...pack.map(({ rules }, m) => within(m, rules))) as object },
      }),
    ),
  );
  const answers = PACKS.map((pack) =>
    answerOf(200, JSON_TYPE, Object.fromEntries(pack.map(({ actual }, m) => [`c${m}`, actual]))),
  );
  const theirs = await verifyAnswers(JSON.stringify(pact), answers);
  const found = ours(pact, answers);
  const told = PACKS.flatMap((pack, n) =>
    pack.map(({ description }, m) => ({
      description,
      engine: (theirs[n] ?? []).some(({ path }) => isWithin(m, path)),
      matcher: (found[n] ?? []).some(({ path }) => isWithin(m, path)),
    })),
  );
  expect(told.filter(({ engine, matcher }) => engine !== matcher)).toEqual([]);
  // Both kinds must be there in numbers, or agreeing would mean little.
  const wrong = told.filter(({ engine }) => engine).length;
  expect(wrong).toBeGreaterThan(COUNT / 3);
  expect(told.length - wrong).toBeGreaterThan(COUNT / 5);
});

interface Whole {
  readonly name: string;
  readonly response: object;
  readonly answer: Answer;
}

interface Sent {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const answer = (over: Sent): Answer => {
  const { status = 200, headers = JSON_TYPE, body } = { body: { a: 1 }, ...over };
  return answerOf(status, headers, body);
};
const typed = { headers: JSON_TYPE, body: content({ a: 1 }) };
const rule = (...matchers: readonly object[]) => ({ combine: 'AND', matchers });
const headed = (matcher: object) => ({ ...typed, matchingRules: { header: { 'content-type': rule(matcher) } } });
const listed = (...matchers: readonly object[]) => ({
  headers: JSON_TYPE,
  body: content([{ a: 1 }]),
  matchingRules: { body: { $: rule(...matchers) } },
});
const tagged = { ...typed, headers: { ...JSON_TYPE, 'X-Trace': 'one, two' } };

/** Status, headers and bodies as a whole, which the packs cannot vary. */
const WHOLES: readonly Whole[] = [
  { name: 'as it is', response: typed, answer: answer({}) },
  { name: 'another status', response: typed, answer: answer({ status: 201 }) },
  { name: 'another number', response: typed, answer: answer({ body: { a: 2 } }) },
  { name: 'no body', response: typed, answer: answer({ body: undefined }) },
  { name: 'a list for an object', response: typed, answer: answer({ body: [] }) },
  { name: 'null for an object', response: typed, answer: answer({ body: null }) },
  {
    name: 'a header spaced and in capitals',
    response: typed,
    answer: answer({ headers: { 'Content-Type': 'application/json' } }),
  },
  { name: 'a header missing', response: tagged, answer: answer({}) },
  {
    name: 'a header with other spaces',
    response: tagged,
    answer: answer({ headers: { ...JSON_TYPE, 'x-trace': 'one,two' } }),
  },
  {
    name: 'a header with another value',
    response: tagged,
    answer: answer({ headers: { ...JSON_TYPE, 'x-trace': 'three' } }),
  },
  { name: 'a further header', response: typed, answer: answer({ headers: { ...JSON_TYPE, 'x-more': '1' } }) },
  {
    name: 'a header by regex',
    response: headed({ match: 'regex', regex: '^application/json(?:;.*)?$' }),
    answer: answer({ headers: { 'content-type': 'application/json; charset=utf-8' } }),
  },
  { name: 'a header against its regex', response: headed({ match: 'regex', regex: '^text/.*$' }), answer: answer({}) },
  {
    name: 'a list at the root',
    response: listed({ match: 'type', min: 1 }),
    answer: answer({ body: [{ a: 2 }, { a: 3 }] }),
  },
  { name: 'an empty list at the root', response: listed({ match: 'type', min: 1 }), answer: answer({ body: [] }) },
  {
    name: 'a list of others at the root',
    response: listed({ match: 'type', min: 1 }),
    answer: answer({ body: [{ a: 'x' }] }),
  },
];

test('agrees with Pact’s own engine on status, headers and whole bodies', { timeout: 240_000 }, async () => {
  const pact = pactOf(WHOLES.map(({ response }, n) => interaction(n, response)));
  const answers = WHOLES.map((whole) => whole.answer);
  const theirs = await verifyAnswers(JSON.stringify(pact), answers);
  const found = ours(pact, answers);
  const verdicts = (of: readonly (readonly unknown[] | readonly EngineMismatch[])[]) =>
    WHOLES.map(({ name }, n) => [name, (of[n] ?? []).length > 0]);
  expect(verdicts(found)).toEqual(verdicts(theirs));
});
