import { expect, it } from 'vitest';
import { ALLOCATION_GROUP, PURCHASE_GROUP, allocation, confirmed, created, live, purchase } from '../testing/live.ts';
import type { Seen } from '../testing/live.ts';
import type { SeenAll } from './read-all.ts';
import { reportOfAll } from './report-all.ts';
import type { AllReport } from './report-all.ts';

const members = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };

const report = (payments: readonly Seen[], more: Partial<SeenAll> = {}): AllReport => {
  const snapshots = payments.map((seen) => live(seen, {}, 16_000));
  const seen = { snapshots, untold: new Map(), rows: 10, records: 20, notLookedInto: [], unread: [], ...more };
  return reportOfAll(seen, { brokers: 'kafka.example:9092' }, 'payment');
};

const silent: Seen = { records: [confirmed()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 }, members };
const done: Seen = { ...silent, allocations: [allocation] };
const behind: Seen = {
  ...silent,
  records: [confirmed(), created()],
  at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 2 },
};

it('is grouped by cause, the most frequent first, with three examples', () => {
  const { outcome, causes, inShort } = report([...Array.from({ length: 5 }, () => silent), { ...behind, members: {} }]);
  expect(outcome).toBe('cause-found');
  expect(causes.map(({ code, possible, examples }) => [code, possible, examples.length])).toEqual([
    ['FL0103', 0, 3],
    ['FL0101', 1, 1],
    ['FL0105', 1, 1],
  ]);
  expect(inShort).toMatch(/^FL0103 event-not-emitted: 1 of the payments that were looked into, and 2 more$/);
});

it('what came to its end meanwhile is not told of, and what moves is no cause', () => {
  expect(report([done])).toMatchObject({ outcome: 'nothing-wrong', causes: [], open: [] });
  expect(report([done, behind])).toMatchObject({ outcome: 'not-known', causes: [], open: [{ count: 1 }] });
});

it('all is well only where all was looked through, and who tells nobody is not accused', () => {
  expect(report([]).outcome).toBe('nothing-wrong');
  expect(report([], { unread: ['Kafka cannot be reached'] }).outcome).toBe('not-known');
  expect(report([], { notLookedInto: [{ count: 3, why: 'too many' }] }).outcome).toBe('not-known');
  const pair = { studentId: 's', courseId: 'c' };
  const kind = 'allocation without TRAINER_ALLOCATED';
  const untold = new Map([[kind, { count: 7, examples: [{ kind, type: 'TRAINER_ALLOCATED', pair }] }]]);
  expect(report([], { untold })).toMatchObject({
    outcome: 'nothing-wrong',
    untold: [{ kind, count: 7, examples: ['s c'] }],
  });
});

it.each(['rows', 'topics', 'groups', 'guard'] as const)('%s not read accuse nobody', (what) => {
  const passed: Seen = { ...behind, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, without: [what] };
  expect(report([passed])).toMatchObject({ outcome: 'not-known', causes: [] });
});
