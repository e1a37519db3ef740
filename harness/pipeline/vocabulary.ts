/** The names that a declaration gives. Inside the harness any text may be one; a scenario's are held to its pipeline. */
import type { ApiBehaviour } from './behaviours.ts';
import type { PipelineDeclaration, ServiceDeclaration } from './declaration.ts';

/** The part a worker plays: a stage. */
export type WorkerRole = string;

export type Topic = string;

/** A type of event that travels over Kafka. */
export type EventType = string;

/** A table whose changes are recorded. */
export type Table = string;

/** What a worker reaches, through a relay and a Toxiproxy proxy of its own: Kafka, PostgreSQL, a service. */
export type Upstream = string;

/** What scenarios and conditions of a pipeline may name. */
export interface Vocabulary {
  readonly worker: WorkerRole;
  readonly topic: Topic;
  readonly event: EventType;
  /** A table that a subject's rows may be looked for in: further ones may live in another database. */
  readonly table: Table;
  readonly upstream: Upstream;
  /** What stages call. */
  readonly service: string;
  /** How a service's stub may behave. */
  readonly behaviour: string;
}

/** Of a service that declares none, none. */
type OwnBehaviourOf<S extends ServiceDeclaration> = S extends { readonly behaviours: infer B }
  ? keyof B & string
  : never;

/** What scenarios of this pipeline may name: anything else does not compile. */
export interface VocabularyOf<P extends PipelineDeclaration> extends Vocabulary {
  readonly worker: keyof P['stages'] & string;
  readonly topic: keyof P['topics'] & string;
  readonly event: keyof P['events'] & string;
  readonly table: P['entities'][keyof P['entities']]['table'] | P['guard']['table'];
  readonly upstream: 'kafka' | 'postgres' | (keyof P['services'] & string);
  readonly service: keyof P['services'] & string;
  readonly behaviour: ApiBehaviour | OwnBehaviourOf<P['services'][keyof P['services']]>;
}
