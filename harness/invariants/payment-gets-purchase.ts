import { hadEffect } from '../history/effects.ts';
import { eventName, nameOf } from '../history/names.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, mayStayDeadLettered, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

export const paymentGetsPurchase: Invariant = {
  id: 'payment-gets-purchase',
  title: 'In the end every payment has an active purchase.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject): Claim[] => {
        const paid = eventsOf(history, subject, 'PURCHASE_CONFIRMED')[0];
        if (paid === undefined || hadEffect(history, 'PURCHASE_CONFIRMED', subject)) return [];
        if (mayStayDeadLettered(history, subject, 'PURCHASE_CONFIRMED')) return [];
        return [
          {
            message: `${nameOf(subject)} was paid (${eventName(paid)}) and has no active purchase`,
            evidence: [paid.record.seq],
            subject: subject.name,
            shape: 'no-purchase',
            ...playedBy(history, 'purchase-worker'),
            restsOn: ['postgres', 'kafka'],
          },
        ];
      }),
    ),
};
