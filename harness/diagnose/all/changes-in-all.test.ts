import { expect, test } from 'vitest';
import { changesInAll as next, knownFrom } from './changes-in-all.ts';
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

/** What is told after the first of them, pass by pass. */
const told = (first: AllReport, ...later: readonly AllReport[]): readonly (readonly string[])[] => {
  let known = knownFrom(first);
  return later.map((one) => {
    const step = next(known, one);
    known = step.known;
    return step.changes;
  });
};

const changesInAll = (before: AllReport, after: AllReport): readonly string[] => told(before, after)[0] ?? [];

const DOWN = report({ outcome: 'not-known', unread: ['the rows: connection refused'] });

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

test('what could not be looked at is not gone: it is compared with what was known of it', () => {
  const [one, two] = [report({ causes: [cause(['a'])] }), report({ causes: [cause(['a', 'b'])] })];
  const [down, still, again, more] = told(one, DOWN, DOWN, one, two);
  expect(down).toEqual([
    'not looked through: the rows: connection refused',
    'in short: not known (before: cause found)',
    'FL0103 event-not-emitted: not seen this time',
  ]);
  expect(still).toEqual([]);
  expect(again).toEqual([
    'FL0103 event-not-emitted: 1, such as a, seen again',
    'in short: cause found (before: not known)',
    'not looked through: the rows: connection refused: no more',
  ]);
  expect(more).toEqual(['FL0103 event-not-emitted: 2, such as b (before: 1, such as a)']);
  // Repaired meanwhile: that is told when it can be looked at.
  expect(told(one, DOWN, report())[1]).toContain('FL0103 event-not-emitted: no more');
});

test('fewer of which not all could be looked at are as many as were seen, and no fewer are known', () => {
  const three = report({ causes: [cause(['a', 'b', 'c'])] });
  const part = report({ causes: [cause(['a'])], unread: ['topic-1 was read up to 5 of 9: the time was up'] });
  const [down, , again] = told(three, part, part, three);
  expect(down?.[0]).toBe('FL0103 event-not-emitted: 1, such as a, seen this time (before: 3, such as a)');
  expect(again?.[0]).toBe('FL0103 event-not-emitted: 3, such as a, seen again');
});

test('what is open or not looked into may have the cause that is not seen', () => {
  const one = report({
    causes: [cause(['a'])],
    untold: [{ kind: 'allocation without TRAINER_ALLOCATED', count: 2, examples: [] }],
  });
  const open = report({ outcome: 'not-known', open: [{ why: 'a group moves', count: 1, examples: ['a'] }] });
  const lines = told(one, open)[0];
  expect(lines).toContain('FL0103 event-not-emitted: not seen this time');
  expect(lines).toContain('allocation without TRAINER_ALLOCATED: no more');
  const busy = report({ outcome: 'not-known', notLookedInto: [{ why: 'it is in work', count: 2 }] });
  expect(told(one, busy)[0]).toContain('FL0103 event-not-emitted: not seen this time');
  expect(told(one, busy)[0]).toContain('allocation without TRAINER_ALLOCATED: not seen this time');
  // Of a thousand that are gone two that are in work hide none.
  const many = report({ causes: [cause(Array.from({ length: 1000 }, (_, i) => `p${i}`))] });
  expect(told(many, busy)[0]).toContain('FL0103 event-not-emitted: no more');
});

test('what can never be read hides nothing that was seen without it', () => {
  const unread = ['the worker cannot be looked for: no docker'];
  const found = report({ causes: [cause(['a'])], unread });
  const repaired = report({ outcome: 'not-known', unread });
  expect(told(found, repaired)[0]).toContain('FL0103 event-not-emitted: no more');
  const away = report({ outcome: 'not-known', unread: [...unread, 'PostgreSQL: refused'] });
  const [first, second] = told(found, away, repaired);
  expect(first).toContain('FL0103 event-not-emitted: not seen this time');
  expect(second).toContain('FL0103 event-not-emitted: no more');
});

test('open ones that differ by numbers alone are counted together', () => {
  const open = (...groups: readonly (readonly [why: string, count: number])[]): AllReport =>
    report({ open: groups.map(([why, count]) => ({ why, count, examples: [] })) });
  const both = open(['stands at 5 since 12 s', 4], ['stands at 7 since 40 s', 1]);
  expect(changesInAll(both, open(['stands at 5 since 42 s', 9], ['stands at 7 since 70 s', 1]))).toEqual([
    'stands at # since # s: 10 (before: 5)',
  ]);
  const four = open(['stands at 5 since 42 s', 4]);
  expect(changesInAll(both, four)).toEqual(['stands at 5 since 42 s: 4 (before: 5)']);
  expect(changesInAll(four, report())).toEqual(['stands at 5 since 42 s: no more']);
  // What two steps could not do for one reason, is one reason, with all that it says.
  const why = 'PostgreSQL: 127.0.0.1:5432: refused';
  expect(changesInAll(report(), report({ unread: [why, why] }))).toEqual([`not looked through: ${why}`]);
});

test('of a cause that few have, others are a change; of many only how many they are', () => {
  const of = (...ids: string[]): AllReport => report({ causes: [cause(ids)] });
  expect(changesInAll(of('a', 'b', 'c'), of('c', 'a', 'b'))).toEqual([]);
  expect(changesInAll(of('a', 'b', 'c'), of('d', 'e', 'f'))).toEqual([
    'FL0103 event-not-emitted: 3, such as d (before: 3, such as a)',
  ]);
  expect(changesInAll(of('a', 'b', 'c', 'd'), of('e', 'f', 'g', 'h'))).toEqual([]);
  // One that another cause has, or that was told of long ago, is no news.
  const other = report({ causes: [cause(['a', 'b'], { code: 'FL0105', id: 'event-not-consumed' })] });
  expect(told(of('a'), other, of('a', 'b'))).toEqual([
    ['FL0105 event-not-consumed: 2, such as a', 'FL0103 event-not-emitted: no more'],
    ['FL0103 event-not-emitted: 2, such as b', 'FL0105 event-not-consumed: no more'],
  ]);
});
