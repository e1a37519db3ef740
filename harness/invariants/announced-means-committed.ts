import type { BarrierSource } from '../history/events.ts';
import { text } from '../history/history.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { writtenBeforeCommit } from '../history/order.ts';
import { versionsOf } from '../history/rows.ts';
import { paymentOf } from '../history/subjects.ts';
import type { EventType, Table } from '../pipeline/pipeline.ts';
import { publishedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

const PURCHASE = { field: 'purchaseId', table: 'student_course_purchases', thing: 'purchase' } as const;

/** The row that each announcement says is there. */
const ANNOUNCES: Partial<Record<EventType, { readonly field: string; readonly table: Table; readonly thing: string }>> =
  {
    PURCHASE_CREATED: PURCHASE,
    COURSE_ACCESS_GRANTED: PURCHASE,
    TRAINER_ALLOCATED: { field: 'allocationId', table: 'trainer_allocations', thing: 'allocation' },
  };

export const announcedMeansCommitted: Invariant = {
  id: 'announced-means-committed',
  title: 'What an event announces is committed by the time it is announced.',
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations = history.pipelineEvents.flatMap((event): Claim[] => {
      const announced = ANNOUNCES[event.type];
      const subject = paymentOf(history, event);
      const id = text(event.body?.[announced?.field ?? '']);
      // Without an id it announces nothing: that is for messages-honour-contract.
      if (announced === undefined || event.byHarness || subject === undefined || id === undefined) return [];
      const accuse = (
        shape: string,
        what: string,
        restsOn: readonly BarrierSource[],
        ...evidence: number[]
      ): Claim[] => [
        {
          message: `${eventName(event)} of ${nameOf(subject)} announces ${announced.thing} ${short(id)}, which ${what}`,
          evidence: [event.record.seq, ...evidence],
          subject: subject.name,
          shape,
          ...publishedBy(history, event.type),
          restsOn,
        },
      ];
      const first = versionsOf(history, announced.table, id)[0]?.commit;
      if (first === undefined) return accuse('never-committed', 'was never committed', ['postgres']);
      return writtenBeforeCommit(history, event.record, first)
        ? accuse('committed-later', 'was committed only later', [], first.seq)
        : [];
    });
    return { violations };
  },
};
