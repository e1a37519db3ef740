/**
 * FL0105. That its group's members read another topic is shown. An offset alone says neither that the event was read nor that it was not, and
 * calls are not known without a log: where its worker calls a service, FL0106 and FL0107 are possible besides.
 */
import { possible, shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { kill, makeAnew, payAll, start, startBoth, untilPast, untilRecord, upToAllocation } from './acts.ts';

const BY_OFFSET = possible('FL0105', 'FL0106', 'FL0107');

export const eventNotConsumed: readonly Way[] = [
  {
    name: 'allocation-worker is set to another topic',
    of: 'FL0105',
    workers: workers({}),
    expects: [shown('FL0105')],
    bring: async (system, cases) => {
      const env = { CONSUME_TOPIC: 'sessions-generated' };
      await system.slot.workers.start('allocation-worker', { env, ready: 'any-group' });
      await upToAllocation(system, cases);
    },
  },
  {
    // From outside it is a worker that does not run: FL0101 is as possible.
    name: 'allocation-worker (incident) is set to a new group, which begins at the end',
    of: 'FL0105',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: possible('FL0105', 'FL0101'),
    injected: { at: 'allocation-worker', absent: ['allocation-worker'] },
    bring: async (system, cases) => {
      await upToAllocation(system, cases);
      const env = { CONSUMER_GROUP: 'allocation-worker-misconfigured' };
      await system.slot.workers.start('allocation-worker', { env, ready: 'any-group' });
    },
  },
  {
    name: 'the group of allocation-worker is set past the events',
    of: 'FL0105',
    workers: workers({}),
    expects: BY_OFFSET,
    bring: async (system, cases) => {
      await upToAllocation(system, cases);
      await kill(system, 'purchase-worker');
      await system.slot.workers.commitEnds();
      await startBoth(system);
      await untilPast(system, cases, 'allocation-worker');
    },
  },
  {
    // Nor does it say that what its worker should have told was not told: by semantics FL0103 is the topic read, and no event in it.
    name: 'the group of purchase-worker is set past the events',
    of: 'FL0105',
    workers: workers({ 'purchase-worker': 'incident', 'allocation-worker': 'report-fix' }),
    expects: possible('FL0105', 'FL0103'),
    injected: { at: 'purchase-worker' },
    bring: async (system, cases) => {
      await payAll(system, cases);
      await untilRecord(system, cases, 'purchase-confirmed');
      await system.slot.workers.commitEnds();
      await startBoth(system);
      await untilPast(system, cases, 'purchase-worker');
    },
  },
  {
    name: 'allocation-worker (incident) has no offset yet and begins at the end',
    of: 'FL0105',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: BY_OFFSET,
    others: 20,
    bring: async (system, cases, others) => {
      // With the topic its groups' offsets go.
      await makeAnew(system, 'purchase-created');
      await upToAllocation(system, cases);
      await start(system, 'allocation-worker');
      await payAll(system, others);
      await untilPast(system, cases, 'allocation-worker');
    },
  },
];
