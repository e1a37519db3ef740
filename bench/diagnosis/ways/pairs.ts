/** Two causes at once. Which of them comes first is the repair that the payment needs first. */
import { possible, shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { each, kill, payAll, purchaseTwice, start, startBoth, untilPast, untilRecord, upToAllocation } from './acts.ts';

const NONE = ['purchase-worker', 'allocation-worker'] as const;
const GONE = { at: 'allocation-worker', absent: ['allocation-worker'] } as const;

export const pairs: readonly Way[] = [
  {
    // The incident itself.
    name: 'FL0103 and FL0101: a fallback writes the row, and no worker was ever started',
    of: 'pair',
    workers: workers({}),
    expects: [shown('FL0103'), ...possible('FL0101')],
    injected: { at: 'allocation-worker', absent: NONE },
    bring: (system, cases) =>
      each(cases, async (one) => {
        await system.payment(one);
        await system.writePurchase(one);
      }),
  },
  {
    name: 'FL0102 and FL0101: purchase-created is missing, and no worker runs',
    of: 'pair',
    workers: workers({}),
    expects: [shown('FL0102'), ...possible('FL0101')],
    injected: { at: 'purchase-worker', missing: ['purchase-created'], absent: NONE },
    bring: async (system, cases) => {
      await system.slot.topics.remove('purchase-created');
      await payAll(system, cases);
      await untilRecord(system, cases, 'purchase-confirmed');
    },
  },
  {
    name: 'FL0103 and FL0108: a fallback writes the row twice, and tells nobody',
    of: 'pair',
    workers: workers({}),
    expects: [shown('FL0103'), shown('FL0108')],
    injected: { at: 'purchase-worker' },
    bring: async (system, cases) => {
      await startBoth(system);
      await purchaseTwice(system, cases);
    },
  },
  {
    // It is past the event: started again, it would not come back to it, but who sends it again needs it.
    name: 'FL0107 and FL0101: the event is given up, and then the worker is killed',
    of: 'pair',
    workers: workers({ 'allocation-worker': 'gives-up-at-once' }),
    expects: possible('FL0107', 'FL0106', 'FL0101'),
    injected: GONE,
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'fails' });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'dead-letter-queue');
      await untilPast(system, cases, 'allocation-worker');
      await kill(system, 'allocation-worker');
    },
  },
  {
    name: 'FL0104 and FL0101: the event is skipped for the guard, and then the worker is killed',
    of: 'pair',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: possible('FL0104', 'FL0106', 'FL0107', 'FL0101'),
    injected: GONE,
    bring: async (system, cases) => {
      await startBoth(system);
      await each(cases, async (one) => {
        await system.mark(one, 'PURCHASE_CREATED', 'payment-service');
        await system.pay(one);
      });
      await untilPast(system, cases, 'allocation-worker');
      await kill(system, 'allocation-worker');
    },
  },
  {
    name: 'FL0105 and FL0108: a row that is there twice, and a worker that is set to another topic',
    of: 'pair',
    workers: workers({}),
    expects: [shown('FL0105'), shown('FL0108')],
    bring: async (system, cases) => {
      await start(system, 'purchase-worker');
      const env = { CONSUME_TOPIC: 'sessions-generated' };
      await system.slot.workers.start('allocation-worker', { env, ready: 'any-group' });
      await purchaseTwice(system, cases);
      await each(cases, (one) => system.emitCreated(one));
    },
  },
  {
    name: 'FL0101 and FL0108: a row that is there twice, and nobody who reads the event',
    of: 'pair',
    workers: workers({}),
    expects: [...possible('FL0101', 'FL0105'), shown('FL0108')],
    injected: GONE,
    bring: async (system, cases) => {
      await upToAllocation(system, []);
      await purchaseTwice(system, cases);
      await each(cases, (one) => system.emitCreated(one));
    },
  },
];
