import { expect, it } from 'vitest';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { gapsIn } from '../gaps.ts';
import { reportOf } from '../report.ts';
import type { RowSeen } from '../snapshot.ts';
import { NOON, PAYMENT, created, live, purchase } from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { snapshotsOf, takeRecords } from './snapshots.ts';
import type { Suspect } from './suspects.ts';

const DAY_MS = 86_400_000;

/** Its purchase is of today; its topics reach back for seven days. */
const snapshots = (ownRows: readonly RowSeen[], crowded = false) => {
  const since = NOON - 7 * DAY_MS;
  const seen = live({ purchases: [purchase], partition: { first: 3, since } });
  const [look] = seen.looks;
  const { subject, clocks } = seen;
  const suspect: Suspect = { pair: subject, ids: new Set([PAYMENT]), kinds: new Set(), records: [created()], crowded };
  const at = { ...look, rows: [look.rows], records: takeRecords([suspect]) };
  return snapshotsOf({
    pipeline: shippedPipeline,
    clocks,
    payments: [{ suspect, subject }],
    ownRows,
    looks: [at, at],
  });
};

const kafkaGap = (ownRows: readonly RowSeen[]): string | undefined =>
  snapshots(ownRows).flatMap((one) => gapsIn(one).filter(({ source }) => source === 'kafka'))[0]?.why;

const ownRow = (days: number, id = PAYMENT): RowSeen => ({
  id,
  created_at: new Date(NOON - days * DAY_MS).toISOString(),
});

it('a payment that began before what is left of the topics proves nothing by what is not in them', () => {
  expect(kafkaGap([ownRow(2)])).toBeUndefined();
  expect(kafkaGap([ownRow(8)])).toContain('is gone (retention)');
  expect(kafkaGap([ownRow(8, PAYMENT.toUpperCase())])).toContain('is gone (retention)');
  expect(kafkaGap([ownRow(8, 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91')])).toBeUndefined();
});

it('what was seen of the workers is every payment’s', () => {
  const absent = { state: 'absent', detail: 'no pod fits app=worker' } as const;
  const waiting = { records: [created()], purchases: [purchase], seen: { 'allocation-worker': absent } };
  const { looks, subject, clocks } = live(waiting, {});
  const suspect: Suspect = {
    pair: subject,
    ids: new Set([PAYMENT]),
    kinds: new Set(),
    records: [created()],
    crowded: false,
  };
  const [first, second] = looks.map((look) => ({ ...look, rows: [look.rows], records: takeRecords([suspect]) }));
  const payments = [{ suspect, subject }];
  const [one] = snapshotsOf({ pipeline: shippedPipeline, clocks, payments, ownRows: [], looks: [first!, second!] });
  const { causes } = reportOf(toHistory(one!), { brokers: '' });
  expect(causes.map(({ code, certainty }) => [code, certainty])).toEqual([['FL0101', 'shown by what was asked']]);
});

it('of one with more records than are kept nothing is concluded', () => {
  expect(snapshots([ownRow(2)], true)).toEqual([]);
});
