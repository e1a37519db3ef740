import { expect, test } from 'vitest';
import { inRealNames } from './real-names.ts';
import { originOf } from './letters.ts';
import { build } from './testing/build.ts';

/** A letter about a PURCHASE_CREATED that names its original so, in a trial under the prefix. */
const letterAbout = (originalTopic: unknown, prefix?: string) => {
  const b = build(prefix === undefined ? {} : { prefix });
  const created = b.emit('PURCHASE_CREATED', 'ada');
  const headers = typeof originalTopic === 'string' ? { originalTopic } : {};
  const record = b.deadLetter(created, { value: { originalTopic }, headers });
  const history = b.history();
  return { history, record, created, letter: history.deadLetters[0]! };
};

test.each([
  ['ci.purchase-created', 'ci.'],
  // A worker that knows it by no other name.
  ['purchase-created', 'ci.'],
  ['purchase-created', undefined],
])('a letter about %s under %s is about the event in its topic', (topic, prefix) => {
  const { history, letter, created } = letterAbout(topic, prefix);
  expect(letter.topic).toBe('purchase-created');
  expect(originOf(history, letter)?.record).toBe(created);
});

test('what was written stays as it was, in the history', () => {
  const { history, record, letter } = letterAbout('ci.purchase-created', 'ci.');
  expect(letter.record).toBe(record);
  expect(record).toMatchObject({
    json: { originalTopic: 'ci.purchase-created' },
    headers: { originalTopic: 'ci.purchase-created' },
  });
  expect(inRealNames(history.started, record)).toMatchObject({
    json: { originalTopic: 'purchase-created', originalPartition: 0 },
    headers: { originalTopic: 'purchase-created' },
  });
});

test('another prefix, no topic, or no fields at all: as it was written', () => {
  expect(letterAbout('cd.purchase-created', 'ci.').letter.topic).toBe('cd.purchase-created');
  expect(letterAbout(7, 'ci.').letter.topic).toBeUndefined();
  const b = build({ prefix: 'ci.' });
  for (const json of [null, 'text', ['ci.purchase-created']])
    expect(inRealNames(b.history().started, b.raw('dead-letter-queue', b.subject(), { json })).json).toEqual(json);
  const created = b.emit('PURCHASE_CREATED', 'ada');
  expect(inRealNames(b.history().started, created)).toBe(created);
});

test('without a prefix nothing is taken off', () => {
  const { history, record } = letterAbout('ci.purchase-created');
  expect(inRealNames(history.started, record)).toBe(record);
  expect(history.deadLetters[0]?.topic).toBe('ci.purchase-created');
});
