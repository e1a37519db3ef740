import { expect, test } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { disagreements } from './messages-honour-contract-agreement.ts';
import type { AgreeingRecord, OriginalIds } from './messages-honour-contract-agreement.ts';

const ID = '11111111-aaaa-4aaa-8aaa-111111111111';
const UPPER = ID.toUpperCase();
const META = { eventId: ID, correlationId: 'c', source: 's', version: '1.0.0' };
const HEADERS = { eventId: ID, correlationId: 'c', source: 's', version: '1.0.0' };

const wrongIn = (record: Partial<AgreeingRecord>, had?: OriginalIds): readonly string[] =>
  disagreements(
    pipelineOf(shippedPipeline),
    { topic: 'trainer-allocated', key: 'c', headers: HEADERS, ...record },
    had,
  ).map(({ part, path, rule }) => `${part} ${path} ${rule}`);
const allocated = (meta: object = {}, more: object = {}) => ({
  json: { allocationId: ID, _metadata: { ...META, ...meta }, ...more },
});

test('key and headers repeat what the value says', () => {
  expect(wrongIn(allocated())).toEqual([]);
  expect(wrongIn({ ...allocated(), key: 'd' })).toEqual(['metadata key repeats']);
  for (const name of ['eventId', 'correlationId', 'source', 'version'])
    expect(wrongIn({ ...allocated(), headers: { ...HEADERS, [name]: 'x' } })).toEqual([
      `metadata header.${name} repeats`,
    ]);
  // What is missing on either side the pact judges.
  expect(wrongIn({ ...allocated(), key: null, headers: {} })).toEqual([]);
  expect(wrongIn(allocated({ correlationId: undefined, source: undefined }))).toEqual([]);
  // An id is the same in any case; anything else is not.
  expect(wrongIn({ ...allocated(), headers: { ...HEADERS, eventId: UPPER } })).toEqual([]);
  expect(wrongIn({ ...allocated(), headers: { ...HEADERS, source: 'S' } })).toEqual(['metadata header.source repeats']);
  // A number is the same as its text.
  expect(wrongIn({ ...allocated({ version: 1 }), headers: { ...HEADERS, version: '1' } })).toEqual([]);
});

test('the id of an event follows from its body', () => {
  const follows = ['body $._metadata.eventId follows from the body'];
  const of = (topic: string, body: object, eventId: unknown) =>
    wrongIn({ topic, headers: {}, json: { ...body, _metadata: { ...META, eventId } } });
  const purchase = { purchaseId: ID };
  for (const eventId of [ID, UPPER, `purchase-created-${ID}`, `${ID}-recovery`, `purchase-created-${ID}-recovery`])
    expect(of('purchase-created', purchase, eventId)).toEqual([]);
  expect(of('purchase-created', purchase, `created-${ID}`)).toEqual(follows);
  expect(of('course-access-granted', purchase, `course-access-granted-${ID}`)).toEqual([]);
  expect(of('course-access-granted', purchase, ID)).toEqual(follows);
  expect(of('trainer-allocated', { allocationId: ID }, UPPER)).toEqual([]);
  expect(of('trainer-allocated', { allocationId: ID }, 'x')).toEqual(follows);
  expect(of('trainer-allocated', { allocationId: ID }, undefined)).toEqual([]);
  expect(of('purchase-confirmed', {}, 'x')).toEqual([]);
});

test('what is no event of the pipeline’s has nothing to agree', () => {
  expect(wrongIn({ ...allocated(), topic: 'sessions-generated', key: 'd' })).toEqual([]);
  expect(wrongIn({ key: 'd', json: 'text' })).toEqual([]);
  expect(wrongIn({ key: 'd', json: { allocationId: ID } })).toEqual([]);
  expect(wrongIn({ key: 'd', json: { allocationId: ID, _metadata: 'c' } })).toEqual([]);
});

const LETTER = {
  originalTopic: 't',
  originalPartition: 0,
  originalOffset: '7',
  failureReason: 'r',
  correlationId: 'c',
  eventId: ID,
};
const LETTER_HEADERS = { ...LETTER, originalPartition: '0' };
const letter = (
  body: object = {},
  { key = 'c', headers = {} }: { key?: string; headers?: object } = {},
  had?: OriginalIds,
) =>
  wrongIn(
    {
      topic: 'dead-letter-queue',
      key,
      headers: { ...LETTER_HEADERS, ...headers } as Readonly<Record<string, string>>,
      json: { ...LETTER, ...body },
    },
    had,
  );

test('a letter’s headers and key repeat what it says', () => {
  expect(letter()).toEqual([]);
  for (const name of [
    'originalTopic',
    'originalPartition',
    'originalOffset',
    'failureReason',
    'correlationId',
    'eventId',
  ])
    expect(letter({}, { headers: { [name]: 'x' } })).toEqual([`metadata header.${name} repeats`]);
  expect(letter({}, { key: 'd' })).toEqual(['metadata key repeats']);
  expect(letter({}, { headers: { eventId: undefined } })).toEqual(['metadata header.eventId repeats']);
  expect(letter({}, { headers: { originalTopic: undefined } })).toEqual([]);
});

test('a letter has the ids that its original had', () => {
  const empty = { eventId: '' };
  expect(letter(empty, { headers: empty })).toEqual(['body $.eventId repeats']);
  expect(letter({ eventId: 4 }, { headers: { eventId: '4' } })).toEqual(['body $.eventId repeats']);
  expect(letter({ eventId: undefined })).toEqual(['body $.eventId repeats']);
  const none = { correlationId: false, eventId: false };
  expect(
    letter({ eventId: undefined, correlationId: undefined }, { key: 'd', headers: { eventId: undefined } }, none),
  ).toEqual([]);
  expect(letter({ eventId: undefined }, {}, { correlationId: true, eventId: false })).toEqual([]);
});

test('an id may have a part that is another each time it is told, and the rest still follows from the body', () => {
  const events = {
    ...shippedPipeline.events,
    PLANNED: { topic: 'sessions-generated', eventIds: ['planned-{allocationId}-*'] },
  };
  const pipeline = pipelineOf({ ...shippedPipeline, events });
  const wrong = (eventId: string): number =>
    disagreements(pipeline, {
      topic: 'sessions-generated',
      key: 'c',
      headers: {},
      json: { allocationId: ID, _metadata: { ...META, eventId } },
    }).length;
  expect([`planned-${ID}-1795674898145`, `planned-${UPPER}-2`].map(wrong)).toEqual([0, 0]);
  expect([`planned-${ID}-`, `planned-${ID}`, `planned-${'2'.repeat(36)}-1`, ID, ''].map(wrong)).toEqual([
    1, 1, 1, 1, 1,
  ]);
});
