import { expect, test } from 'vitest';
import type { Build } from '../../history/testing/build.ts';
import { causesOf, gone, inShort } from '../testing.ts';

const waiting = { until: 'created' } as const;

test('listed when the topic is absent, by itself while its workers live', () => {
  const causes = causesOf(waiting, (b) => b.topics(['purchase-created']));
  expect(inShort(causes)).toBe('topic-missing');
  expect(causes[0]?.message).toContain('purchase-created does not exist');
  expect(causes[0]?.checks[1]?.answer).toBe('missing: purchase-created');
});

test('a worker dead of it is its consequence, one that was stopped is not', () => {
  const dead = (requested: boolean) =>
    inShort(
      causesOf(waiting, (b) => {
        b.topics(['purchase-created']);
        b.exited('allocation-worker', requested);
        gone()(b);
      }),
    );
  expect(dead(false)).toBe('topic-missing, worker-not-running<topic-missing');
  expect(dead(true)).toBe('topic-missing, worker-not-running');
});

test('a worker that was stopped, started again and found dead of it: the earlier exit says nothing of the later process', () => {
  const causes = causesOf(waiting, (b) => {
    b.topics(['purchase-created']);
    b.exited('allocation-worker', true);
    b.add({ kind: 'process.started', source: 'process', worker: 'allocation-worker', pid: 2 });
    // Its own exit is not known yet.
    gone()(b);
  });
  expect(inShort(causes)).toBe('topic-missing, worker-not-running<topic-missing');
});

test('the deletion is as good as a listing, and what is created again is not missing', () => {
  const deleted = (again: boolean) =>
    inShort(
      causesOf(waiting, (b) => {
        b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
        if (again) b.add({ kind: 'kafka.topic-created', source: 'harness', topic: 'purchase-created', partitions: 3 });
      }),
    );
  expect(deleted(false)).toBe('topic-missing');
  expect(deleted(true)).not.toContain('topic-missing');
});

test('not listed for a topic that no payment needs, nor when the allocation is there', () => {
  expect(inShort(causesOf(waiting, (b) => b.topics(['sessions-generated'])))).not.toContain('topic-missing');
  expect(inShort(causesOf({}, (b) => b.topics(['purchase-created'])))).toBe('');
});

test('what lies further down is not listed while the topic is missing', () => {
  const skipped = { without: ['purchase', 'created', 'granted'], until: 'request' } as const;
  expect(inShort(causesOf(skipped))).toBe('guard-marked-without-allocation');
  expect(inShort(causesOf(skipped, (b) => b.topics(['purchase-created'])))).toBe('topic-missing');
  const fallback = { without: ['confirmed'], until: 'created' } as const;
  expect(inShort(causesOf(fallback, (b) => b.topics(['purchase-created'])))).toBe('topic-missing');
  const hung = (b: Build): void => {
    b.topics(['purchase-created']);
    b.seen('purchase-worker', 'stopped');
  };
  expect(inShort(causesOf({ until: 'purchase' }, hung))).toBe('topic-missing');
});
