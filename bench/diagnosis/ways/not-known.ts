/** It is in work, or what is wrong cannot be known by what is read: nobody is accused, and it is not said that nothing is wrong. */
import { workers } from '../types.ts';
import type { Way } from '../types.ts';
import { createIn, kill, makeAnew, payAll, start, startBoth, untilOneCall, untilPast, untilRecord } from './acts.ts';

/** Until the system is closed, ms. */
const LONG = 600_000;

export const notKnown: readonly Way[] = [
  {
    name: 'the service is slow',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'slow', delayMs: LONG });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await untilOneCall(system, cases);
    },
  },
  {
    name: 'each call takes a second, and they come one after the other',
    of: 'none',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: [],
    outcome: 'either',
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'slow', delayMs: 1000 });
      await startBoth(system);
      await payAll(system, cases);
      await untilOneCall(system, cases);
    },
  },
  {
    name: 'the service fails, and allocation-worker tries again and again',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'fails' });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await untilOneCall(system, cases);
    },
  },
  {
    name: 'it waits behind an event at which allocation-worker (incident) is stuck',
    of: 'none',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: [],
    outcome: 'not-known',
    others: 1,
    bring: async (system, cases, others) => {
      system.serviceBehaves({ behaviour: 'fails' });
      await createIn(system, [...others, ...cases], 1);
      await startBoth(system);
      await untilRecord(system, others, 'dead-letter-queue', 2);
    },
  },
  {
    name: 'a group that was moved back reads it all again, and is slow at it',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    others: 5,
    bring: async (system, cases, others) => {
      await startBoth(system);
      await payAll(system, others);
      await untilPast(system, others, 'allocation-worker');
      await kill(system, 'allocation-worker');
      await system.slot.workers.commitBeginning('allocation-worker');
      system.serviceBehaves({ behaviour: 'slow', delayMs: LONG });
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await start(system, 'allocation-worker');
      await untilOneCall(system, cases);
    },
  },
  {
    name: 'purchase-created was made anew, and its first events are in work',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      await startBoth(system);
      await kill(system, 'allocation-worker');
      await makeAnew(system, 'purchase-created');
      system.serviceBehaves({ behaviour: 'slow', delayMs: LONG });
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await start(system, 'allocation-worker');
      await untilOneCall(system, cases);
    },
  },
  {
    name: 'allocation-worker died a moment ago, and its place in the group is still held',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'hangs' });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await system.slot.workers.stop('allocation-worker', { leaveGroup: false });
    },
  },
  {
    // It may have been the effect: what a row was before no row tells.
    name: 'the allocation was cancelled by a person',
    of: 'none',
    workers: workers({}),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      await startBoth(system);
      await payAll(system, cases);
      await untilPast(system, cases, 'allocation-worker');
      await system.sql("UPDATE trainer_allocations SET status = 'cancelled'");
    },
  },
];
