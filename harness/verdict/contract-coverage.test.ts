import { expect, test } from 'vitest';
import type { CallOptions, RequestOptions } from '../history/testing/calls.ts';
import { trialOf } from '../history/testing/flow.ts';
import { shippedContract } from '../contract/testing/shipped.ts';
import { contractCoverage as coverageBy } from './contract-coverage.ts';
import type { History } from '../history/history.ts';

const contractCoverage = (history: History) => coverageBy(history, shippedContract);

const HTTP = 'allocation-worker-admin-service: auto-assign';

const withCall = (
  effect: 'inserted' | 'found' | 'updated' | undefined,
  answer: CallOptions = {},
  request: RequestOptions = {},
) =>
  contractCoverage(
    trialOf({ without: ['request', 'respond'] }, (b) => {
      const call = b.request('ada', request);
      if (effect !== undefined) b.add({ kind: 'http.effect', source: 'http', call, effect });
      b.respond(call, 'ada', answer);
    }),
  );

const required = `${HTTP} with the required fields only`;

test('what a right trial exercises: its calls and its records', () => {
  const { exercised, providerStates, unknownFields, uncovered } = withCall('inserted');
  expect(exercised).toContain(required);
  expect(exercised.some((id) => id.startsWith('trainer-allocated-readers'))).toBe(true);
  expect(exercised.filter((id) => id.startsWith('purchase-worker-payment-service'))).toHaveLength(1);
  expect(providerStates).toEqual(['a trainer is free']);
  expect([unknownFields, uncovered]).toEqual([[], []]);
});

const EVERY = { requestedBy: 'ad000000-0000-4000-8000-000000000001', paymentMetadata: {} };

test.each([[{}], [EVERY]])('a state shows in the answer and in what became of the rows, with %j as without', (body) => {
  expect(withCall('found', {}, { body }).providerStates).toEqual(['the student has a trainer for the course already']);
  expect(withCall('inserted', { status: 202 }, { body }).providerStates).toEqual(['no trainer is free']);
  expect(withCall(undefined, { status: 500 }, { body }).providerStates).toEqual(['the allocation fails']);
  expect(withCall('found', {}, { body: { ...body, date: '' } }).providerStates).toEqual([]);
});

test('an answer that does not fit, or was falsified, exercises nothing', () => {
  expect(withCall('inserted', { id: 'x' }).exercised).not.toContain(required);
  expect(withCall('inserted', { falsified: ['body'] }).exercised).not.toContain(required);
});

test('what the contract does not say is told', () => {
  const { unknownFields, uncovered } = withCall('inserted', { status: 503 }, { body: { more: 1 } });
  expect(unknownFields).toEqual(['POST /api/v1/admin/allocations/auto-assign: $.more']);
  expect(uncovered).toEqual(['POST /api/v1/admin/allocations/auto-assign: 503']);
  const added = trialOf({}, (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { more: 1 } }));
  expect(contractCoverage(added).unknownFields).toEqual(['trainer-allocated: $.more']);
});
