import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import type { FlowOptions } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, gone, inShort, start } from '../testing.ts';

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

const deleted = (b: Build, topic = 'purchase-created'): void =>
  void b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic });

type Happening = 'deleted' | 'started' | 'exited' | 'stopped';

/** The allocation-worker's course, told by what happens to it and to its topic in this order. */
const told = (...happenings: readonly Happening[]): string =>
  inShort(
    causesOf(waiting, (b) => {
      for (const each of happenings) {
        if (each === 'deleted') deleted(b);
        else if (each === 'started') start(b, 'allocation-worker', false);
        else b.exited('allocation-worker', each === 'stopped');
      }
      b.topics(['purchase-created']);
      gone()(b);
    }),
  );

test.each<[string, readonly Happening[], boolean]>([
  ['lived when it vanished and died after', ['started', 'deleted', 'exited'], true],
  ['was started without it and died', ['deleted', 'started', 'exited'], true],
  ['was started without it and is dead, its exit not seen yet', ['deleted', 'started'], true],
  ['had died before it vanished', ['started', 'exited', 'deleted'], false],
  ['was stopped before it vanished', ['started', 'stopped', 'deleted'], false],
  ['was stopped after it vanished', ['started', 'deleted', 'stopped'], false],
  ['died of it, was started again and stopped', ['deleted', 'exited', 'started', 'stopped'], false],
  ['was started before it vanished and is dead, nobody knows since when', ['started', 'deleted'], false],
])('a worker that %s', (_, happenings, consequence) =>
  expect(told(...happenings)).toBe(`topic-missing, worker-not-running${consequence ? '<topic-missing' : ''}`),
);

test('a producer of the topic that exits dies of it too; one that neither reads nor writes it does not', () => {
  const dead = (topic: string): string =>
    inShort(
      causesOf({ until: 'purchase' }, (b) => {
        deleted(b, topic);
        b.exited('purchase-worker');
        b.topics([topic]);
        gone('purchase-worker')(b);
      }),
    );
  expect(dead('purchase-created')).toBe('topic-missing, worker-not-running<topic-missing');
  expect(dead('purchase-confirmed')).toBe('topic-missing, worker-not-running<topic-missing');
  const other = causesOf({ until: 'confirmed' }, (b) => {
    deleted(b, 'purchase-confirmed');
    b.exited('allocation-worker');
    b.topics(['purchase-confirmed']);
    gone()(b);
  });
  expect(inShort(other)).toBe('topic-missing, worker-not-running');
});

test('of two dead workers one that was stopped makes it no consequence', () => {
  const both = (requested: boolean): string =>
    inShort(
      causesOf({ until: 'purchase' }, (b) => {
        deleted(b);
        b.exited('purchase-worker', requested);
        b.exited('allocation-worker');
        b.topics(['purchase-created']);
        gone('purchase-worker')(b);
        gone()(b);
      }),
    );
  expect(both(false)).toBe('topic-missing, worker-not-running<topic-missing');
  expect(both(true)).toBe('topic-missing, worker-not-running');
});

test('a topic that the payment is past is no cause, nor what a worker died of', () => {
  const past = (options: FlowOptions, topic: string, more: (b: Build) => void = () => {}): string =>
    inShort(
      causesOf(options, (b) => {
        deleted(b, topic);
        b.topics([topic]);
        more(b);
      }),
    );
  // The purchase is made: its event is not needed any more.
  expect(past({ until: 'created' }, 'purchase-confirmed')).toBe('');
  expect(past({ until: 'request' }, 'purchase-confirmed')).toBe('');
  expect(past({ until: 'purchase' }, 'purchase-confirmed')).toBe('topic-missing');
  const dead = (b: Build): void => {
    b.exited('allocation-worker');
    gone()(b);
  };
  expect(past({ until: 'request' }, 'purchase-confirmed', dead)).toBe('worker-not-running');
  // The call is made: the event was read.
  expect(past({ until: 'allocation' }, 'purchase-created')).toBe('');
  expect(past({ until: 'allocation' }, 'purchase-created', dead)).toBe('worker-not-running');
  expect(past({ until: 'request' }, 'purchase-created')).toBe('topic-missing');
});

test('two payments: the one is past the missing topic, the other is not', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'created' }, 'ada');
  flow(b, { until: 'purchase' }, 'ben');
  b.observed(() => b.topics(['purchase-confirmed']));
  expect(diagnose(b.history()).map(({ id, subject, checked }) => [id, subject, checked?.stage])).toEqual([
    ['topic-missing', 'ben', 'purchase'],
  ]);
});

test('since when it is missing: the first word of it counts, and one that nobody ever saw was never there', () => {
  const listed = (present: boolean): string =>
    inShort(
      causesOf(waiting, (b) => {
        if (!present)
          for (const [i, event] of b.events.entries())
            if (event.kind === 'kafka.topics' || event.kind === 'kafka.positions')
              b.events[i] =
                event.kind === 'kafka.topics'
                  ? { ...event, topics: ['purchase-confirmed'] }
                  : { ...event, ends: { 'purchase-confirmed': { 0: 0 } } };
        b.exited('allocation-worker');
        b.topics(['purchase-created']);
        gone()(b);
      }),
    );
  expect(listed(false)).toBe('topic-missing, worker-not-running<topic-missing');
  // It was there when the trial began: it died before anybody saw it missing.
  expect(listed(true)).toBe('topic-missing, worker-not-running');
  const repeated = causesOf(waiting, (b) => {
    b.topics(['purchase-created']);
    b.exited('allocation-worker');
    b.topics(['purchase-created']);
    gone()(b);
  });
  expect(inShort(repeated)).toBe('topic-missing, worker-not-running<topic-missing');
});

test('its evidence is the first and the latest word of it', () => {
  const b = flow(build(), waiting);
  let seqs: number[] = [];
  b.observed(() => {
    deleted(b);
    seqs = [b.events.length, b.topics(['purchase-created'])];
  });
  expect(diagnose(b.history())[0]?.evidence).toEqual(seqs);
});
