import { isComplete, isLive } from '../../history/completeness.ts';
import type { BarrierSource } from '../../history/events.ts';
import { nameOf } from '../../history/names.ts';
import { noneOf } from '../../pipeline/words.ts';
import { lastAnswer } from '../answers.ts';
import { ALL_SOURCES, currentStage, isAtLast } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { StageFacts } from '../stage.ts';
import type { CauseRule } from '../types.ts';
import { perhapsPassedOn } from '../unasked.ts';

/**
 * A row that somebody else wrote does harm only when the worker let itself be stopped by it: passed for good, without a
 * try that is known or possible.
 */
const stoppedTheWorker = ({ history, strayCallsOf }: Facts, stage: StageFacts): boolean =>
  stage.isPassedForGood &&
  stage.deadLetters.length === 0 &&
  // Of a live system nobody saw who wrote it: the worker may have, after a call in vain.
  (isLive(history) || (stage.calls.length === 0 && strayCallsOf(stage).length === 0));

/** What its service was asked and answered; nothing of a stage that calls none. */
const apiInWords = ({ history, strayCallsOf }: Facts, stage: StageFacts): string => {
  const service = stage.declared.calls;
  if (service === undefined) return '';
  const answer = lastAnswer(stage.calls);
  if (answer !== undefined) return `; ${service} ${answer.inWords}`;
  if (stage.calls.length > 0) return `; ${service} has not answered yet`;
  const isKnown = strayCallsOf(stage).length === 0 && isComplete(history, 'admin-service');
  return isKnown ? `; ${service} was never called` : `; whether ${service} was called for it is not known`;
};

export const guardMarkedWithoutAllocation: CauseRule = {
  id: 'guard-marked-without-allocation',
  prove: (facts) => {
    const { history, subject, at, missing } = facts;
    const stage = currentStage(facts);
    const { guard } = stage;
    // A guard with its effect is as it should be.
    if (at === 'not-begun' || missing.length > 0 || guard === undefined || stage.isThrough) return undefined;
    const byWorker = isWorkersMark(stage);
    if (!byWorker && !stoppedTheWorker(facts, stage)) return undefined;
    const { writer } = guard.insertedBy;
    const answer = lastAnswer(stage.calls);
    // That it is at none of the later stages, and without its event at this one, is known only when every record is.
    const isSure = isAtLast(facts) && stage.events.length > 0;
    const ownRestsOn: readonly BarrierSource[] = isSure ? ['postgres'] : ['postgres', 'kafka'];
    return {
      message: `${history.pipeline.guard.table} has ${stage.declared.consumes} of ${nameOf(subject)}, written by ${writer ?? 'a worker'}, and ${noneOf(stage.name, stage.entity)}${apiInWords(facts, stage)}${perhapsPassedOn(history, stage)}`,
      evidence: [
        guard.insertedBy.seq,
        ...stage.passed.map(({ seq }) => seq),
        ...(answer === undefined ? [] : [answer.seq]),
      ],
      restsOn: byWorker ? ownRestsOn : ALL_SOURCES,
      standsWithout: ['admin-service'],
      // Of a live system nobody saw who wrote it: its worker may be about to have the effect, or its service have failed.
      ...(isLive(history) ? { undecided: true } : {}),
      stage,
      story: 'marked',
      writer,
    };
  },
};
