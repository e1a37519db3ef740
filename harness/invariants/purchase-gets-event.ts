import { nameOf, short } from '../history/names.ts';
import { activePurchasesOf, allocationEffectsOf, tablesAtEnd } from '../history/rows.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

export const purchaseGetsEvent: Invariant = {
  id: 'purchase-gets-event',
  title: 'In the end PURCHASE_CREATED was published for every purchase that has no allocation by other means.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject): Claim[] => {
        const tables = tablesAtEnd(history);
        const purchase = activePurchasesOf(tables, subject)[0];
        if (purchase === undefined || allocationEffectsOf(tables, subject).length > 0) return [];
        if (eventsOf(history, subject, 'PURCHASE_CREATED').length > 0) return [];
        return [
          {
            message: `purchase ${short(purchase.values['id'])} of ${nameOf(subject)} is there and PURCHASE_CREATED was never published for it`,
            evidence: [purchase.insertedBy.seq],
            subject: subject.name,
            shape: 'never-published',
            ...playedBy(history, 'purchase-worker'),
            restsOn: ['postgres', 'kafka'],
          },
        ];
      }),
    ),
};
