import { isThere } from '../../history/groups.ts';
import { sameId } from '../../history/ids.ts';
import { nameOf, short } from '../../history/names.ts';
import { strayEventsOf } from '../../history/subjects.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { CauseRule } from '../types.ts';

/** Will the purchase-worker still come to it? Then the event is not missing, only not there yet. */
const mayStillCome = ({ purchase }: Facts): boolean => purchase.events.length > 0 && !purchase.isOver;

/** The purchase that was to be made is missing because the guard stopped it: that is the other cause. */
const guardStoppedIt = ({ purchase }: Facts): boolean =>
  purchase.effects.length === 0 &&
  purchase.guard !== undefined &&
  (purchase.isPassedForGood || isWorkersMark(purchase));

/** Another payment of the same student and course may have it: who consumes that one makes the allocation of both. */
const isThereForAnother = ({ history, subject }: Facts): boolean =>
  history.pipelineEvents.some(
    ({ type, studentId, courseId, record }) =>
      type === 'PURCHASE_CREATED' &&
      sameId(studentId, subject.studentId) &&
      sameId(courseId, subject.courseId) &&
      isThere(history, record) !== 'no',
  );

export const eventNotEmitted: CauseRule = {
  id: 'event-not-emitted',
  prove: (facts) => {
    const { history, subject, missing, purchase, stage } = facts;
    if (stage !== 'purchase' || missing.length > 0 || mayStillCome(facts) || guardStoppedIt(facts)) return undefined;
    if (isThereForAnother(facts)) return undefined;
    // One of which nothing tells whose it is may be this payment's.
    if (strayEventsOf(history, subject, 'PURCHASE_CREATED').length > 0) return undefined;
    const row = purchase.effects[0];
    const writer = row?.since.writer ?? 'a worker';
    return {
      message:
        row === undefined
          ? `PURCHASE_CONFIRMED of ${nameOf(subject)} was consumed, and no PURCHASE_CREATED of that student and course is in its topic`
          : `purchase ${short(row.values['id'])} of ${nameOf(subject)} was written by ${writer}, and no PURCHASE_CREATED of that student and course is in its topic`,
      evidence: [
        ...(row === undefined ? [] : [row.since.seq]),
        ...purchase.events.map(({ record }) => record.seq),
        ...history
          .of('trial.barrier')
          .slice(-1)
          .map(({ seq }) => seq),
      ],
      // That the purchase-worker is through with it may rest on an offset, from which its group may have been moved back.
      // And a call would show that the event was there.
      restsOn: ['kafka', 'postgres', 'admin-service', ...(purchase.events.length === 0 ? [] : (['offsets'] as const))],
      // Of the report's questions it is the third of this stage.
      stage: 'allocation',
      story: row === undefined ? 'consumed' : `row by ${writer}`,
    };
  },
};
