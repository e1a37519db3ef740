/** The parts of the pipeline that a scenario needs and a set does not have. Pure. */
import { playerOf } from '../config/parts.ts';
import type { WorkerSet } from '../config/types.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { EventType, WorkerRole } from '../pipeline/vocabulary.ts';
import { eventsToldBy, isCommon } from '../scenario/acts.ts';
import type { FaultSpec, Scenario, Step } from '../scenario/types.ts';

/** The events that a step brings about or imitates. */
export const begunBy = (pipeline: Pipeline, step: Step): readonly EventType[] => {
  const { eventTypes, topicOf } = pipeline;
  if (isCommon(step) && step.do === 'publish-raw') return eventTypes.filter((type) => topicOf(type) === step.topic);
  return eventsToldBy(pipeline, step);
};

/** Whoever consumes it, and whoever follows from them. */
const partsReachedBy = ({ consumersOf, followersOf }: Pipeline, event: EventType): readonly WorkerRole[] =>
  consumersOf(event).flatMap((role) => [role, ...followersOf(role)]);

const disturbedBy = (fault: FaultSpec): readonly WorkerRole[] => {
  if ('workers' in fault) return fault.workers;
  return 'worker' in fault ? [fault.worker] : [];
};

/** Why the scenario would wait for a part that nobody plays; undefined when all that it needs are there. */
export const obstacleOfMissingParts = (
  { act, heal = [], faults }: Scenario,
  workers: WorkerSet,
): string | undefined => {
  const pipeline = pipelineOf(workers.pipeline);
  const begun = [...act, ...heal].flatMap((step) => begunBy(pipeline, step));
  const needed = new Set([
    ...begun.flatMap((event) => partsReachedBy(pipeline, event)),
    ...faults.flatMap(disturbedBy),
  ]);
  const missing = pipeline.roles.filter((role) => needed.has(role) && playerOf(workers.workers, role) === undefined);
  return missing.length === 0
    ? undefined
    : `the workers ${workers.name} have no ${missing.join(' and no ')}, and nothing would come of what the scenario begins`;
};
