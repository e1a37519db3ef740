import { expect, test } from 'vitest';
import { counts, pipelineOf, stands } from './queries.ts';
import { shippedPipeline } from './shipped.ts';

const pipeline = pipelineOf(shippedPipeline);
const { purchase, allocation } = shippedPipeline.entities;

test('who consumes, announces and brings about what', () => {
  expect(pipeline.consumerOf('PURCHASE_CREATED')).toBe('allocation-worker');
  expect(pipeline.consumerOf('TRAINER_ALLOCATED')).toBeUndefined();
  expect(pipeline.announcerOf('COURSE_ACCESS_GRANTED')).toBe('purchase-worker');
  expect(pipeline.announcerOf('PURCHASE_CONFIRMED')).toBeUndefined();
  expect(pipeline.broughtAboutBy('purchase-worker')).toBe(purchase);
  expect(pipeline.consumedTopic('allocation-worker')).toBe('purchase-created');
  expect(pipeline.eventOfTopic('sessions-generated')).toBeUndefined();
  expect(pipeline.deadLetterTopic).toBe('dead-letter-queue');
  expect([pipeline.begins('PURCHASE_CONFIRMED'), pipeline.begins('PURCHASE_CREATED')]).toEqual([true, false]);
  expect(() => pipeline.stage('session-worker')).toThrow('purchase-to-trainer has no stage session-worker');
});

test('an operation is a method and a path of a service', () => {
  const { path } = shippedPipeline.services['admin-service'].operation;
  expect([
    pipeline.isOperation('admin-service', 'post', path),
    pipeline.isOperation('admin-service', 'GET', path),
    pipeline.isOperation('admin-service', 'POST', '/health'),
    pipeline.isOperation('another-service', 'POST', path),
  ]).toEqual([true, false, false, false]);
});

test.each([
  [purchase, { is_active: true }, true, true],
  [purchase, { is_active: 'true' }, false, false],
  [purchase, {}, false, false],
  [allocation, { status: 'approved', trainer_id: 't' }, true, true],
  [allocation, { status: 'approved', trainer_id: null }, false, true],
  [allocation, { status: 'active', trainer_id: ' ' }, false, true],
  [allocation, { status: 'pending' }, true, true],
  [allocation, { status: 'rejected', trainer_id: 't' }, false, false],
  [allocation, { status: 'completed', trainer_id: 't' }, false, true],
] as const)('%j with %j counts: %s, stands: %s', (entity, row, isEffect, isThere) => {
  expect([counts(entity, row), stands(entity, row)]).toEqual([isEffect, isThere]);
});
