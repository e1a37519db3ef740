/**
 * FL0106. No row, no mark and no letter tells of it, and calls are not known without a log: it was not read (FL0105), not called for, or called for in
 * vain (FL0107) are one for who looks.
 */
import { possible, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { createIn, isPast, start, startBoth, untilPast, upToAllocation } from './acts.ts';
import type { System } from '../system.ts';
import type { ResolvedSubject } from '../../../harness/scenario/subjects.ts';

const EXPECTS = possible('FL0106', 'FL0105', 'FL0107');

/** Each is taken, and lost before its call: while somebody has the table locked that is looked at first. */
const lost =
  (end: (system: System) => Promise<unknown>): Way['bring'] =>
  async (system, cases) => {
    await upToAllocation(system, cases);
    const release = await system.lock('trainer_allocations');
    const left = (): readonly ResolvedSubject[] => cases.filter((one) => !isPast(system, one, 'allocation-worker'));
    for (let before = left().length; before > 0; before = left().length) {
      await start(system, 'allocation-worker');
      await system.until('somebody waits for the lock', async () => (await waiting(system)) > 0);
      await end(system);
      await system.until('its offset is past one more', () => left().length < before);
    }
    await release();
    await startBoth(system);
  };

/** Statements of workers that wait for a lock. */
const waiting = async ({ slot: { database } }: System): Promise<number> => {
  const rows = await database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%trainer_allocations%'`,
  );
  return rows.length;
};

/** What a killed worker waited for must not be taken for another one's. */
const killed = async ({ slot }: System): Promise<void> => {
  await slot.workers.stop('allocation-worker');
  await slot.database.terminateWorkerBackends();
};

export const apiNotCalled: readonly Way[] = [
  {
    name: 'allocation-worker (at-most-once) is killed before the call',
    of: 'FL0106',
    workers: workers({ 'allocation-worker': 'at-most-once' }),
    expects: EXPECTS,
    bring: lost(killed),
  },
  {
    name: 'allocation-worker (commits-on-sigterm) is stopped before the call',
    of: 'FL0106',
    workers: workers({ 'allocation-worker': 'commits-on-sigterm' }),
    expects: EXPECTS,
    bring: lost(async (system) => {
      await system.slot.workers.terminate('allocation-worker');
      await killed(system);
    }),
  },
  {
    name: 'allocation-worker (first-of-batch) takes a batch for done after its first event',
    of: 'FL0106',
    workers: workers({ 'allocation-worker': 'first-of-batch' }),
    expects: EXPECTS,
    others: 1,
    bring: async (system, cases, others) => {
      await createIn(system, [...others, ...cases], 0);
      await startBoth(system);
      await untilPast(system, cases, 'allocation-worker');
    },
  },
];
