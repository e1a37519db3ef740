import { isActivePurchase } from './counting.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { sinceWhen } from '../history/rows.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { hasAllocation, isAbout, mayBeDeadLettered, publishedAbout, purchasesAtEnd } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { Claim, Invariant } from './types.ts';

type Owed = 'PURCHASE_CREATED' | 'COURSE_ACCESS_GRANTED';

/**
 * What is missing of what the purchase's stage owes. A purchase for whose student and course PURCHASE_CREATED was never
 * published at all is told by purchase-gets-event, whoever made it, and not here again: here it was published, but of
 * another purchase.
 */
const missingOf = (history: History, purchase: Purchase): readonly Owed[] => {
  const named = (type: Owed): boolean =>
    publishedAbout(history, purchase, type).some((event) => isAbout(event, purchase));
  const isToldElsewhere = publishedAbout(history, purchase, 'PURCHASE_CREATED').length === 0;
  const owesCreated = !isToldElsewhere && !hasAllocation(history, purchase) && !named('PURCHASE_CREATED');
  return [
    ...(owesCreated ? (['PURCHASE_CREATED'] as const) : []),
    ...(named('COURSE_ACCESS_GRANTED') ? [] : (['COURSE_ACCESS_GRANTED'] as const)),
  ];
};

/** A purchase that a worker of this trial made, or made active: what the scenario gave, or another service, owes nothing here. */
const isFromWorker = (history: History, { row }: Purchase): boolean =>
  row.insertedBy.writer === null || sinceWhen(history, row, isActivePurchase).writer === null;

export const purchaseIsAnnounced: Invariant = {
  id: 'purchase-is-announced',
  title: 'In the end every purchase that a worker made was announced: PURCHASE_CREATED and COURSE_ACCESS_GRANTED.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      purchasesAtEnd(history)
        .filter(
          (purchase) => isFromWorker(history, purchase) && !mayBeDeadLettered(history, purchase, 'PURCHASE_CONFIRMED'),
        )
        .flatMap((purchase) =>
          missingOf(history, purchase).map((type): Claim => {
            const { row, subject } = purchase;
            return {
              message: `purchase ${short(row.values['id'])} of ${nameOf(subject)} was made and ${type} was never published for it`,
              evidence: [row.insertedBy.seq],
              subject: subject.name,
              shape: `no-${type.toLowerCase().replaceAll('_', '-')}`,
              ...publishedBy(history, type),
              restsOn: ['postgres', 'kafka'],
            };
          }),
        ),
    ),
};
