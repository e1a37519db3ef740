import { nameOf, short } from '../history/names.ts';
import { atTheEnd, playedBy } from './judging.ts';
import { hasAllocation, mayBeDeadLettered, purchasesAtEnd } from './purchases.ts';
import type { Claim, Invariant } from './types.ts';

export const purchaseGetsAllocation: Invariant = {
  id: 'purchase-gets-allocation',
  title: 'In the end every purchase has had a trainer, or a pending allocation that a person decides on.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      purchasesAtEnd(history).flatMap((purchase): Claim[] => {
        if (hasAllocation(history, purchase) || mayBeDeadLettered(history, purchase, 'PURCHASE_CREATED')) return [];
        const { row, subject } = purchase;
        return [
          {
            message: `purchase ${short(row.values['id'])} of ${nameOf(subject)} is there and the student has no trainer for the course`,
            evidence: [row.insertedBy.seq],
            subject: subject.name,
            shape: 'no-allocation',
            ...playedBy(history, 'allocation-worker'),
            restsOn: ['postgres', 'kafka'],
          },
        ];
      }),
    ),
};
