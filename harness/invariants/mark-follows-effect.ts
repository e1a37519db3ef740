import { effectsEver } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { nameOf } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import type { Commit, NetChange } from '../history/rows.ts';
import { paymentById } from '../history/subjects.ts';
import type { Ids } from '../history/subjects.ts';
import type { EventType, WorkerRole } from '../pipeline/pipeline.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

/** What a mark of this type says has been done. */
const EFFECTS: readonly { readonly type: EventType; readonly name: string; readonly role: WorkerRole }[] = [
  { type: 'PURCHASE_CONFIRMED', name: 'active purchase', role: 'purchase-worker' },
  { type: 'PURCHASE_CREATED', name: 'allocation', role: 'allocation-worker' },
];

/** A row of the guard that this transaction inserted and left there. */
const isInserted = (commit: Commit, { table, after }: NetChange): boolean =>
  table === 'processed_events' &&
  after !== undefined &&
  commit.changes.some(
    (change) => change.table === table && change.op === 'insert' && change.row?.['event_id'] === after['event_id'],
  );

/** Was an effect committed by then, in this transaction or an earlier one, that no worker had taken back by then? */
const hadBy = (history: History, commit: Commit, type: EventType, ids: Ids): boolean =>
  effectsEver(history, type, ids).some(
    ({ since, undoneBy }) => since.lsn <= commit.lsn && (undoneBy === undefined || undoneBy.lsn > commit.lsn),
  );

export const markFollowsEffect: Invariant = {
  id: 'mark-follows-effect',
  title: 'A worker marks an event processed only when its effect is committed, at the latest in the same transaction.',
  // Kafka tells which payments there are. The claim itself needs nothing more: commits are read in their order.
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations: Claim[] = [];
    walkCommits(history, (commit, _, changes) => {
      if (commit.writer !== null) return;
      for (const change of changes) {
        if (!isInserted(commit, change)) continue;
        const effect = EFFECTS.find(({ type }) => type === change.after?.['event_type']);
        const subject = paymentById(history, change.after?.['correlation_id']);
        if (effect === undefined || subject === undefined || hadBy(history, commit, effect.type, subject)) continue;
        violations.push({
          message: `${effect.type} of ${nameOf(subject)} was marked processed by a worker while no ${effect.name} of that student and course was committed`,
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
