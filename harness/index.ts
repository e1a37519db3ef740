/** All that a user of Faultline imports. */
export { defineConfig } from './config/define.ts';
export type { ConfigInput, WorkerInput, WorkerSetInput } from './config/define.ts';
export { referenceWorkers } from './config/reference-sets.ts';
export type { Edition, ReferenceOverrides } from './config/reference-sets.ts';
export { all, always, any, defineScenario, not } from './scenario/define.ts';
export type {
  ApiBehaviour,
  DuringCase,
  ExpectedCause,
  FaultSpec,
  Misconfiguration,
  Scenario,
  Step,
  SubjectSpec,
} from './scenario/types.ts';
export type { Condition } from './history/conditions.ts';
export type { CauseId, InvariantId } from './history/verdict.ts';
export type { EventType, Table, Topic, Upstream, WorkerRole } from './pipeline/pipeline.ts';
export { faultlineVitestConfig } from './runner/vitest-config.ts';
