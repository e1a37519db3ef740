import { isByWorkers } from '../history/allocations.ts';
import { allocationsOf, isAssigned } from './counting.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { sinceWhen, tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { pairKey, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, uniqueBy } from './judging.ts';
import { makerOf } from './makers.ts';
import { twoActiveRows } from './one-active.ts';
import type { ActiveRows } from './one-active.ts';
import { twoAnnounced } from './one-announced.ts';
import type { Announcement } from './one-announced.ts';
import type { Claim, Invariant } from './types.ts';

const ALLOCATIONS: ActiveRows = {
  table: 'trainer_allocations',
  isActive: isAssigned,
  thing: 'approved or active allocations',
  makerOf,
};

const ANNOUNCED: Announcement = {
  type: 'TRAINER_ALLOCATED',
  idField: 'allocationId',
  effectOf: 'PURCHASE_CREATED',
  thing: 'allocations',
};

const isPending = ({ status }: Row['values']): boolean => status === 'pending';

/** In the end a person would be asked to decide what has been decided. Before the end it may still be resolved. */
const approvedBesidePending = (history: History): readonly Claim[] =>
  uniqueBy(paymentsOf(history), ({ studentId, courseId }) => pairKey(studentId, courseId)).flatMap(
    (subject): Claim[] => {
      const rows = allocationsOf(tablesAtEnd(history), subject);
      const assigned = rows.find(({ values }) => isAssigned(values));
      const pending = rows.find(({ values }) => isPending(values));
      if (assigned === undefined || pending === undefined) return [];
      const [decided, asked] = [sinceWhen(history, assigned, isAssigned), sinceWhen(history, pending, isPending)];
      const later = decided.lsn > asked.lsn ? { row: assigned, by: decided } : { row: pending, by: asked };
      // What the scenario put beside it was no worker's doing.
      if (!isByWorkers(later.by)) return [];
      return [
        {
          message: `${nameOf(subject)} has an assigned allocation ${short(assigned.values['id'])} and a pending one ${short(pending.values['id'])} beside it`,
          evidence: [assigned.changedBy.seq, pending.changedBy.seq],
          subject: subject.name,
          shape: 'approved-beside-pending',
          ...makerOf(history, later.by, later.row.values['id']),
          restsOn: ['postgres'],
        },
      ];
    },
  );

export const oneActiveAllocation: Invariant = {
  id: 'one-active-allocation',
  title: 'A student has at most one approved or active allocation for a course, and one is announced.',
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const atEnd = atTheEnd(history, () => approvedBesidePending(history));
    return {
      ...atEnd,
      violations: [...twoActiveRows(history, ALLOCATIONS), ...twoAnnounced(history, ANNOUNCED), ...atEnd.violations],
    };
  },
};
