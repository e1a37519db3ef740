/** All that a user of Faultline imports. */
import type { Condition as AnyCondition } from './history/conditions.ts';
import type { ShippedVocabulary } from './pipeline/shipped.ts';
import type { Vocabulary } from './pipeline/vocabulary.ts';
import type {
  DuringCase as AnyDuringCase,
  FaultSpec as AnyFaultSpec,
  Scenario as AnyScenario,
  Step as AnyStep,
} from './scenario/types.ts';

export { defineConfig } from './config/define.ts';
export type { ConfigInput, WorkerInput, WorkerSetInput } from './config/define.ts';
export { referenceWorkers } from './config/resolve.ts';
export type { Edition, ReferenceOverrides } from './config/resolve.ts';
export type { ApiBehaviour } from './pipeline/behaviours.ts';
export type { Act, ActParts } from './pipeline/acts.ts';
export { definePipeline } from './pipeline/declaration.ts';
export type { PipelineDeclaration } from './pipeline/declaration.ts';
/** Values of a pact's examples with their rules: `pactRules.uuid(…)`. */
export * as pactRules from './pipeline/pact-rules.ts';
export type { CallsDeclaration, MessageDeclaration, PactDeclarations } from './pipeline/pacts.ts';
export type { Behaviour, ServiceStub, StubCall, StubDatabase, StubModule, StubParts } from './pipeline/stub.ts';
export type { Vocabulary, VocabularyOf } from './pipeline/vocabulary.ts';
export { all, always, any, defineScenario, not, scenariosOf } from './scenario/define.ts';
export type { ExpectedCause, Misconfiguration, SubjectSpec } from './scenario/types.ts';
export type { CauseId, InvariantId } from './history/verdict.ts';
export { faultlineVitestConfig } from './runner/vitest-config.ts';

/** The names of the pipeline that Faultline ships. Of one's own pipeline: `VocabularyOf<typeof pipeline>`. */
export type { EventType, Table, Topic, Upstream, WorkerRole } from './pipeline/shipped.ts';

export type Condition<V extends Vocabulary = ShippedVocabulary> = AnyCondition<V>;
export type DuringCase<V extends Vocabulary = ShippedVocabulary> = AnyDuringCase<V>;
export type FaultSpec<V extends Vocabulary = ShippedVocabulary> = AnyFaultSpec<V>;
export type Scenario<V extends Vocabulary = ShippedVocabulary> = AnyScenario<V>;
export type Step<V extends Vocabulary = ShippedVocabulary> = AnyStep<V>;
