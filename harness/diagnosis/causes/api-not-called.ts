import { count, eventName, nameOf } from '../../history/names.ts';
import { ALL_SOURCES, takenBy } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { CauseRule } from '../types.ts';

/** A row of somebody else stopped the worker before the call: that is the cause, this its consequence. */
const guardStoppedIt = ({ allocation }: Facts): boolean =>
  allocation.guard !== undefined && !isWorkersMark(allocation) && allocation.isPassedForGood;

/** What is taken and not decided may be called for a moment later: a log line, an offset, an inbox's row say no more. */
const isAboutToCall = ({ allocation, connections }: Facts): boolean =>
  !allocation.isOver && !isWorkersMark(allocation) && connections.own.length === 0;

export const apiNotCalled: CauseRule = {
  id: 'api-not-called',
  prove: (facts) => {
    const { subject, allocation, connections, calls, strayCalls, stage } = facts;
    const event = allocation.events[0];
    if (stage !== 'allocation' || event === undefined || calls.length > 0 || strayCalls.length > 0) return undefined;
    const taken = takenBy(facts, allocation);
    if (taken.length === 0 || guardStoppedIt(facts) || isAboutToCall(facts)) return undefined;
    const bare = connections.own.length;
    return {
      message: `${eventName(event)} of ${nameOf(subject)} was taken, and admin-service received no request for it${bare === 0 ? '' : ` (${count(bare, 'connection')} without one)`}`,
      evidence: [event.record.seq, ...taken],
      restsOn: ALL_SOURCES,
      stage: 'allocation',
      story: bare === 0 ? 'no-request' : 'bare-connection',
    };
  },
};
