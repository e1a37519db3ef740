/** Workers that play several parts in one process: what a fault on one of the parts does to the others. Pure. */
import { partsOf, playerOf } from '../config/parts.ts';
import type { WorkerSet } from '../config/types.ts';
import type { Condition } from '../history/conditions.ts';
import { formOf } from '../history/evaluate.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { EventType, WorkerRole } from '../pipeline/vocabulary.ts';
import { isCommon } from '../scenario/acts.ts';
import { observationOf } from '../scenario/observation.ts';
import type { FaultSpec, Scenario } from '../scenario/types.ts';
import { begunBy } from './missing-parts.ts';

interface Way {
  readonly pipeline: Pipeline;
  /** What the scenario tells itself: nobody need announce it. */
  readonly told: ReadonlySet<EventType>;
}

/** Those that are in each of the lists. */
const inAll = ([first = [], ...others]: readonly (readonly WorkerRole[])[]): readonly WorkerRole[] =>
  first.filter((role) => others.every((needed) => needed.includes(role)));

/** The part, and those without which what it consumes never comes. Of several that announce that, any will do. */
const withEarlier = (way: Way, role: WorkerRole, after: readonly WorkerRole[] = []): readonly WorkerRole[] => {
  const { consumes } = way.pipeline.stage(role);
  if (way.told.has(consumes) || after.includes(role)) return [role];
  const ways = way.pipeline.announcersOf(consumes).map((earlier) => withEarlier(way, earlier, [...after, role]));
  return [role, ...inAll(ways)];
};

/** Whoever of these it is that does it: all of them, and those that none of them can do without. */
const anyOf = (way: Way, roles: readonly WorkerRole[]): readonly WorkerRole[] => [
  ...roles,
  ...inAll(roles.map((role) => withEarlier(way, role))),
];

/** The parts that must work for the condition to come about. Of alternatives: those that all of them need. */
const neededBy = (way: Way, condition: Condition): readonly WorkerRole[] => {
  const { roles, stage, effecting, announcersOf } = way.pipeline;
  if ('all' in condition) return condition.all.flatMap((each) => neededBy(way, each));
  if ('any' in condition) return inAll(condition.any.map((each) => neededBy(way, each)));
  if ('lasted' in condition) return neededBy(way, condition.lasted.what);
  if ('emitted' in condition) return anyOf(way, announcersOf(condition.emitted.event));
  if ('row' in condition) {
    const makers = effecting.filter(({ entity }) => entity.table === condition.row.table);
    return anyOf(
      way,
      makers.map(({ role }) => role),
    );
  }
  if ('decided' in condition) return withEarlier(way, condition.decided.worker);
  if ('taken' in condition) return withEarlier(way, condition.taken.worker);
  if ('passed' in condition) return withEarlier(way, condition.passed.worker);
  if ('connected' in condition) return condition.connected.refused === true ? [] : [condition.connected.worker];
  const callers = roles.filter((role) => stage(role).calls !== undefined);
  // Of several that call it is not known whose call is meant.
  return callers.length === 1 && ['requested', 'answered', 'callOpen'].includes(formOf(condition).form) ? callers : [];
};

/** What is awaited while the scenario's faults are in force. */
const awaited = (scenario: Scenario, pipeline: Pipeline): readonly Condition[] => [
  ...scenario.act.flatMap((step) => (isCommon(step) && step.do === 'wait' ? [step.until] : [])),
  observationOf(scenario, pipeline),
];

/** The parts that a fault keeps from working for as long as it is in force; one that is struck once comes back. */
const haltedBy = ({ services }: Pipeline, fault: FaultSpec): readonly WorkerRole[] => {
  switch (fault.kind) {
    case 'worker-stopped':
    case 'worker-paused':
      return [fault.worker];
    case 'worker-misconfigured':
      return fault.start === 'after-act' ? [fault.worker] : [];
    case 'bytes-withheld':
      return services.includes(fault.upstream) ? [] : [fault.worker];
    case 'upstream-away':
      return services.includes(fault.upstream) ? [] : fault.workers;
    default:
      return [];
  }
};

/** Why a fault cannot be played on one part alone: it would halt another one that the scenario waits for. */
export const obstacleOfSharing = (scenario: Scenario, { workers, ...set }: WorkerSet): string | undefined => {
  const pipeline = pipelineOf(set.pipeline);
  const halted = scenario.faults.flatMap((fault) => haltedBy(pipeline, fault));
  const way = { pipeline, told: new Set(scenario.act.flatMap((step) => begunBy(pipeline, step))) };
  const needed = awaited(scenario, pipeline).flatMap((condition) => neededBy(way, condition));
  for (const role of halted) {
    const player = playerOf(workers, role);
    const others = player === undefined ? [] : partsOf(player).map((part) => part.role);
    const missed = others.find((other) => !halted.includes(other) && needed.includes(other));
    if (missed !== undefined)
      return `${role} and ${missed} are one process of these workers: what halts the one halts the other, which the scenario needs`;
  }
  return undefined;
};
