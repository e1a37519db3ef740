import type { Table, WorkerRole } from '../pipeline/pipeline.ts';
import { isAllocationEffect, isActivePurchase } from '../history/history.ts';
import { nameOf } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import { pairKey, paymentById } from '../history/subjects.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

/** What a mark of this type says has been done, and the rows that show it. */
const EFFECTS: Readonly<Record<string, { readonly table: Table; readonly name: string; readonly role: WorkerRole }>> = {
  PURCHASE_CONFIRMED: { table: 'student_course_purchases', name: 'active purchase', role: 'purchase-worker' },
  PURCHASE_CREATED: { table: 'trainer_allocations', name: 'allocation', role: 'allocation-worker' },
};

export const markFollowsEffect: Invariant = {
  id: 'mark-follows-effect',
  title: 'A worker marks an event processed only when its effect is committed, at the latest in the same transaction.',
  // Commits are read in their order: what a mark follows lies before it. Kafka tells whose payments there are.
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations: Claim[] = [];
    /** Effects committed so far: an effect that was there and went is no fault of the mark. */
    const seen = new Set<string>();
    walkCommits(history, (commit) => {
      for (const { table, row } of commit.changes) {
        if (row === undefined) continue;
        const isEffect =
          (table === 'student_course_purchases' && isActivePurchase(row)) ||
          (table === 'trainer_allocations' && isAllocationEffect(row));
        if (isEffect) seen.add(`${table} ${pairKey(row['student_id'], row['course_id'])}`);
      }
      if (commit.writer !== null) return;
      for (const { table, op, row } of commit.changes) {
        if (table !== 'processed_events' || op !== 'insert') continue;
        const type = String(row?.['event_type']);
        const effect = EFFECTS[type];
        const subject = paymentById(history, row?.['correlation_id']);
        if (effect === undefined || subject === undefined) continue;
        if (seen.has(`${effect.table} ${pairKey(subject.studentId, subject.courseId)}`)) continue;
        violations.push({
          message: `${String(row?.['event_type'])} of ${nameOf(subject)} was marked processed by a worker while no ${effect.name} of that student and course was committed`,
          evidence: [commit.seq],
          subject: subject.name,
          shape: 'mark-before-effect',
          ...playedBy(history, effect.role),
          restsOn: [],
        });
      }
    });
    return { violations };
  },
};
