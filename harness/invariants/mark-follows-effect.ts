import { effectsEver } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { nameOf } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import type { Commit, NetChange } from '../history/rows.ts';
import { paymentById } from '../history/subjects.ts';
import type { Ids } from '../history/subjects.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

/** A row of the guard that this transaction inserted and left there. */
const isInserted = ({ guard }: Pipeline, commit: Commit, { table, after }: NetChange): boolean =>
  table === guard.table &&
  after !== undefined &&
  commit.changes.some(
    (change) => change.table === table && change.op === 'insert' && change.row?.[guard.key] === after[guard.key],
  );

/** Was an effect committed by then, in this transaction or an earlier one, that no worker had taken back by then? */
const hadBy = (history: History, commit: Commit, type: string, ids: Ids): boolean =>
  effectsEver(history, type, ids).some(
    ({ since, undoneBy }) => since.lsn <= commit.lsn && (undoneBy === undefined || undoneBy.lsn > commit.lsn),
  );

export const markFollowsEffect: Invariant = {
  id: 'mark-follows-effect',
  title: 'A worker marks an event processed only when its effect is committed, at the latest in the same transaction.',
  // Kafka tells which payments there are. The claim itself needs nothing more: commits are read in their order.
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const { guard } = history.pipeline;
    const violations: Claim[] = [];
    walkCommits(history, (commit, _, changes) => {
      if (commit.writer !== null) return;
      for (const change of changes) {
        if (!isInserted(history.pipeline, commit, change)) continue;
        const type = String(change.after?.[guard.type]);
        const effect = history.pipeline.effectOf(type);
        const subject = paymentById(history, change.after?.[guard.correlation]);
        if (effect === undefined || subject === undefined || hadBy(history, commit, type, subject)) continue;
        violations.push({
          message: `${type} of ${nameOf(subject)} was marked processed by a worker while no ${effect.called} of that student and course was committed`,
          evidence: [commit.seq],
          subject: subject.name,
          shape: 'mark-before-effect',
          ...playedBy(history, history.pipeline.consumerOf(type)),
          restsOn: [],
        });
      }
    });
    return { violations };
  },
};
