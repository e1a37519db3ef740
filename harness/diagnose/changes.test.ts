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
  expect(lines).toContain(`${ALLOCATION_GROUP} at 5 of purchase-created-1: nothing is left to read`);
  expect(lines).toContain(`${ALLOCATION_GROUP} at 4 of purchase-created-1: no more`);
  expect(lines).toContain('FL0101 worker-not-running: no more');
  expect(lines.find((line) => line.startsWith('in short: nothing is wrong'))).toContain('(before: FL0101');
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(changesBetween(judge(done), judge({ ...done, without: ['topics'] }))).toContain(
    'records in Kafka: Kafka cannot be reached (before: read)',
  );
});
