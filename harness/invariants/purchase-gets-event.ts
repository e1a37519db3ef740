import { nameOf, short } from '../history/names.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { hasAllocation, publishedAbout, purchasesAtEnd } from './purchases.ts';
import type { Claim, Invariant } from './types.ts';

export const purchaseGetsEvent: Invariant = {
  id: 'purchase-gets-event',
  title: 'In the end PURCHASE_CREATED was published for every purchase that has no allocation by other means.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      purchasesAtEnd(history).flatMap((purchase): Claim[] => {
        if (hasAllocation(history, purchase)) return [];
        if (publishedAbout(history, purchase, 'PURCHASE_CREATED').length > 0) return [];
        const { row, subject } = purchase;
        return [
          {
            message: `purchase ${short(row.values['id'])} of ${nameOf(subject)} is there and PURCHASE_CREATED was never published for it`,
            evidence: [row.insertedBy.seq],
            subject: subject.name,
            shape: 'never-published',
            ...publishedBy(history, 'PURCHASE_CREATED'),
            restsOn: ['postgres', 'kafka'],
          },
        ];
      }),
    ),
};
