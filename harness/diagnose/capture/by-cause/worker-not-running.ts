/** The workers are not there when the event comes. */
import { membersOf } from '../../../diagnosis/members.ts';
import { laterThan } from '../../../diagnosis/facts.ts';
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

/** Roles of the workers that the cause tells of: from its stage on all of whom nobody is there. */
export const rolesDown = (situation: Situation, cause: Cause): readonly string[] => {
  const first = stageOf(situation, cause);
  const later = laterThan(situation.facts, first).filter((stage) => isDown(situation, stage));
  return [first, ...later].map(({ role }) => role);
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
