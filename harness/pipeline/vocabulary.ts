/** The names that a declaration gives. Inside the harness any text may be one; a scenario's are held to its pipeline. */
import type { ApiBehaviour } from './behaviours.ts';
import type { ActDeclaration, ActTakes, PipelineDeclaration, ServiceDeclaration } from './declaration.ts';
import type { EventType, Table, Topic, Upstream, WorkerRole } from './name-types.ts';

export type { EventType, Table, Topic, Upstream, WorkerRole };

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
  /** Steps that are acts of the pipeline's own. */
  readonly act: ActStep;
}

/** A step that is an act of a pipeline's own, of whichever; what each may say is told by its declaration. */
export interface ActStep {
  readonly do: string;
  readonly subject?: string;
  readonly subjects?: readonly string[];
  readonly eventId?: string;
  readonly partition?: number;
}

type Asked<T extends ActTakes> = T extends { readonly eventId: readonly (infer Id extends string)[] }
  ? { readonly eventId?: Id }
  : unknown;

type Fixed<T extends ActTakes> = T extends { readonly partition: true } ? { readonly partition?: number } : unknown;

type About<T extends ActTakes> = T['subjects'] extends 'one'
  ? { readonly subject: string }
  : { readonly subjects: readonly string[] };

/** Of an act that does not tell which: one of the two. */
type Untold =
  | { readonly subject: string; readonly subjects?: never }
  | { readonly subject?: never; readonly subjects: readonly string[] };

/** The step by which a scenario has the act done. */
type StepOf<Name extends string, A extends ActDeclaration> = { readonly do: Name } & (A extends {
  readonly takes: infer T extends ActTakes;
}
  ? About<T> & Asked<T> & Fixed<T>
  : Untold & Omit<ActStep, 'do' | 'subject' | 'subjects'>);

/** Of a pipeline that declares none, none. */
type ActsOf<P extends PipelineDeclaration> = P extends {
  readonly acts: infer A extends Readonly<Record<string, ActDeclaration>>;
}
  ? { [Name in keyof A & string]: StepOf<Name, A[Name]> }[keyof A & string]
  : never;

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
  readonly act: ActsOf<P>;
}
