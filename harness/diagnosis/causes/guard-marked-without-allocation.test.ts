import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import type { FlowOptions } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, inShort, waited } from '../testing.ts';

const early = (b: Build): void => void b.mark('PURCHASE_CREATED', 'ada', 'payment-service');
const skipped: FlowOptions = {
  without: ['request', 'allocation', 'respond', 'markCreated', 'announced'],
  after: { purchase: early },
};

test('listed for a worker’s own mark, with what the API had answered', () => {
  const causes = causesOf({ without: ['allocation'] });
  expect(inShort(causes)).toBe('guard-marked-without-allocation, api-failing');
  expect(causes[0]).toMatchObject({ rank: 1, writer: null });
  expect(causes[0]?.message).toContain('admin-service answered 201');
  expect(causes[1]?.rank).toBe(2);
});

test('listed for somebody else’s row that made the worker skip, naming the writer', () => {
  expect(inShort(causesOf(skipped))).toBe('');
  const causes = causesOf(skipped, waited);
  expect(inShort(causes)).toBe('guard-marked-without-allocation');
  expect(causes[0]).toMatchObject({ writer: 'payment-service' });
  expect(causes[0]?.message).toContain('written by payment-service');
});

test('not listed for somebody else’s row while the worker may work rightly', () => {
  expect(inShort(causesOf({ ...skipped, until: 'passCreated' }))).toBe('');
  expect(inShort(causesOf({ without: ['markCreated'], after: { purchase: early } }))).toBe('');
  // It called all the same: then the API is what failed.
  expect(inShort(causesOf({ without: ['allocation', 'markCreated'], after: { purchase: early } }))).toBe('api-failing');
});

test('the same distinction for the purchase: emitter-pre-marks', () => {
  const preMark = (options: FlowOptions): FlowOptions => ({
    ...options,
    instead: {
      confirmed: (b, name, seen) => {
        b.mark('PURCHASE_CONFIRMED', name, 'payment-service');
        seen.confirmed = b.emit('PURCHASE_CONFIRMED', name, { by: 'payment-service' });
      },
    },
  });
  const stopped = preMark({ without: ['purchase', 'created', 'granted', 'markConfirmed'], until: 'request' });
  expect(inShort(causesOf(stopped))).toBe('');
  const causes = causesOf(stopped, waited);
  expect(inShort(causes)).toBe('guard-marked-without-allocation');
  expect(causes[0]).toMatchObject({ writer: 'payment-service' });
  expect(causes[0]?.message).toContain('there is no purchase');
  expect(inShort(causesOf(preMark({ until: 'purchase' })))).toBe('');
  expect(inShort(causesOf(preMark({ without: ['markConfirmed'] })))).toBe('');
});

test('not listed when commits may be missing', () => {
  const b = flow(build(), skipped);
  b.observed();
  b.barrier(['postgres']);
  expect(inShort(diagnose(b.history()))).toBe('');
});
