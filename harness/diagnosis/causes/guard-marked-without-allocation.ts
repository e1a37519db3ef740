import { isComplete } from '../../history/completeness.ts';
import type { BarrierSource } from '../../history/events.ts';
import { nameOf } from '../../history/names.ts';
import { WORKERS } from '../../pipeline/pipeline.ts';
import { lastAnswer } from '../answers.ts';
import { ALL_SOURCES, currentStage } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { StageFacts } from '../stage.ts';
import type { CauseRule } from '../types.ts';

/**
 * A row that somebody else wrote does harm only when the worker let itself be stopped by it: passed for good, without a
 * try that is known or possible.
 */
const stoppedTheWorker = ({ calls, strayCalls }: Facts, stage: StageFacts): boolean =>
  stage.isPassedForGood &&
  stage.deadLetters.length === 0 &&
  (stage.name === 'purchase' || (calls.length === 0 && strayCalls.length === 0));

const apiInWords = ({ history, calls, strayCalls }: Facts): string => {
  const answer = lastAnswer(calls);
  if (answer !== undefined) return `; admin-service ${answer.inWords}`;
  if (calls.length > 0) return '; admin-service has not answered yet';
  const isKnown = strayCalls.length === 0 && isComplete(history, 'admin-service');
  return isKnown ? '; admin-service was never called' : '; whether admin-service was called for it is not known';
};

export const guardMarkedWithoutAllocation: CauseRule = {
  id: 'guard-marked-without-allocation',
  prove: (facts) => {
    const { subject, calls, stage: at, missing } = facts;
    const stage = currentStage(facts);
    const { guard } = stage;
    // The same distinction for the purchase; a guard with its purchase is as it should be.
    if (at === 'not-begun' || missing.length > 0 || guard === undefined || stage.effects.length > 0) return undefined;
    const byWorker = isWorkersMark(stage);
    if (!byWorker && !stoppedTheWorker(facts, stage)) return undefined;
    const { writer } = guard.insertedBy;
    const answer = lastAnswer(calls);
    // Without the allocation's event the stage itself is known only when every record is.
    const isSure = stage.name === 'allocation' && stage.events.length > 0;
    const ownRestsOn: readonly BarrierSource[] = isSure ? ['postgres'] : ['postgres', 'kafka'];
    return {
      message: `processed_events has ${WORKERS[stage.role].consumes} of ${nameOf(subject)}, written by ${writer ?? 'a worker'}, and there is no ${stage.name}${stage.name === 'purchase' ? '' : apiInWords(facts)}`,
      evidence: [
        guard.insertedBy.seq,
        ...stage.passed.map(({ seq }) => seq),
        ...(stage.name === 'purchase' || answer === undefined ? [] : [answer.seq]),
      ],
      restsOn: byWorker ? ownRestsOn : ALL_SOURCES,
      stage: stage.name,
      story: 'marked',
      writer,
    };
  },
};
