import { expect, test } from 'vitest';
import { matchMessage } from './match.ts';
import { parsePact } from './pact.ts';
import type { MessageInteraction } from './pact.ts';
import { wrongTogether } from './together.ts';

const integer = { combine: 'AND', matchers: [{ match: 'integer' }] };

const interactions = parsePact(
  {
    consumer: { name: 'c' },
    provider: { name: 'p' },
    metadata: { pactSpecification: { version: '4.0' } },
    interactions: [
      { id: 1, kind: 'a', x: { deep: 1 } },
      { id: 1, kind: 'b', y: 1 },
    ].map((content, i) => ({
      type: 'Asynchronous/Messages',
      description: String(i),
      contents: { content },
      metadata: i === 0 ? { topic: 't', extra: '1' } : { topic: 't' },
      matchingRules: { body: { '$.id': integer, '$.x.deep': integer, '$.y': integer } },
    })),
  },
  'f',
).interactions as readonly MessageInteraction[];

const wrong = (contents: unknown, metadata: Record<string, unknown> = { topic: 't' }) =>
  wrongTogether(
    interactions.map((interaction) => ({
      interaction,
      example: interaction.body,
      mismatches: matchMessage(interaction, { contents, metadata }),
    })),
  ).map(({ part, path, interaction }) => `${interaction} ${part} ${path}`);

test('what fits one is right', () => {
  expect(wrong({ id: 2, kind: 'b', y: 3 })).toEqual([]);
  expect(wrong({ id: 2, kind: 'a', x: { deep: 3 } }, { topic: 't', extra: '1' })).toEqual([]);
});

test('what fits none is right all the same where place by place one of them allows it', () =>
  expect(wrong({ id: 2, kind: 'a', y: 3 })).toEqual([]));

test('a place is wrong when all that know it say so, as the closest puts it', () => {
  expect(wrong({ id: 'x', kind: 'b', y: 3 })).toEqual(['c-p: 1 body $.id']);
  // Only the first knows x.deep, only the second knows y.
  expect(wrong({ id: 2, kind: 'c', x: { deep: 'no' }, y: 3 })).toEqual(['c-p: 1 body $.kind', 'c-p: 0 body $.x.deep']);
  expect(wrong({ id: 2, kind: 'a', y: 'no' })).toEqual(['c-p: 1 body $.y']);
});

test('what all require is missed, what one does without is not', () => {
  expect(wrong({ kind: 'a' })).toEqual([expect.stringMatching(/\$\.id$/)]);
  expect(wrong({ id: 1, kind: 'b', y: 1 }, {})).toEqual(['c-p: 1 metadata topic']);
  expect(wrong(undefined)).toEqual([expect.stringMatching(/body \$$/)]);
});
