/** The same where it is said how the workers' command lines look: a worker that runs and is in no group is told from one that does not run. */
import { shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { eventNotConsumed } from './event-not-consumed.ts';
import { healthy } from './healthy.ts';
import { pairs } from './pairs.ts';
import { payAll, startBoth, untilEmpty, untilRecord } from './acts.ts';
import { workerNotRunning } from './worker-not-running.ts';

/** One that was started later may still be about to join, ms (docs/diagnose.md). */
const STARTED_LONG_AGO_MS = 61_000;

const like = (list: readonly Way[], part: string): Way => {
  const found = list.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`no way is called ${part}`);
  return { ...found, name: `${found.name}; with its processes`, processes: true };
};

const newGroup = like(eventNotConsumed, 'is set to a new group');

export const withProcesses: readonly Way[] = [
  // Of a command line that fits nothing it is not known whether it ever did.
  like(workerNotRunning, 'allocation-worker was never started'),
  like(workerNotRunning, 'is killed while its first call'),
  like(pairs, 'FL0103 and FL0101'),
  {
    // Of a group that was there before it may have been put out: of one that never was it was not.
    ...newGroup,
    name: 'allocation-worker (incident) is set to a new group, and its own was never there; with its processes',
    expects: [shown('FL0105')],
    bring: async (system, cases, others) => {
      await system.removeGroup('allocation-worker');
      await newGroup.bring(system, cases, others);
      const began = performance.now();
      await system.until('it runs for a minute', () => performance.now() - began > STARTED_LONG_AGO_MS);
    },
  },
  {
    name: 'allocation-worker is stopped by SIGSTOP, and its session is over; with its processes',
    of: 'FL0105',
    workers: workers({}),
    expects: [shown('FL0105')],
    injected: { at: 'allocation-worker', absent: ['allocation-worker'] },
    processes: true,
    bring: async (system, cases) => {
      await startBoth(system);
      await system.slot.workers.pause('allocation-worker');
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await untilEmpty(system, 'allocation-worker');
    },
  },
  {
    ...newGroup,
    name: 'allocation-worker (incident) was started in a new group a moment ago; with its processes',
    of: 'none',
    expects: [],
    outcome: 'not-known',
  },
  like(healthy, '(hardened)'),
];
