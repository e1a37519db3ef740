/** The workers are not there when the event comes. */
import { membersOf } from '../../../diagnosis/members.ts';
import { currentStage, laterThan } from '../../../diagnosis/facts.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';
import type { Cause } from '../../../history/verdict.ts';
import type { FaultSpec } from '../../../scenario/types.ts';
import { beganBy, beginWith } from '../begin.ts';
import { always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import { stageOf } from '../situation.ts';
import type { Situation } from '../situation.ts';

/** Nobody is in its group, as far as was seen. */
const isDown = ({ history }: Situation, stage: StageFacts): boolean =>
  stage.worker.process !== 'running' && stage.worker.process !== 'stopped' && membersOf(history, stage)?.length === 0;

/** Roles of the workers that the payment still needs and of whom nobody is there: that of the cause's stage first, and none before it. */
export const rolesDown = (situation: Situation, cause: Cause): readonly string[] => {
  const { facts, pipeline } = situation;
  const first = stageOf(situation, cause);
  const others = laterThan(facts, currentStage(facts)).filter(
    (stage) =>
      stage.role !== first.role && !pipeline.followersOf(stage.role).has(first.role) && isDown(situation, stage),
  );
  return [first, ...others].map(({ role }) => role);
};

export const stopped = (worker: string): FaultSpec => ({ kind: 'worker-stopped', worker });

export const forceWorkerNotRunning: Force = (situation, cause) => {
  const stage = stageOf(situation, cause);
  const begins = beganBy(situation, stage.role);
  if (typeof begins !== 'string') return begins;
  return {
    faults: rolesDown(situation, cause).map(stopped),
    act: [beginWith(situation, begins)],
    observeUntil: { emitted: { event: stage.declared.consumes } },
    during: [always({ id: cause.id })],
  };
};
