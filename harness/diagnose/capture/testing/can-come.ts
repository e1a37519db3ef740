/** Whether what a captured scenario observes can come at all, under its faults and before anything is healed. */
import type { Condition } from '../../../history/conditions.ts';
import type { Pipeline } from '../../../pipeline/queries.ts';
import { eventsToldBy, isCommon } from '../../../scenario/acts.ts';
import type { Scenario } from '../../../scenario/types.ts';

export const canCome = ({ faults, act, observeUntil }: Scenario, pipeline: Pipeline): boolean => {
  const missing = faults.flatMap((fault) => (fault.kind === 'topic-missing' ? [fault.topic] : []));
  const stopped = faults.flatMap((fault) => (fault.kind === 'worker-stopped' ? [fault.worker] : []));
  const hindered = faults.flatMap((fault) =>
    fault.kind === 'worker-paused' || fault.kind === 'worker-misconfigured' || fault.kind === 'bytes-withheld'
      ? [fault.worker]
      : [],
  );
  const told = act.flatMap((step) => eventsToldBy(pipeline, step));
  const doneSilently = act.flatMap((step) => (isCommon(step) ? [] : [pipeline.acts[step.do]]));
  const isTold = (event: string): boolean =>
    !missing.includes(pipeline.topicOf(event) ?? '') &&
    (told.includes(event) || pipeline.announcersOf(event).some((role) => has(role) && !hindered.includes(role)));
  /** It runs, and its event comes. */
  const has = (role: string): boolean => !stopped.includes(role) && isTold(pipeline.stage(role).consumes);
  const makesRow = (table: string): boolean =>
    pipeline.effecting.some(
      ({ role, stage, entity }) =>
        entity.table === table &&
        ((has(role) && !hindered.includes(role)) || doneSilently.some((done) => done?.about === stage.consumes)),
    );
  const mayHold = (condition: Condition): boolean => {
    if ('all' in condition) return condition.all.every(mayHold);
    if ('any' in condition) return condition.any.some(mayHold);
    if ('emitted' in condition) return isTold(condition.emitted.event);
    if ('met' in condition)
      return missing.includes(condition.met.topic ?? '') && !stopped.includes(condition.met.worker);
    if ('row' in condition) return makesRow(condition.row.table);
    if ('decided' in condition) return pipeline.roles.some((role) => role === condition.decided.worker && has(role));
    if ('connected' in condition) return has(condition.connected.worker);
    return (
      ('answered' in condition || 'requested' in condition) &&
      pipeline.roles.some((role) => pipeline.stage(role).calls !== undefined && has(role))
    );
  };
  return observeUntil !== undefined && mayHold(observeUntil);
};
