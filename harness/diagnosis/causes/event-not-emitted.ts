import { isComplete } from '../../history/completeness.ts';
import { nameOf, short } from '../../history/names.ts';
import { hasStood, isOver, isWorkersMark } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** Will the purchase-worker still come to it? Then the event is not missing, only not there yet. */
const mayStillCome = ({ history, purchase }: Facts): boolean => {
  const event = purchase.events[0];
  if (event === undefined) return false;
  return !isOver(purchase) && !(purchase.worker.process === 'running' && hasStood(history, event.record));
};

/** The purchase that was to be made is missing because the guard stopped it: that is the other cause. */
const guardStoppedIt = ({ purchase }: Facts): boolean =>
  purchase.effects.length === 0 &&
  purchase.guard !== undefined &&
  (purchase.passed !== undefined || isWorkersMark(purchase));

export const eventNotEmitted: CauseRule = {
  id: 'event-not-emitted',
  prove: (facts) => {
    const { history, subject, topics, purchase, stage } = facts;
    if (stage !== 'purchase' || topics.missing.length > 0 || !isComplete(history, 'kafka', 'postgres'))
      return undefined;
    if (mayStillCome(facts) || guardStoppedIt(facts)) return undefined;
    const row = purchase.effects[0];
    // A worker that never took the event could not emit: it is not consumed, or nobody runs.
    if (row === undefined && !isOver(purchase)) return undefined;
    const writer = row?.insertedBy.writer ?? (row === undefined ? undefined : 'a worker');
    return {
      message:
        row === undefined
          ? `PURCHASE_CONFIRMED of ${nameOf(subject)} was consumed, and no PURCHASE_CREATED of that student and course is in its topic`
          : `purchase ${short(row.values['id'])} of ${nameOf(subject)} was written by ${writer}, and no PURCHASE_CREATED of that student and course is in its topic`,
      evidence: [
        ...(row === undefined ? [] : [row.insertedBy.seq]),
        ...purchase.events.map(({ record }) => record.seq),
        ...history
          .of('trial.barrier')
          .slice(-1)
          .map(({ seq }) => seq),
      ],
    };
  },
};
