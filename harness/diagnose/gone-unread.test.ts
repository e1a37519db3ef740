import { expect, test } from 'vitest';
import { reportOf } from './report.ts';
import type { DiagnosisReport } from './report.ts';
import { ALLOCATION_GROUP, NOON, confirmed, created, live, purchase } from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';

const HOUR = 3_600_000;

/** The event is not in its topic, of which retention took what the group had not read. */
const gone: Seen = {
  records: [confirmed()],
  purchases: [purchase],
  at: { [ALLOCATION_GROUP]: 2, 'purchase-creation-workers': 5 },
  partitionOf: { 'purchase-created': { first: 7, end: 9, since: NOON + HOUR } },
};

const judge = (seen: Seen): DiagnosisReport => reportOf(toHistory(live(seen, {})), { brokers: 'kafka:9092' });
const codes = (seen: Seen): readonly string[] => judge(seen).findings.map(({ code }) => code);

test('what retention took before the group had read it is told, where the row is of before that', () => {
  const report = judge(gone);
  expect(report.outcome).toBe('cause-found');
  expect(report.findings).toMatchObject([
    {
      code: 'FL0111',
      message:
        'purchase 5e0c1d2a is older than what is left of purchase-created-1, of which offsets 2 to 6 are gone, and trainer-allocation-workers had not read them',
      certainty: 'possible: which records they were nobody can say any more',
    },
  ]);
  expect(report.findings[0]?.commands.at(-1)).toMatch(/^# by hand: to purchase-created/);
  expect(report.stages[1]?.standing).toEqual([
    'trainer-allocation-workers at 2 of purchase-created-1: 2 to read, and it did not move in 16 s; 5 records that it had not read are gone (retention)',
  ]);
});

test('no group is held to what it had read, nor to what came later, nor where the event is there', () => {
  expect(codes({ ...gone, at: { ...gone.at, [ALLOCATION_GROUP]: 7 } })).toEqual([]);
  expect(codes({ ...gone, records: [confirmed(), created({ offset: 8 })] })).toEqual([]);
  const left = (more: object): Seen => ({
    ...gone,
    partitionOf: { 'purchase-created': { first: 7, end: 9, since: NOON + HOUR, ...more } },
  });
  expect(codes(left({ since: NOON + 60_000 }))).toEqual([]);
  expect(codes(left({ since: undefined }))).toEqual([]);
  // What was not to be read is not gone.
  expect(codes(left({ skipped: true }))).toEqual([]);
  expect(codes({ ...gone, purchases: [{ ...purchase, created_at: undefined }] })).toEqual([]);
});

test('members without a partition are counted', () => {
  const snapshot = live({ ...gone, members: { [ALLOCATION_GROUP]: ['purchase-created'] } });
  const [look] = snapshot.looks;
  const idle = { memberId: 'b', clientId: 'kafkajs', topics: ['purchase-created'], assigned: 0 };
  const busy = { ...idle, memberId: 'a', assigned: 3 };
  const group = { state: 'Stable', members: [busy, idle], committed: {} };
  const groups = { ...look.groups, [ALLOCATION_GROUP]: { value: group } };
  const { stages } = reportOf(toHistory({ ...snapshot, looks: [{ ...look, groups }] }), { brokers: '' });
  expect(stages[1]?.standing).toEqual([
    'trainer-allocation-workers (Stable, 2 members) has committed no offset',
    'trainer-allocation-workers: 2 members, 1 of them without a partition',
  ]);
});
