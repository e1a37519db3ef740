import { isComplete } from '../../history/completeness.ts';
import { count, eventName, nameOf } from '../../history/names.ts';
import { hasStood, isOver, isWorkersMark, takenBy } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** A row of somebody else stopped the worker before the call: that is the cause, this its consequence. */
const guardStoppedIt = ({ allocation }: Facts): boolean =>
  allocation.guard !== undefined && !isWorkersMark(allocation) && allocation.passed !== undefined;

/** A log line alone shows an event taken, and a call that may be about to be made. */
const isAboutToCall = ({ history, allocation, bareConnections }: Facts): boolean =>
  !isOver(allocation) &&
  !isWorkersMark(allocation) &&
  bareConnections.length === 0 &&
  !hasStood(history, allocation.events[0]?.record);

export const apiNotCalled: CauseRule = {
  id: 'api-not-called',
  prove: (facts) => {
    const { history, subject, allocation, bareConnections, calls, stage } = facts;
    const event = allocation.events[0];
    if (stage !== 'allocation' || event === undefined || calls.length > 0) return undefined;
    const taken = takenBy(facts, allocation);
    if (taken.length === 0 || !isComplete(history, 'admin-service')) return undefined;
    if (guardStoppedIt(facts) || isAboutToCall(facts)) return undefined;
    const bare = bareConnections.length;
    return {
      message: `${eventName(event)} of ${nameOf(subject)} was taken, and admin-service received no request for it${bare === 0 ? '' : ` (${count(bare, 'connection')} without one)`}`,
      evidence: [event.record.seq, ...taken],
    };
  },
};
