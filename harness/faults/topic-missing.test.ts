import { expect, test } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { createContextDouble } from './testing/context.ts';
import { topicMissing } from './topic-missing.ts';

const SPEC = { kind: 'topic-missing', topic: 'purchase-created', heal: 'restart-consumers' } as const;

test('its consumers are stopped while it is removed, and started without it', async () => {
  const { context, said } = createContextDouble();
  await topicMissing.inject(SPEC, context);
  expect(said).toEqual([
    'stop allocation-worker',
    'remove purchase-created',
    'fired: topic purchase-created does not exist',
    'start until none allocation-worker',
  ]);
});

test('healed with its consumers stopped, from its beginning', async () => {
  const { context, news } = createContextDouble();
  const active = await topicMissing.inject(SPEC, context);
  news();
  await active.heal();
  expect(news()).toEqual([
    'stop allocation-worker',
    'create purchase-created',
    'commit 0 for allocation-worker',
    'start again allocation-worker',
  ]);
});

test('healed by creating it only: nobody is restarted, no offset is committed', async () => {
  const { context, news } = createContextDouble();
  const active = await topicMissing.inject({ ...SPEC, heal: 'create-only' }, context);
  news();
  await active.heal();
  expect(news()).toEqual(['create purchase-created']);
});

test('a topic that cannot be removed has not fired', async () => {
  const { context, said } = createContextDouble({ failing: 'remove purchase-created' });
  await expect(topicMissing.inject(SPEC, context)).rejects.toThrow('cannot remove');
  expect(said).toEqual(['stop allocation-worker', 'remove purchase-created']);
});

test('how it is healed is said beforehand', () => {
  expect(topicMissing.healing(SPEC, pipelineOf(shippedPipeline))).toBe(
    'stop the consumers of purchase-created, create it, commit offset 0 for their groups, start them',
  );
  expect(topicMissing.healing({ ...SPEC, heal: 'create-only' }, pipelineOf(shippedPipeline))).toBe(
    'create topic purchase-created',
  );
});
