import { expect, test } from 'vitest';
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
