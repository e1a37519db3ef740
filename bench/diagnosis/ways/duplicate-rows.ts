/** FL0108. The payment has come to its end, and there is one row too many. */
import { shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { allocateByHand, each, payAll, purchaseTwice, startBoth, untilRecord, withoutIndex } from './acts.ts';

const EXPECTS = [shown('FL0108')];

export const duplicateRows: readonly Way[] = [
  {
    name: 'two active purchases, of a fallback that ran twice',
    of: 'FL0108',
    workers: workers({}),
    expects: EXPECTS,
    injected: { at: 'purchase-worker' },
    bring: async (system, cases) => {
      await startBoth(system);
      await purchaseTwice(system, cases);
      await each(cases, (one) => system.emitCreated(one));
      await untilRecord(system, cases, 'trainer-allocated');
    },
  },
  {
    name: 'two approved allocations, one of them by hand',
    of: 'FL0108',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: EXPECTS,
    bring: async (system, cases) => {
      await withoutIndex(system, 'unique_active_allocation');
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'trainer-allocated');
      await each(cases, (one) => allocateByHand(system, one));
    },
  },
  {
    name: 'an earlier purchase is made active again beside the present one',
    of: 'FL0108',
    workers: workers({ 'purchase-worker': 'incident', 'allocation-worker': 'report-fix' }),
    expects: EXPECTS,
    injected: { at: 'purchase-worker' },
    bring: async (system, cases) => {
      await withoutIndex(system, 'unique_active_purchase');
      await each(cases, (one) => system.writePurchase(one));
      await system.sql('UPDATE student_course_purchases SET is_active = false');
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'trainer-allocated');
      await system.sql('UPDATE student_course_purchases SET is_active = true');
    },
  },
];
