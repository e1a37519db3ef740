/** The parts of the pipeline that a scenario needs and a set does not have. Pure. */
import { playerOf } from '../config/parts.ts';
import type { WorkerSet } from '../config/types.ts';
import { EVENT_TOPICS, EVENT_TYPES, ROLES, WORKERS } from '../pipeline/pipeline.ts';
import type { EventType, WorkerRole } from '../pipeline/pipeline.ts';
import type { FaultSpec, Scenario, Step } from '../scenario/types.ts';

/** The events that a step brings about or imitates. */
const begunBy = (step: Step): readonly EventType[] => {
  switch (step.do) {
    case 'pay':
      return ['PURCHASE_CONFIRMED'];
    case 'emit-purchase-created':
      return ['PURCHASE_CREATED'];
    case 'publish-raw':
      return EVENT_TYPES.filter((type) => EVENT_TOPICS[type] === step.topic);
    default:
      return [];
  }
};

/** Whoever consumes it, and whoever consumes what they announce. */
const partsReachedBy = (event: EventType): readonly WorkerRole[] =>
  ROLES.filter((role) => WORKERS[role].consumes === event).flatMap((role) => [
    role,
    ...WORKERS[role].emits.flatMap(partsReachedBy),
  ]);

const disturbedBy = (fault: FaultSpec): readonly WorkerRole[] => {
  if ('workers' in fault) return fault.workers;
  return 'worker' in fault ? [fault.worker] : [];
};

/** Why the scenario would wait for a part that nobody plays; undefined when all that it needs are there. */
export const obstacleOfMissingParts = (
  { act, heal = [], faults }: Scenario,
  workers: WorkerSet,
): string | undefined => {
  const needed = new Set([
    ...[...act, ...heal].flatMap(begunBy).flatMap(partsReachedBy),
    ...faults.flatMap(disturbedBy),
  ]);
  const missing = ROLES.filter((role) => needed.has(role) && playerOf(workers.workers, role) === undefined);
  return missing.length === 0
    ? undefined
    : `the workers ${workers.name} have no ${missing.join(' and no ')}, and nothing would come of what the scenario begins`;
};
