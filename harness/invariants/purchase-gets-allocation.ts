import { nameOf, short } from '../history/names.ts';
import { activePurchasesOf, allocationEffectsOf, tablesAtEnd } from '../history/rows.ts';
import { paymentsOf } from '../history/subjects.ts';
import { atTheEnd, playedBy, mayStayDeadLettered } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

export const purchaseGetsAllocation: Invariant = {
  id: 'purchase-gets-allocation',
  title: 'In the end every purchase has a trainer, or a pending allocation that a person decides on.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject): Claim[] => {
        const tables = tablesAtEnd(history);
        const purchase = activePurchasesOf(tables, subject)[0];
        if (purchase === undefined || allocationEffectsOf(tables, subject).length > 0) return [];
        if (mayStayDeadLettered(history, subject, 'PURCHASE_CREATED')) return [];
        return [
          {
            message: `purchase ${short(purchase.values['id'])} of ${nameOf(subject)} is there and the student has no trainer for the course`,
            evidence: [purchase.insertedBy.seq],
            subject: subject.name,
            shape: 'no-allocation',
            ...playedBy(history, 'allocation-worker'),
            restsOn: ['postgres', 'kafka'],
          },
        ];
      }),
    ),
};
