import { expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { PartitionSeen } from '../snapshot.ts';
import { unreadTopics, wholeSince } from './whole-since.ts';

const since = (one: Partial<PartitionSeen>, unread: readonly string[] = []): number | undefined =>
  wholeSince(pipelineOf(shippedPipeline), {
    there: [
      {
        name: 'trainer-allocated',
        partitions: [
          { partition: 0, first: 0, end: 5 },
          { partition: 1, first: 0, end: 5, ...one },
        ],
      },
    ],
    missing: [],
    hidden: {},
    records: [],
    unread,
  }).get('TRAINER_ALLOCATED');

it('a topic is known whole from its beginning on, or from well after what is left of it', () => {
  expect(since({})).toBe(-Infinity);
  expect(since({ first: 3, since: 1_000_000 })).toBe(1_600_000);
  expect(since({ first: 3, since: 1_000_000, skipped: true })).toBe(1_600_000);
});

it('one with holes, with something open, or that was not read to its end proves nothing', () => {
  expect(since({ first: 3 })).toBeUndefined();
  expect(since({ hole: 2 })).toBeUndefined();
  expect(since({ written: 7 })).toBeUndefined();
  expect(since({}, ['dead-letter-queue-0 was read up to 3 of 900: the time was up'])).toBeUndefined();
});

it('a topic that is hidden, missing, or not read to its end is none that was looked through', () => {
  const topics = { there: [], missing: [], hidden: {}, records: [], unread: [] };
  expect(unreadTopics([{ value: topics }])).toEqual([]);
  expect(unreadTopics([{ why: 'Kafka cannot be reached' }])).toEqual(['Kafka cannot be reached']);
  const seen = { ...topics, missing: ['a'], hidden: { b: 'b may not be seen' }, unread: ['c was not read'] };
  expect(unreadTopics([{ value: seen }])).toEqual(['c was not read', 'b may not be seen', 'there is no topic a']);
});

it('what the first look did not read was not looked through, whatever the second one read', () => {
  const topics = { there: [], missing: ['a'], hidden: {}, records: [], unread: [] };
  const late = 'purchase-created-1 was read up to 3 of 900: the time was up';
  expect(unreadTopics([{ why: 'the topics: it took too long' }, { value: topics }])).toEqual([
    'the topics: it took too long',
    'there is no topic a',
  ]);
  expect(unreadTopics([{ value: { ...topics, unread: [late] } }, { value: topics }])).toEqual([
    late,
    'there is no topic a',
  ]);
});
