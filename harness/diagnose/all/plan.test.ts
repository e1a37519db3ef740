import { expect, it } from 'vitest';
import { purchaseToSessions } from '../../../pipelines/purchase-to-sessions/pipeline.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { planOf } from './plan.ts';

it('what follows from what, the last first', () => {
  const { steps, effectsOf, leftOut } = planOf(pipelineOf(shippedPipeline));
  expect(steps.map(({ name, next, told }) => ({ name, next, told }))).toEqual([
    { name: 'allocation', next: [], told: ['TRAINER_ALLOCATED'] },
    { name: 'purchase', next: ['allocation'], told: ['COURSE_ACCESS_GRANTED'] },
  ]);
  expect([...effectsOf]).toEqual([
    ['PURCHASE_CONFIRMED', ['purchase']],
    ['PURCHASE_CREATED', ['allocation']],
  ]);
  expect(leftOut).toEqual([]);
});

it('rows that say of no student are left out, and it is said', () => {
  const { steps, leftOut } = planOf(pipelineOf(purchaseToSessions));
  expect(leftOut).toHaveLength(1);
  // An event that a stage works on is missed by that stage.
  expect(steps.flatMap(({ told }) => told)).not.toContain('TRAINER_ALLOCATED');
});
