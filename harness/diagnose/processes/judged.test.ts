import { expect, test } from 'vitest';
import { reportOf } from '../report.ts';
import type { DiagnosisReport } from '../report.ts';
import { ALLOCATION_GROUP, confirmed, created, live, purchase } from '../testing/live.ts';
import type { Seen } from '../testing/live.ts';
import { toHistory } from '../to-history.ts';

/** The event waits for the allocation-worker, and nobody is in its group. */
const waiting: Seen = {
  records: [confirmed(), created()],
  purchases: [purchase],
  at: { [ALLOCATION_GROUP]: 4 },
  members: { 'purchase-creation-workers': ['purchase-confirmed'] },
};

const OLD = 3_600_000;
const running = { state: 'running', detail: 'its container is running', forMs: OLD } as const;
const stopped = { state: 'stopped', detail: 'its container is paused' } as const;
const absent = { state: 'absent', detail: 'its container is exited (1)' } as const;

const judge = (first: Seen, second: Seen = {}): DiagnosisReport =>
  reportOf(toHistory(live(first, second)), { brokers: 'kafka:9092' });
const told = (...looks: [Seen, Seen?]): string =>
  judge(...looks)
    .causes.map(({ code, certainty }) => `${code}${certainty.startsWith('possible') ? '?' : ''}`)
    .join(' ');
const seen = (how: NonNullable<Seen['seen']>[string]): Pick<Seen, 'seen'> => ({ seen: { 'allocation-worker': how } });

test('a worker that does not run is told from one that runs and is in no group', () => {
  expect(told(waiting)).toBe('FL0101? FL0105?');
  const dead = judge({ ...waiting, ...seen(absent) });
  expect(dead.causes.map(({ code, certainty }) => [code, certainty])).toEqual([['FL0101', 'shown by what was asked']]);
  expect(dead.causes[0]?.message).toContain('allocation-worker has no live process and');
  expect(dead.causes[0]?.evidence).toContain('process of allocation-worker: its container is exited (1)');
  const lost = judge({ ...waiting, ...seen(running) });
  expect(lost.causes.map(({ code, certainty }) => [code, certainty.startsWith('possible')])).toEqual([
    ['FL0105', true],
  ]);
  expect(lost.causes[0]?.message).toContain('allocation-worker runs and trainer-allocation-workers has no member');
  expect(told({ ...waiting, ...seen(stopped) })).toBe('FL0105');
  // Where the group never was, it was not put out of it.
  const snapshot = live({ ...waiting, ...seen(running) }, {});
  const groups = { [ALLOCATION_GROUP]: { value: { state: 'Dead', members: [], committed: {} } } };
  const [first, last] = snapshot.looks.map((look) => ({ ...look, groups: { ...look.groups, ...groups } }));
  const stranger = reportOf(toHistory({ ...snapshot, looks: [first!, last!] }), { brokers: '' });
  expect(stranger.causes.map(({ code, certainty }) => [code, certainty.split(' (')[0]])).toEqual([
    ['FL0105', 'shown by what was asked'],
  ]);
  const [check] = lost.stages[1]?.checks ?? [];
  expect(check).toMatchObject({ is: 'bad', answer: 'its process runs, 0 members in its group' });
  expect(check?.asked[0]).toBe('docker inspect worker');
  expect(lost.sources.at(-1)).toEqual({ source: 'processes of allocation-worker', complete: true });
});

test('one that is starting, or came or went between the looks, is accused of nothing more than without', () => {
  expect(told({ ...waiting, ...seen({ ...running, forMs: 10_000 }) })).toBe('');
  for (const [first, second] of [
    [running, absent],
    [absent, running],
  ] as const)
    expect(told({ ...waiting, ...seen(first) }, seen(second))).toBe('FL0101? FL0105?');
  const unknown = judge({ ...waiting, ...seen('the processes of allocation-worker: there is no program docker') });
  expect(unknown.causes.map(({ code }) => code)).toEqual(['FL0101', 'FL0105']);
  expect(unknown.sources.at(-1)?.why).toBe('the processes of allocation-worker: there is no program docker');
});

test('one that is not found while its group has a member runs somewhere else', () => {
  const members = { ...waiting.members, [ALLOCATION_GROUP]: ['purchase-created'] };
  const report = judge({ ...waiting, members, ...seen(absent) });
  expect(report.causes).toEqual([]);
  expect(report.sources.at(-1)?.why).toContain('its group has a member');
});

test('a worker with much to do is not held to have had time, however long it runs', () => {
  const members = { ...waiting.members, [ALLOCATION_GROUP]: ['purchase-created'] };
  const log = { 'purchase-worker': running, 'allocation-worker': running };
  expect(told({ ...waiting, members, seen: log, log: {} })).toBe('');
});
