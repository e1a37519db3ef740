/**
 * FL0104. Who wrote the guard's row no row proves, and calls are not known without a log (docs/diagnose.md): where its worker calls a service, that it was
 * not called, or failed, is possible besides; the three are one for who looks.
 */
import { possible, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { each, payAll, startBoth, untilPast } from './acts.ts';

const WITH_SERVICE = possible('FL0104', 'FL0106', 'FL0107');

/** Somebody marks the event before it is told. */
const markedEarly =
  (type: string, source: string, at: 'purchase-worker' | 'allocation-worker'): Way['bring'] =>
  async (system, cases) => {
    await startBoth(system);
    await each(cases, async (one) => {
      await system.mark(one, type, source);
      await system.pay(one);
    });
    await untilPast(system, cases, at);
  };

export const guardMarked: readonly Way[] = [
  {
    name: 'PURCHASE_CREATED is marked early, and allocation-worker (incident) trusts the guard',
    of: 'FL0104',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: WITH_SERVICE,
    bring: markedEarly('PURCHASE_CREATED', 'payment-service', 'allocation-worker'),
  },
  {
    name: 'PURCHASE_CREATED is marked early, and allocation-worker (trusts-guard) trusts the guard',
    of: 'FL0104',
    workers: workers({ 'allocation-worker': 'trusts-guard' }),
    expects: WITH_SERVICE,
    bring: markedEarly('PURCHASE_CREATED', 'backfill', 'allocation-worker'),
  },
  {
    name: 'the service says that it is done, has no row, and allocation-worker (incident) marks the event',
    of: 'FL0104',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: WITH_SERVICE,
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'silent-success' });
      await startBoth(system);
      await payAll(system, cases);
      await untilPast(system, cases, 'allocation-worker');
    },
  },
  {
    name: 'PURCHASE_CONFIRMED is marked before it is told, and purchase-worker (incident) trusts the guard',
    of: 'FL0104',
    workers: workers({ 'purchase-worker': 'incident' }),
    expects: possible('FL0104'),
    injected: { at: 'purchase-worker' },
    bring: markedEarly('PURCHASE_CONFIRMED', 'payment-service', 'purchase-worker'),
  },
  {
    name: 'PURCHASE_CONFIRMED is marked before it is told, and purchase-worker (trusts-guard) trusts the guard',
    of: 'FL0104',
    workers: workers({ 'purchase-worker': 'trusts-guard' }),
    expects: possible('FL0104'),
    injected: { at: 'purchase-worker' },
    bring: markedEarly('PURCHASE_CONFIRMED', 'payment-service', 'purchase-worker'),
  },
];
