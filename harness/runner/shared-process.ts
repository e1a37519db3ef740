/** Workers that play several parts in one process: what a fault on one of the parts does to the others. Pure. */
import { partsOf, playerOf } from '../config/parts.ts';
import type { WorkerSet } from '../config/types.ts';
import type { Condition } from '../history/conditions.ts';
import { formOf } from '../history/evaluate.ts';
import { ROLES, WORKERS } from '../pipeline/pipeline.ts';
import type { EventType, WorkerRole } from '../pipeline/pipeline.ts';
import type { FaultSpec, Scenario } from '../scenario/types.ts';

const emitterOf = (event: EventType): readonly WorkerRole[] =>
  ROLES.filter((role) => WORKERS[role].emits.includes(event));

/** The parts that must work for the condition to come about. Of alternatives: those that all of them need. */
const neededBy = (condition: Condition): readonly WorkerRole[] => {
  if ('all' in condition) return condition.all.flatMap(neededBy);
  if ('any' in condition) {
    const [first = [], ...others] = condition.any.map(neededBy);
    return first.filter((role) => others.every((needed) => needed.includes(role)));
  }
  if ('lasted' in condition) return neededBy(condition.lasted.what);
  if ('emitted' in condition) return emitterOf(condition.emitted.event);
  if ('row' in condition)
    return condition.row.table === 'student_course_purchases'
      ? ['purchase-worker']
      : condition.row.table === 'trainer_allocations'
        ? ['allocation-worker']
        : [];
  if ('decided' in condition) return [condition.decided.worker];
  if ('taken' in condition) return [condition.taken.worker];
  if ('passed' in condition) return [condition.passed.worker];
  if ('connected' in condition) return condition.connected.refused === true ? [] : [condition.connected.worker];
  return ['requested', 'answered', 'callOpen'].includes(formOf(condition).form) ? ['allocation-worker'] : [];
};

/** What is awaited while the scenario's faults are in force. */
const awaited = ({ act, observeUntil }: Scenario): readonly Condition[] => [
  ...act.flatMap((step) => (step.do === 'wait' ? [step.until] : [])),
  observeUntil ?? { decided: { worker: 'allocation-worker' } },
];

/** The parts that a fault keeps from working for as long as it is in force; one that is struck once comes back. */
const haltedBy = (fault: FaultSpec): readonly WorkerRole[] => {
  switch (fault.kind) {
    case 'worker-stopped':
    case 'worker-paused':
      return [fault.worker];
    case 'worker-misconfigured':
      return fault.start === 'after-act' ? [fault.worker] : [];
    case 'bytes-withheld':
      return fault.upstream === 'admin-service' ? [] : [fault.worker];
    case 'upstream-away':
      return fault.upstream === 'admin-service' ? [] : fault.workers;
    default:
      return [];
  }
};

/** Why a fault cannot be played on one part alone: it would halt another one that the scenario waits for. */
export const obstacleOfSharing = (scenario: Scenario, { workers }: WorkerSet): string | undefined => {
  const halted = scenario.faults.flatMap(haltedBy);
  const needed = awaited(scenario).flatMap(neededBy);
  for (const role of halted) {
    const player = playerOf(workers, role);
    const others = player === undefined ? [] : partsOf(player).map((part) => part.role);
    const missed = others.find((other) => !halted.includes(other) && needed.includes(other));
    if (missed !== undefined)
      return `${role} and ${missed} are one process of these workers: what halts the one halts the other, which the scenario needs`;
  }
  return undefined;
};
