import { expect, test } from 'vitest';
import { changesBetween } from './changes.ts';
import { reportOf } from './report.ts';
import type { DiagnosisReport } from './report.ts';
import { ALLOCATION_GROUP, allocation, confirmed, created, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';

const judge = (seen: Seen): DiagnosisReport => reportOf(toHistory(live(seen, {})), { brokers: 'kafka:9092' });

const waiting: Seen = { records: [confirmed(), created()], purchases: [purchase], at: { [ALLOCATION_GROUP]: 4 } };

test('what did not change is not told, though it was asked anew', () =>
  expect(changesBetween(judge(waiting), judge(waiting))).toEqual([]));

test('what is another, new or gone is told in one line each', () => {
  const members = { [ALLOCATION_GROUP]: ['purchase-created'] };
  const done = { ...waiting, members, allocations: [allocation], at: { [ALLOCATION_GROUP]: 5 } };
  const lines = changesBetween(judge(waiting), judge(done));
  expect(lines).toContain(
    'allocation-worker, worker-running: not known, 1 member in its group (before: not known, 0 members in its group)',
  );
  expect(lines.filter((line) => line.startsWith(`${ALLOCATION_GROUP} in`))).toEqual([
    `${ALLOCATION_GROUP} in purchase-created-1: at 5, nothing is left to read (before: at 4, 1 to read, and it did not move in 6 s)`,
  ]);
  expect(lines).toContain('FL0101 worker-not-running: no more');
  expect(lines.find((line) => line.startsWith('in short: nothing is wrong'))).toContain('(before: FL0101');
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(changesBetween(judge(done), judge({ ...done, without: ['topics'] }))).toContain(
    'records in Kafka: Kafka cannot be reached (before: read)',
  );
});

test('what could not be looked at is not gone', () => {
  const [seen, blind] = [judge(waiting), judge({ ...waiting, without: ['topics', 'groups'] })];
  const lines = changesBetween(seen, blind);
  expect(lines).toContain('FL0101 worker-not-running: not seen this time');
  expect(lines.filter((line) => line.endsWith('no more'))).toEqual([]);
});

test('a group that moves and a log that grows are no change', () => {
  const members = { [ALLOCATION_GROUP]: ['purchase-created'] };
  const moving = (from: number, unfit: number): DiagnosisReport => {
    const log = { unfit: { lines: unfit, first: 2 }, parts: [{ name: 'the log', lines: unfit + 40, unfit: null }] };
    const seen: Seen = { ...waiting, members, log, at: { [ALLOCATION_GROUP]: from }, partition: { end: 90 } };
    return reportOf(toHistory(live(seen, { at: { [ALLOCATION_GROUP]: from + 2 } })), { brokers: 'kafka:9092' });
  };
  const [before, after] = [moving(20, 2), moving(40, 9)];
  expect(before.stages[1]?.standing[0]).toContain('it moves');
  expect(changesBetween(before, after)).toEqual([]);
});

test('what was never read whole and now cannot be read at all hides what was seen in it', () => {
  const partly = (why: string, causes: DiagnosisReport['causes']): DiagnosisReport => ({
    ...judge(waiting),
    sources: [{ source: 'records in Kafka', complete: false, why }],
    outcome: 'cause-found',
    causes,
    findings: [],
  });
  const found = partly('retention took 7 records', judge(waiting).causes);
  const line = (lines: readonly string[]) => lines.filter((each) => each.startsWith('FL0101'));
  expect(line(changesBetween(found, partly('Kafka cannot be reached', [])))).toEqual([
    'FL0101 worker-not-running: not seen this time',
  ]);
  expect(line(changesBetween(found, partly('retention took 9 records', [])))).toEqual([
    'FL0101 worker-not-running: no more',
  ]);
});
