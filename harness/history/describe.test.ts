import { expect, test } from 'vitest';
import type { Condition } from './conditions.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { describe } from './describe.ts';

const worker = 'allocation-worker';
const marked = { event: 'PURCHASE_CREATED' } as const;

test.each<[Condition, string]>([
  [{ all: [] }, 'nothing'],
  [{ any: [{ deadLettered: {} }] }, 'a dead-letter record of every payment'],
  [
    { all: [{ any: [{ deadLettered: {} }, { always: true }] }, { all: [{ always: true }] }] },
    '(a dead-letter record of every payment or nothing) and nothing',
  ],
  [
    { any: [{ all: [{ always: true }, { always: true }] }, { not: { always: true } }] },
    '(nothing and nothing) or not: nothing',
  ],
  [{ all: [{ requested: { atLeast: 2, subject: 'ada' } }] }, '2 requests to admin-service for ada'],
  [{ met: { worker } }, `${worker} to come as far as Kafka`],
  [{ met: { worker, topic: 'purchase-created' } }, `${worker} to learn that purchase-created does not exist`],
  [{ marked }, 'PURCHASE_CREATED of every payment marked in processed_events by a worker'],
  [{ marked: { ...marked, by: 'anyone' } }, 'PURCHASE_CREATED of every payment marked in processed_events by anyone'],
  [{ answered: { atLeast: 2 } }, '2 answers of admin-service for every payment'],
  [{ answered: { status: 500 } }, '1 answer 500 of admin-service for every payment'],
  [{ connected: { worker, upstream: 'kafka' } }, `1 connection of ${worker} to kafka`],
  [
    { connected: { worker, upstream: 'kafka', refused: true, since: 'PURCHASE_CREATED', atLeast: 2 } },
    `2 refused connections of ${worker} to kafka since PURCHASE_CREATED`,
  ],
  [{ exited: { worker } }, `${worker} to exit by itself`],
  [{ exited: { worker, by: 'anyone' } }, `${worker} to exit`],
])('%j', (condition, words) => expect(describe(pipelineOf(shippedPipeline), condition)).toBe(words));
