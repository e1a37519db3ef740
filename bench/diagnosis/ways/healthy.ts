/** Nothing is wrong: nobody is accused, and it is said so. */
import { workers } from '../types.ts';
import type { Way } from '../types.ts';
import { inTurn, kill, makeAnew, payAll, start, startBoth, untilPast, untilRecord } from './acts.ts';

const done = async (system: Parameters<Way['bring']>[0], cases: Parameters<Way['bring']>[1]): Promise<void> => {
  await startBoth(system);
  await payAll(system, cases);
  await untilRecord(system, cases, 'trainer-allocated');
};

const INCIDENT = { 'purchase-worker': 'incident', 'allocation-worker': 'incident' };

export const healthy: readonly Way[] = [
  { name: 'all has come to its end (hardened)', of: 'none', workers: workers({}), expects: [], bring: done },
  { name: 'all has come to its end (incident)', of: 'none', workers: workers(INCIDENT), expects: [], bring: done },
  {
    name: 'all has come to its end (report-fix)',
    of: 'none',
    workers: workers({ ...INCIDENT, 'allocation-worker': 'report-fix' }),
    expects: [],
    bring: done,
  },
  {
    name: 'no trainer is free, and a row waits for a person',
    of: 'none',
    workers: workers({}),
    expects: [],
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'no-trainer' });
      await startBoth(system);
      await payAll(system, cases);
      await untilPast(system, cases, 'allocation-worker');
    },
  },
  {
    name: 'all has come to its end, and the workers are stopped since',
    of: 'none',
    workers: workers({}),
    expects: [],
    injected: { at: 'allocation-worker', absent: ['purchase-worker', 'allocation-worker'] },
    bring: async (system, cases) => {
      await done(system, cases);
      await kill(system, 'purchase-worker');
      await kill(system, 'allocation-worker');
    },
  },
  {
    // How far the workers get meanwhile is the machine's.
    name: 'just paid, with more payments all the time',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'either',
    others: 400,
    bring: async (system, cases, others) => {
      await startBoth(system);
      await payAll(system, others.slice(0, 50));
      system.meanwhile(async (isEnded) =>
        inTurn(others.slice(50), async (one) => {
          if (!isEnded()) await system.pay(one);
        }),
      );
      await payAll(system, cases);
    },
  },
  {
    name: 'done, and the group of allocation-worker is moved back to the beginning',
    of: 'none',
    workers: workers({}),
    expects: [],
    bring: async (system, cases) => {
      await done(system, cases);
      await untilPast(system, cases, 'allocation-worker');
      await kill(system, 'allocation-worker');
      await system.slot.workers.commitBeginning('allocation-worker');
      await start(system, 'allocation-worker');
    },
  },
  {
    name: 'done, and purchase-created is made anew',
    of: 'none',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: [],
    bring: async (system, cases) => {
      await done(system, cases);
      await kill(system, 'allocation-worker');
      await makeAnew(system, 'purchase-created');
      await start(system, 'allocation-worker');
    },
  },
];
