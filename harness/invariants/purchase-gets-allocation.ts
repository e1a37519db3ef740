import { nameOf, short } from '../history/names.ts';
import { activePurchasesOf, allocationEffectsOf, tablesAtEnd } from '../history/rows.ts';
import { paymentsOf } from '../history/subjects.ts';
import type { Finding } from '../history/verdict.ts';
import { atTheEnd, mayStayDeadLettered } from './judging.ts';
import type { Invariant } from './types.ts';

export const purchaseGetsAllocation: Invariant = {
  id: 'purchase-gets-allocation',
  title: 'In the end every purchase has a trainer, or a pending allocation that a person decides on.',
  check: (history) =>
    atTheEnd(history, ['postgres', 'kafka'], () =>
      paymentsOf(history).flatMap((subject): Finding[] => {
        const tables = tablesAtEnd(history);
        const purchase = activePurchasesOf(tables, subject)[0];
        if (purchase === undefined || allocationEffectsOf(tables, subject).length > 0) return [];
        if (mayStayDeadLettered(history, subject, 'PURCHASE_CREATED')) return [];
        return [
          {
            message: `purchase ${short(purchase.values['id'])} of ${nameOf(subject)} is there and the student has no trainer for the course`,
            evidence: [purchase.insertedBy.seq],
            subject: subject.name,
          },
        ];
      }),
    ),
};
