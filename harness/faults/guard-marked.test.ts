import { expect, test } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { guardMarked } from './guard-marked.ts';
import { createContextDouble } from './testing/context.ts';

const SPEC = { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'payment-service' } as const;

test('the row is there before it has fired; nothing undoes it', async () => {
  const { context, news } = createContextDouble();
  const active = await guardMarked.inject(SPEC, context);
  expect(news()).toEqual([
    'mark PURCHASE_CREATED of ada as payment-service',
    'fired: payment-service marked PURCHASE_CREATED of ada before the event',
  ]);
  await active.heal();
  expect(news()).toEqual([]);
  expect(guardMarked.healing(SPEC, pipelineOf(shippedPipeline))).toMatch(/^nothing/);
});

test('whoever repairs it takes the row away again, as who wrote it', async () => {
  const { context, news } = createContextDouble();
  const repaired = { ...SPEC, heal: 'remove-row' } as const;
  const active = await guardMarked.inject(repaired, context);
  news();
  await active.heal();
  expect(news()).toEqual(['take the mark of PURCHASE_CREATED of ada away as payment-service']);
  expect(guardMarked.healing(repaired, pipelineOf(shippedPipeline))).toBe(
    'take the row of PURCHASE_CREATED of ada out of processed_events',
  );
});

test('a row that cannot be written has not fired', async () => {
  const { context, said } = createContextDouble({ failing: 'mark PURCHASE_CREATED of ada as payment-service' });
  await expect(guardMarked.inject(SPEC, context)).rejects.toThrow();
  expect(said).toHaveLength(1);
});
