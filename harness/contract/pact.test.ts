import { expect, test } from 'vitest';
import { parsePact } from './pact.ts';
import { shippedContract } from './testing/shipped.ts';
import { isKnownState } from './states.ts';

const interaction = (over: object = {}) => ({
  type: 'Asynchronous/Messages',
  description: 'a message',
  contents: { content: {} },
  ...over,
});

const pact = (interactions: readonly object[], version = '4.0') => ({
  consumer: { name: 'c' },
  provider: { name: 'p' },
  interactions,
  metadata: { pactSpecification: { version } },
});

const ruled = (matcher: object) =>
  interaction({ matchingRules: { body: { '$.a': { combine: 'AND', matchers: [matcher] } } } });

test('interactions are named by both sides, their description, and their state where it takes that', () => {
  const states = (name: string) => ({ providerStates: [{ name }] });
  const { interactions } = parsePact(
    pact([interaction(states('x')), interaction(states('y')), interaction({ description: 'other', ...states('x') })]),
    'f',
  );
  expect(interactions.map(({ id }) => id)).toEqual(['c-p: a message (x)', 'c-p: a message (y)', 'c-p: other']);
});

test.each<[string, object, RegExp]>([
  ['no pact', {}, /no list of interactions/],
  ['an older specification', pact([], '3.0.0'), /specification is 3\.0\.0, not 4/],
  [
    'an unknown rule',
    pact([ruled({ match: 'arrayContains' })]),
    /a message: body: at \$\.a, the matching rule "arrayContains" is not known/,
  ],
  ['a rule without its value', pact([ruled({ match: 'regex' })]), /has no regex/],
  [
    'a broken regular expression',
    pact([ruled({ match: 'regex', regex: '(' })]),
    /body: at \$\.a, the regular expression '\(' cannot be matched .*; write it without that/,
  ],
  [
    'an unknown kind of interaction',
    pact([interaction({ type: 'Synchronous/Messages' })]),
    /"Synchronous\/Messages" is not known/,
  ],
  ['the same description and state twice', pact([interaction(), interaction()]), /two interactions .*a message/],
  [
    'a broken path',
    pact([interaction({ matchingRules: { body: { '$..a': { matchers: [] } } } })]),
    /'\$\.\.a' is no path expression/,
  ],
])('%s is refused', (_, json, message) => {
  expect(() => parsePact(json, 'the-file.json')).toThrow(message);
  expect(() => parsePact(json, 'the-file.json')).toThrow(/^the-file\.json is no pact/);
});

test('the committed pacts are read, each interaction once, and traffic can show each of their states', () => {
  const interactions = shippedContract.pacts.flatMap((each) => each.interactions);
  expect(interactions.length).toBeGreaterThan(20);
  expect(new Set(interactions.map(({ id }) => id)).size).toBe(interactions.length);
  expect(interactions.flatMap(({ providerStates }) => providerStates).filter((name) => !isKnownState(name))).toEqual(
    [],
  );
});
