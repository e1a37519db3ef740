/**
 * FL0101. An empty group does not tell a worker that does not run from one that reads as another group (docs/diagnose.md: processes are not
 * looked for): FL0105 is possible beside it, and neither is shown.
 */
import { possible, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { kill, payAll, startBoth, start, untilOneCall, untilRecord, upToAllocation } from './acts.ts';

const EXPECTS = possible('FL0101', 'FL0105');
const NO_ALLOCATION_WORKER = { at: 'allocation-worker', absent: ['allocation-worker'] } as const;

export const workerNotRunning: readonly Way[] = [
  {
    name: 'allocation-worker was never started',
    of: 'FL0101',
    workers: workers({}),
    expects: EXPECTS,
    injected: NO_ALLOCATION_WORKER,
    bring: upToAllocation,
  },
  {
    name: 'purchase-worker was never started',
    of: 'FL0101',
    workers: workers({ 'allocation-worker': 'report-fix' }),
    expects: EXPECTS,
    injected: { at: 'purchase-worker', absent: ['purchase-worker'] },
    bring: async (system, cases) => {
      await start(system, 'allocation-worker');
      await payAll(system, cases);
      await untilRecord(system, cases, 'purchase-confirmed');
    },
  },
  {
    name: 'allocation-worker is killed while its first call is under way',
    of: 'FL0101',
    workers: workers({}),
    expects: EXPECTS,
    injected: NO_ALLOCATION_WORKER,
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'hangs' });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await untilOneCall(system, cases);
      await kill(system, 'allocation-worker');
    },
  },
  {
    name: 'allocation-worker is stopped by SIGTERM and not started again',
    of: 'FL0101',
    workers: workers({ 'purchase-worker': 'incident', 'allocation-worker': 'incident' }),
    expects: EXPECTS,
    injected: NO_ALLOCATION_WORKER,
    bring: async (system, cases) => {
      await startBoth(system);
      await system.slot.workers.terminate('allocation-worker');
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
    },
  },
];
