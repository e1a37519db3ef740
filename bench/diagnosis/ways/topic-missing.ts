/** FL0102. A worker that cannot read its topic ends, or never comes as far as its group: then FL0101 is possible besides. */
import { possible, shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { each, kill, payAll, start, startBoth, untilOneRow, untilRecord } from './acts.ts';

const WITH_NO_WORKER = [shown('FL0102'), ...possible('FL0101')];

export const topicMissing: readonly Way[] = [
  {
    name: 'purchase-created is deleted under running workers',
    of: 'FL0102',
    workers: workers({}),
    expects: [shown('FL0102')],
    injected: { at: 'allocation-worker', missing: ['purchase-created'] },
    bring: async (system, cases) => {
      await startBoth(system);
      await system.slot.topics.remove('purchase-created');
      await payAll(system, cases);
      // It stays with the first that it takes: the others wait behind that.
      await untilOneRow(system, cases, 'student_course_purchases');
    },
  },
  {
    name: 'purchase-created was never made, and allocation-worker ends of that',
    of: 'FL0102',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: WITH_NO_WORKER,
    injected: { at: 'allocation-worker', missing: ['purchase-created'], absent: ['allocation-worker'] },
    bring: async (system, cases) => {
      await system.slot.topics.remove('purchase-created');
      await start(system, 'purchase-worker');
      await system.slot.workers.start('allocation-worker', { ready: 'none' });
      await system.until('allocation-worker has ended', () => !system.slot.workers.isRunning('allocation-worker'));
      await payAll(system, cases);
      await untilOneRow(system, cases, 'student_course_purchases');
    },
  },
  {
    name: 'purchase-confirmed is deleted: nobody can tell of the payment',
    of: 'FL0102',
    workers: workers({}),
    expects: [shown('FL0102')],
    injected: { at: 'purchase-worker', missing: ['purchase-confirmed'] },
    bring: async (system, cases) => {
      await startBoth(system);
      await system.slot.topics.remove('purchase-confirmed');
      await each(cases, (one) => system.payment(one));
    },
  },
  {
    name: 'purchase-created is deleted with the events in it, which nobody has read yet',
    of: 'FL0102',
    workers: workers({ 'purchase-worker': 'incident' }),
    expects: WITH_NO_WORKER,
    injected: { at: 'allocation-worker', missing: ['purchase-created'], absent: ['allocation-worker'] },
    bring: async (system, cases) => {
      await startBoth(system);
      await kill(system, 'allocation-worker');
      await payAll(system, cases);
      await untilRecord(system, cases, 'purchase-created');
      await system.slot.topics.remove('purchase-created');
    },
  },
];
