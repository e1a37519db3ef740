import { expect, it } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { provingTopics } from './proving-topics.ts';

it('is what workers read, and of a stage without rows what it tells', () => {
  const { stages } = shippedPipeline;
  expect([...provingTopics(pipelineOf(shippedPipeline))]).toEqual(['purchase-confirmed', 'purchase-created']);
  const { effect: _effect, ...rowless } = stages['allocation-worker'];
  const without = { ...shippedPipeline, stages: { ...stages, 'allocation-worker': rowless } };
  expect([...provingTopics(pipelineOf(without))]).toEqual([
    'purchase-confirmed',
    'purchase-created',
    'trainer-allocated',
  ]);
});
