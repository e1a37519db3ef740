import { isLive, isPatienceOver } from '../../history/completeness.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { cutsOff, faultsInForce } from '../../history/faults.ts';
import type { History } from '../../history/history.ts';
import { workerNames } from '../../history/liveness.ts';
import { count, eventName, nameOf } from '../../history/names.ts';
import { ALL_SOURCES, currentStage } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { StageFacts } from '../stage.ts';
import { hasStood } from '../time.ts';
import type { CauseRule } from '../types.ts';
import { isOnlyPassed, isOverUnasked, perhapsPassedOn } from '../unasked.ts';

/**
 * A row of somebody else stopped it: that is the cause, this its consequence. Of a live system nobody knows who wrote the row: a worker that
 * marks first may have ended before its call.
 */
const guardStoppedIt = (history: History, stage: StageFacts): boolean =>
  !isLive(history) && stage.guard !== undefined && !isWorkersMark(stage) && stage.isPassedForGood;

/** Something stands between the stage's worker and its service: a connection is all that it gets. */
const isCutOff = (history: History, { role, declared }: StageFacts): boolean => {
  const names = workerNames(history, role);
  return faultsInForce(history).some((fault) => cutsOff(fault, names, declared.calls));
};

/** A connection comes a moment before its request, and a client may open and close another one before. */
const isWithoutRequest =
  (history: History, stage: StageFacts) =>
  (connection: HistoryEvent): boolean =>
    isCutOff(history, stage) || hasStood(history, connection) || isPatienceOver(history, connection);

/** What is taken and not decided may be called for a moment later: a log line, an offset, an inbox's row say no more. */
const isAboutToCall = ({ history }: Facts, stage: StageFacts): boolean =>
  !stage.isOver && !isWorkersMark(stage) && !stage.connections.own.some(isWithoutRequest(history, stage));

export const apiNotCalled: CauseRule = {
  id: 'api-not-called',
  prove: (facts) => {
    const stage = currentStage(facts);
    const event = stage.events[0];
    if (stage.declared.calls === undefined || stage.isThrough || event === undefined) return undefined;
    if (stage.calls.length > 0) return undefined;
    if (stage.taken.length === 0 || guardStoppedIt(facts.history, stage) || isAboutToCall(facts, stage))
      return undefined;
    if (isOverUnasked(facts.history, stage))
      return {
        message: `${eventName(event)} of ${nameOf(facts.subject)} is done with, and whether ${stage.declared.calls} was called for it is not known${perhapsPassedOn(facts.history, stage)}`,
        evidence: [event.record.seq, ...stage.taken],
        restsOn: ALL_SOURCES,
        standsWithout: ['admin-service'],
        stage,
        story: 'unasked',
        undecided: true,
      };
    if (facts.strayCallsOf(stage).length > 0) return undefined;
    const bare = stage.connections.own.length;
    // An offset alone may have been set there.
    const isAllThatShows = isOnlyPassed(facts.history, stage);
    return {
      message: `${eventName(event)} of ${nameOf(facts.subject)} ${isAllThatShows ? 'is done with' : 'was taken'}, and ${stage.declared.calls} received no request for it${bare === 0 ? '' : ` (${count(bare, 'connection')} without one)`}${perhapsPassedOn(facts.history, stage)}`,
      evidence: [event.record.seq, ...stage.taken],
      restsOn: ALL_SOURCES,
      stage,
      story: bare === 0 ? 'no-request' : 'bare-connection',
      // Of a live system a log tells, which need not tell of a call that was not answered.
      ...(isLive(facts.history) ? { undecided: true } : {}),
    };
  },
};
