import { expect, test } from 'vitest';
import { changesInAll } from './changes-in-all.ts';
import type { AllReport, CauseGroup } from './report-all.ts';

const cause = (ids: readonly string[], more: Partial<CauseGroup> = {}): CauseGroup => ({
  code: 'FL0103',
  id: 'event-not-emitted',
  count: ids.length,
  possible: 0,
  next: 'tell the event',
  examples: ids.slice(0, 3).map((payment) => ({ payment, message: 'no event' })),
  ...more,
});

const report = (more: Partial<AllReport> = {}): AllReport => ({
  outcome: (more.causes ?? []).length > 0 ? 'cause-found' : 'nothing-wrong',
  inShort: 'in words',
  rows: 10,
  records: 20,
  causes: [],
  untold: [],
  open: [],
  notLookedInto: [],
  unread: [],
  ...more,
});

test('more rows and records are no change', () =>
  expect(changesInAll(report({ causes: [cause(['a'])] }), report({ causes: [cause(['a'])], rows: 99 }))).toEqual([]));

test('one more of a cause is named, and how many there were is said', () => {
  const [one, two] = [report({ causes: [cause(['a'])] }), report({ causes: [cause(['a', 'b'])] })];
  expect(changesInAll(one, two)).toEqual(['FL0103 event-not-emitted: 2, such as b (before: 1, such as a)']);
  expect(changesInAll(report(), one)).toEqual([
    'FL0103 event-not-emitted: 1, such as a',
    'in short: cause found (before: nothing wrong)',
  ]);
  expect(changesInAll(one, report())).toEqual([
    'in short: nothing wrong (before: cause found)',
    'FL0103 event-not-emitted: no more',
  ]);
});

test('what is only possible, open, or could not be looked through is told when it changes', () => {
  const open = (why: string, count: number) => report({ open: [{ why, count, examples: [] }] });
  expect(changesInAll(open('waits since 12 s', 1), open('waits since 40 s', 1))).toEqual([]);
  expect(changesInAll(open('waits since 12 s', 1), open('waits since 40 s', 2))).toEqual([
    'waits since 40 s: 2 (before: 1)',
  ]);
  expect(changesInAll(open('waits', 1), open('waits', 4))).toEqual(['waits: 4 (before: 1)']);
  expect(changesInAll(report(), report({ unread: ['Kafka cannot be reached'], outcome: 'not-known' }))).toEqual([
    'not looked through: Kafka cannot be reached',
    'in short: not known (before: nothing wrong)',
  ]);
  const [sure, possible] = [cause(['a']), cause(['a'], { possible: 1 })];
  expect(changesInAll(report({ causes: [sure] }), report({ causes: [possible] }))).toEqual([
    'FL0103 event-not-emitted: 1, of which 1 only possible, such as a (before: 1, such as a)',
  ]);
});
