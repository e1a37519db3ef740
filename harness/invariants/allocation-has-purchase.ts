import { isAllocationEffect } from '../history/history.ts';
import { isFromCallOrWorker } from '../history/allocations.ts';
import { nameOf, short } from '../history/names.ts';
import { activePurchasesOf, walkCommits } from '../history/rows.ts';
import { paymentByPair } from '../history/subjects.ts';
import type { Claim, Invariant } from './types.ts';

export const allocationHasPurchase: Invariant = {
  id: 'allocation-has-purchase',
  title: 'An allocation is only ever committed for a student and course with an active purchase.',
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) => {
    const violations: Claim[] = [];
    walkCommits(history, (commit, tables) => {
      for (const { table, row, old } of commit.changes) {
        if (table !== 'trainer_allocations' || row === undefined) continue;
        if (!isAllocationEffect(row) || (old !== undefined && isAllocationEffect(old))) continue;
        const subject = paymentByPair(history, row['student_id'], row['course_id']);
        if (subject === undefined || !isFromCallOrWorker(history, commit, row['id'])) continue;
        if (activePurchasesOf(tables, subject).length > 0) continue;
        violations.push({
          message: `allocation ${short(row['id'])} of ${nameOf(subject)} was committed without an active purchase of that student and course`,
          evidence: [commit.seq],
          subject: subject.name,
          shape: 'no-active-purchase',
          restsOn: [],
        });
      }
    });
    return { violations };
  },
};
