/** FL0103: the row is there, and the event that should follow it is not in its topic, for whatever reason. */
import { shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import {
  each,
  inTurn,
  isPast,
  kill,
  makeAnew,
  payAll,
  start,
  startBoth,
  untilPast,
  untilRow,
  upToAllocation,
} from './acts.ts';

const EXPECTS = [shown('FL0103')];

export const eventNotEmitted: readonly Way[] = [
  {
    name: "payment-service's fallback writes the row and tells nobody",
    of: 'FL0103',
    workers: workers({}),
    expects: EXPECTS,
    bring: async (system, cases) => {
      await startBoth(system);
      await each(cases, async (one) => {
        await system.payment(one);
        await system.writePurchase(one);
      });
    },
  },
  {
    name: 'purchase-worker skips what payment-service marked early, and a fallback writes the row',
    of: 'FL0103',
    workers: workers({ 'purchase-worker': 'incident' }),
    expects: EXPECTS,
    bring: async (system, cases) => {
      await startBoth(system);
      await each(cases, async (one) => {
        await system.mark(one, 'PURCHASE_CONFIRMED', 'payment-service');
        await system.pay(one);
      });
      await untilPast(system, cases, 'purchase-worker');
      await each(cases, (one) => system.writePurchase(one));
    },
  },
  {
    name: 'purchase-worker is set to tell of it in another topic',
    of: 'FL0103',
    workers: workers({}),
    expects: EXPECTS,
    bring: async (system, cases) => {
      await start(system, 'allocation-worker');
      const env = { PURCHASE_CREATED_TOPIC: 'notification-requested' };
      await system.slot.workers.start('purchase-worker', { env });
      await payAll(system, cases);
      await untilPast(system, cases, 'purchase-worker');
    },
  },
  {
    // at-most-once commits the offset before the work: what a kill interrupts is done by nobody.
    name: 'purchase-worker is killed between row and event, and its offset is past the payment',
    of: 'FL0103',
    workers: workers({ 'purchase-worker': 'at-most-once' }),
    expects: EXPECTS,
    bring: async (system, cases) => {
      // Without the topic it gets as far as the row, and no further.
      await system.slot.topics.remove('purchase-created');
      await inTurn(cases, async (one) => {
        await start(system, 'purchase-worker');
        await system.pay(one);
        await untilRow(system, [one], 'student_course_purchases');
        await system.until('its offset is past it', () => isPast(system, one, 'purchase-worker'));
        await kill(system, 'purchase-worker');
      });
      await system.slot.topics.create('purchase-created');
      await startBoth(system);
    },
  },
  {
    // As in trials (semantics: a topic made anew is another one): what lay in its earlier life is not in it.
    name: 'purchase-created was made anew, and the events that nobody had read are gone',
    of: 'FL0103',
    workers: workers({}),
    expects: EXPECTS,
    bring: async (system, cases) => {
      await upToAllocation(system, cases);
      await makeAnew(system, 'purchase-created');
      await start(system, 'allocation-worker');
    },
  },
];
