import { endingOf } from '../history/completeness.ts';
import { isAssigned } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { allocationsOf, tablesAtEnd } from '../history/rows.ts';
import { paymentsOf } from '../history/subjects.ts';
import { twoActiveRows, twoAnnounced } from './one-active.ts';
import type { Claim, Invariant } from './types.ts';

/** In the end a person would be asked to decide what has been decided. Before the end it may still be resolved. */
const approvedBesidePending = (history: History): readonly Claim[] => {
  if (endingOf(history).state === 'open') return [];
  return paymentsOf(history).flatMap((subject): Claim[] => {
    const rows = allocationsOf(tablesAtEnd(history), subject);
    const assigned = rows.find(({ values }) => isAssigned(values));
    const pending = rows.find(({ values }) => values['status'] === 'pending');
    if (assigned === undefined || pending === undefined) return [];
    return [
      {
        message: `${nameOf(subject)} has an assigned allocation ${short(assigned.values['id'])} and a pending one ${short(pending.values['id'])} beside it`,
        evidence: [assigned.changedBy.seq, pending.changedBy.seq],
        subject: subject.name,
        shape: 'approved-beside-pending',
        restsOn: ['postgres'],
      },
    ];
  });
};

export const oneActiveAllocation: Invariant = {
  id: 'one-active-allocation',
  title: 'A student has at most one approved or active allocation for a course, and one is announced.',
  needs: ['postgres', 'kafka'],
  check: (history) => ({
    violations: [
      ...twoActiveRows(history, 'trainer_allocations', isAssigned, 'approved or active allocations'),
      ...approvedBesidePending(history),
      ...twoAnnounced(history, 'TRAINER_ALLOCATED', 'allocationId', 'allocations'),
    ],
  }),
};
