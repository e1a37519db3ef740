import { expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { PartitionSeen } from '../snapshot.ts';
import { wholeSince } from './whole-since.ts';

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
