import { expect, test } from 'vitest';
import type { FaultAbout } from './events.ts';
import type { HistoryEvent } from './events.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { filledIn } from './of-before.ts';
import { build } from './testing/build.ts';

const facts = (target: string, about: FaultAbout = {}, faultKind = 'any'): FaultAbout => {
  const b = build({ subjects: ['ada', 'a'] });
  b.fired(faultKind, target, about);
  const { workers, upstream, topic, subject, disturbs } = b.history().of('fault.fired')[0]!;
  return Object.fromEntries(
    Object.entries({ workers, upstream, topic, subject, disturbs }).filter(([, value]) => value !== undefined),
  );
};

test('what was recorded counts, not what the target looks like', () => {
  expect(facts('allocation-worker', { workers: ['purchase-worker'] })).toEqual({ workers: ['purchase-worker'] });
  expect(facts('allocation-worker to kafka', { upstream: 'kafka' })).toEqual({ upstream: 'kafka' });
});

test('a target is read by its words, not by parts of them', () => {
  expect(facts('allocation-worker')).toEqual({ workers: ['allocation-worker'] });
  expect(facts('my-allocation-worker-2')).toEqual({});
});

test.each<[string, FaultAbout]>([
  [
    'allocation-worker and purchase-worker to kafka',
    { workers: ['purchase-worker', 'allocation-worker'], upstream: 'kafka' },
  ],
  ['purchase-worker to postgres', { workers: ['purchase-worker'], upstream: 'postgres' }],
  ['purchase-created', { topic: 'purchase-created' }],
  ['auto-assign for ada', { subject: 'ada' }],
  ['processed_events, PURCHASE_CREATED of a', { subject: 'a' }],
  ['auto-assign for nora', {}],
])('%s', (target, expected) => expect(facts(target)).toEqual(expected));

test.each([
  ['bytes-withheld', 'reach'],
  ['worker-misconfigured', 'settings'],
  ['api-behaviour', 'answers'],
  ['nobody knows it', undefined],
])('%s disturbed %s', (kind, disturbs) => expect(facts('-', {}, kind).disturbs).toBe(disturbs));

test('a declaration of before rules over rows were declared is the shipped one, and another is left as it is', () => {
  const [started, ...others] = filledIn(build().events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const { subject: _subject, ...before } = started.pipeline;
  const judgedBy = (pipeline: unknown): unknown => {
    const [first] = filledIn([{ ...started, pipeline } as HistoryEvent, ...others]);
    return first?.kind === 'trial.started' ? first.pipeline : undefined;
  };
  expect(judgedBy(before)).toBe(shippedPipeline);
  expect(judgedBy(undefined)).toBe(shippedPipeline);
  const another = { ...started.pipeline, name: 'order-to-shipment' };
  expect(judgedBy(another)).toBe(another);
});

test('of before acts were declared a pipeline had those of the shipped one whose event it had', () => {
  const [started] = filledIn(build().events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const { acts: _acts, ...before } = started.pipeline;
  const actsOf = (over: object): unknown => {
    const [first] = filledIn([{ ...started, pipeline: { ...before, ...over } } as HistoryEvent]);
    return first?.kind === 'trial.started' ? first.pipeline.acts : undefined;
  };
  const { pay, 'write-purchase': write } = shippedPipeline.acts;
  expect(actsOf({})).toEqual(shippedPipeline.acts);
  const { PURCHASE_CONFIRMED } = shippedPipeline.events;
  expect(actsOf({ events: { PURCHASE_CONFIRMED } })).toEqual({ pay, 'write-purchase': write });
  expect(actsOf({ events: {} })).toBeUndefined();
  expect(actsOf({ acts: {} })).toEqual({});
});

test('requests and connections of before services were told apart reached the only one', () => {
  const b = build();
  b.request();
  const before = b.events.map((event) => {
    if (event.kind !== 'http.connected' && event.kind !== 'http.request') return event;
    const { service: _service, ...told } = event;
    return told as HistoryEvent;
  });
  const services = filledIn(before).flatMap((event) =>
    event.kind === 'http.connected' || event.kind === 'http.request' ? [event.service] : [],
  );
  expect(services).toEqual(['admin-service', 'admin-service']);
});

test('what a call did, it did to an allocation, before rows of other pipelines were told of', () => {
  const told = { seq: 2, at: 0, kind: 'http.effect', source: 'http', call: 1, effect: 'inserted' } as const;
  const of = (fields: object) => filledIn([...build().events, { ...told, ...fields } as HistoryEvent]).at(-1);
  expect(of({ allocationId: 'a' })).toEqual({ ...told, rowId: 'a', of: 'allocation' });
  expect(of({ rowId: 'a', of: 'reservation' })).toEqual({ ...told, rowId: 'a', of: 'reservation' });
  expect(of({})).toEqual(told);
});

test('a history of today is left as it is', () => {
  const b = build();
  b.fired('bytes-withheld', 'allocation-worker to kafka', { workers: ['purchase-worker'], disturbs: 'writes' });
  expect(filledIn(b.events)).toEqual(b.events);
});
