import { isComplete } from '../../history/completeness.ts';
import { nameOf } from '../../history/names.ts';
import { WORKERS } from '../../pipeline/pipeline.ts';
import { lastAnswer } from '../answers.ts';
import { currentStage, isWorkersMark } from '../facts.ts';
import type { Facts, StageFacts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** A row that somebody else wrote does harm only when the worker let itself be stopped by it: passed, without a try. */
const stoppedTheWorker = (facts: Facts, stage: StageFacts): boolean =>
  stage.passed !== undefined && (stage.role === 'purchase-worker' || facts.calls.length === 0);

export const guardMarkedWithoutAllocation: CauseRule = {
  id: 'guard-marked-without-allocation',
  prove: (facts) => {
    const { history, subject, calls, stage: at, topics } = facts;
    const stage = currentStage(facts);
    const { guard } = stage;
    if (at === 'not-begun' || topics.missing.length > 0 || guard === undefined || !isComplete(history, 'postgres'))
      return undefined;
    // The same distinction for the purchase; a guard with its purchase is as it should be.
    if (stage.effects.length > 0) return undefined;
    const byWorker = isWorkersMark(stage);
    if (!byWorker && !stoppedTheWorker(facts, stage)) return undefined;
    const { writer } = guard.insertedBy;
    const effect = stage.role === 'purchase-worker' ? 'purchase' : 'allocation';
    const answer = lastAnswer(calls);
    const api =
      stage.role === 'purchase-worker'
        ? ''
        : `; admin-service ${answer === undefined ? 'was never called' : answer.inWords}`;
    return {
      message: `processed_events has ${WORKERS[stage.role].consumes} of ${nameOf(subject)}, written by ${writer ?? 'a worker'}, and there is no ${effect}${api}`,
      evidence: [
        guard.insertedBy.seq,
        ...(stage.passed === undefined ? [] : [stage.passed.seq]),
        ...(answer === undefined ? [] : [answer.seq]),
      ],
      writer,
    };
  },
};
