import { expect, test } from 'vitest';
import { judgeCall } from './calls.ts';
import { pinnedBy } from './contract.ts';
import { summariseCoverage } from './coverage.ts';
import { judgeRecord } from './messages.ts';
import type { CallEffect } from './states.ts';
import { shippedContract } from './testing/shipped.ts';

const { http: CONTRACT, topics: TOPICS, pacts: PACTS } = shippedContract;
const every = CONTRACT.interactions.find(({ description }) => description === 'auto-assign with every field')!;
const headers = { 'content-type': 'application/json' };

const exampleOf = (description: string) => {
  const { request, response } = CONTRACT.interactions.find((each) => each.description === description)!;
  return {
    request: { method: request.method, path: request.path, headers, json: request.body },
    response: { status: response.status, headers, json: response.body },
  };
};

const judged = (description: string, effects: readonly CallEffect[] = []) =>
  judgeCall(CONTRACT, { ...exampleOf(description), effects });

test('every pinned interaction is right by the contract itself, its 400s by the requests that are wrong', () => {
  for (const { description, response } of CONTRACT.interactions) {
    const { request, response: wrong, unknownFields, uncovered } = judged(description);
    expect([description, wrong, unknownFields, uncovered]).toEqual([description, [], [], undefined]);
    expect([description, request.length > 0]).toEqual([description, response.status === 400]);
  }
});

test('a call exercises the interaction of its fields, its answer and its state', () => {
  const exercised = (description: string, effects?: readonly CallEffect[]) =>
    judged(description, effects).exercised.map((each) => each.description);
  expect(exercised('auto-assign with every field', ['inserted'])).toEqual(['auto-assign with every field']);
  expect(exercised('auto-assign with every field', ['found'])).toEqual([
    'auto-assign a second time for the same student and course',
  ]);
  expect(exercised('auto-assign with the required fields only', ['inserted'])).toEqual([
    'auto-assign with the required fields only',
  ]);
  expect(exercised('auto-assign whose date is missing')).toEqual(['auto-assign whose date is missing']);
  expect(exercised('auto-assign with every field')).toEqual([]);
});

test('unknown fields, statuses and routes are told, and are not wrong', () => {
  const { request, response } = exampleOf(every.description);
  const more = { ...(request.json as object), more: { deep: 1 }, paymentMetadata: { any: 'thing' } };
  expect(judgeCall(CONTRACT, { request: { ...request, json: more }, response, effects: ['inserted'] })).toMatchObject({
    request: [],
    response: [],
    unknownFields: ['$.more'],
    exercised: [{ description: every.description }],
  });
  const of = (over: object) => judgeCall(CONTRACT, { request, effects: [], ...over });
  expect(of({ response: { ...response, status: 503 } }).uncovered).toBe(`POST ${request.path}: 503`);
  expect(of({ request: { ...request, path: '/health' } }).uncovered).toBe('POST /health');
});

test('the coverage of several trials is summed up', () => {
  const pinned = pinnedBy(shippedContract);
  const { exercised, never, ...rest } = summariseCoverage([
    { exercised: [every.id], providerStates: ['a trainer is free'], unknownFields: ['b'], uncovered: [], pinned },
    { exercised: [every.id], providerStates: [], unknownFields: ['a', 'b'], uncovered: ['GET /'] },
  ]);
  expect(exercised).toEqual([every.id]);
  expect(never).not.toContain(every.id);
  expect(never).toHaveLength(PACTS.flatMap(({ interactions }) => interactions).length - 1);
  expect(rest).toMatchObject({ unknownFields: ['a', 'b'], uncovered: ['GET /'] });
  expect(rest.providerStates.exercised).toEqual(['a trainer is free']);
  expect(rest.providerStates.never).toContain('no trainer is free');
});

test('the examples of the messages are right records of their topics', () => {
  for (const [topic, interactions] of TOPICS)
    for (const { id, body, metadata } of interactions) {
      const named = Object.entries(metadata).filter(([name]) => name.startsWith('header.'));
      const record = {
        topic,
        key: metadata['key'] === undefined ? null : String(metadata['key']),
        headers: Object.fromEntries(named.map(([name, value]) => [name.slice(7), String(value)])),
        json: body,
      };
      const { mismatches, exercised } = judgeRecord(interactions, record);
      expect([id, mismatches, exercised.some((each) => each.id === id)]).toEqual([id, [], true]);
    }
});

test('an interaction that takes anything in a place is left to the one that says what is in it', () => {
  const created = TOPICS.get('purchase-created') ?? [];
  const { body, metadata } = created.find(({ description }) => description.endsWith('with a booking'))!;
  const said = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.slice(7), String(value)]));
  const exercised = (json: unknown) =>
    judgeRecord(created, {
      topic: 'purchase-created',
      key: String(metadata['key']),
      headers: said,
      json,
    }).exercised.map(({ description }) => description);
  expect(exercised(body)).toEqual(['PURCHASE_CREATED with a booking']);
  expect(exercised({ ...(body as object), metadata: {} })).toEqual(['PURCHASE_CREATED without a booking']);
});
