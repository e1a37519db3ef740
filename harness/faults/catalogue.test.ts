import { expect, expectTypeOf, test } from 'vitest';
import type { FaultKind } from '../history/conditions.ts';
import type { FaultSpec } from '../scenario/types.ts';
import { faultOf } from './catalogue.ts';
import type { About, FaultKindName, Touches } from './types.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

/** One of each kind; a new kind does not compile until it is here. */
const SPECS: { readonly [K in FaultKindName]: Extract<FaultSpec, { kind: K }> } = {
  'worker-stopped': { kind: 'worker-stopped', worker: 'purchase-worker' },
  'worker-paused': { kind: 'worker-paused', worker: 'purchase-worker' },
  'worker-killed': { kind: 'worker-killed', worker: 'purchase-worker', when: { always: true } },
  'worker-terminated': { kind: 'worker-terminated', worker: 'purchase-worker', when: { always: true } },
  'worker-restarted': { kind: 'worker-restarted', worker: 'purchase-worker', when: { always: true } },
  'writes-held': { kind: 'writes-held', worker: 'purchase-worker', table: 'processed_events' },
  'worker-misconfigured': { kind: 'worker-misconfigured', worker: 'purchase-worker', setting: 'wrong-topic' },
  'topic-missing': { kind: 'topic-missing', topic: 'purchase-created', heal: 'create-only' },
  'api-behaviour': { kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada' },
  'guard-marked': { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'somebody' },
  'bytes-withheld': { kind: 'bytes-withheld', worker: 'purchase-worker', upstream: 'postgres' },
  'upstream-away': { kind: 'upstream-away', workers: ['purchase-worker'], upstream: 'postgres' },
};

/** What must be made anew after each: processes and membership, or topics as well. */
const TOUCHES: Readonly<Record<FaultKindName, Touches>> = {
  'worker-stopped': 'workers',
  'worker-paused': 'workers',
  'worker-killed': 'workers',
  'worker-terminated': 'workers',
  'worker-restarted': 'workers',
  'writes-held': 'nothing',
  'worker-misconfigured': 'workers',
  'topic-missing': 'everything',
  'api-behaviour': 'nothing',
  'guard-marked': 'nothing',
  'bytes-withheld': 'nothing',
  'upstream-away': 'workers',
};

/** What judges are told of each. */
const FACTS: Readonly<Record<FaultKindName, About>> = {
  'worker-stopped': { workers: ['purchase-worker'], disturbs: 'process' },
  'worker-paused': { workers: ['purchase-worker'], disturbs: 'process' },
  'worker-killed': { workers: ['purchase-worker'], disturbs: 'process' },
  'worker-terminated': { workers: ['purchase-worker'], disturbs: 'process' },
  'worker-restarted': { workers: ['purchase-worker'], disturbs: 'process' },
  'writes-held': { workers: ['purchase-worker'], upstream: 'postgres', disturbs: 'writes' },
  'worker-misconfigured': { workers: ['purchase-worker'], disturbs: 'settings' },
  'topic-missing': { workers: ['allocation-worker'], topic: 'purchase-created', disturbs: 'topic' },
  'api-behaviour': { upstream: 'admin-service', subject: 'ada', disturbs: 'answers' },
  'guard-marked': { subject: 'ada', disturbs: 'guard' },
  'bytes-withheld': { workers: ['purchase-worker'], upstream: 'postgres', disturbs: 'reach' },
  'upstream-away': { workers: ['purchase-worker'], upstream: 'postgres', disturbs: 'reach' },
};

test.each(Object.values(SPECS))('$kind tells what it strikes as facts', (spec) => {
  const fault = faultOf(spec);
  expect(fault.about(spec, pipelineOf(shippedPipeline))).toEqual(FACTS[spec.kind]);
  expect(fault.tookUpstreamAway === true).toBe(['bytes-withheld', 'upstream-away'].includes(spec.kind));
});

test.each(Object.values(SPECS))('$kind says what it strikes, how it is undone and what it touches', (spec) => {
  const fault = faultOf(spec);
  expect(fault.kind).toBe(spec.kind);
  expect(fault.touches).toBe(TOUCHES[spec.kind]);
  expect(fault.target(spec, pipelineOf(shippedPipeline))).not.toBe('');
  expect(fault.healing(spec, pipelineOf(shippedPipeline))).not.toBe('');
});

test('the kinds that conditions can name are the kinds there are', () => {
  expectTypeOf<FaultKind>().toEqualTypeOf<FaultKindName>();
});
