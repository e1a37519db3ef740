/** What a pipeline is, as a value that its team owns. Data only: a history holds the declaration it is judged by. */

/** What a column must hold: this value, one of these, or, `given`, anything but nothing. */
export type ColumnTest = boolean | string | readonly string[];

/** Columns and what each of them must hold, all of them. */
export type RowTest = Readonly<Record<string, ColumnTest>>;

export interface TopicDeclaration {
  /** It takes what a worker gives up. Exactly one topic does. */
  readonly deadLetters?: true;
}

export interface EventDeclaration<Topic extends string = string> {
  readonly topic: Topic;
  /** The outside world tells it: it begins a subject's way. */
  readonly begins?: true;
}

/** Rows that stages bring about, tied to a subject by student_id and course_id; the primary key is `id`. */
export interface EntityDeclaration {
  readonly table: string;
  /** A row that counts, in words: `active purchase`. */
  readonly called: string;
  /** When a row is the effect its stage is for: any of these. */
  readonly counts: readonly [RowTest, ...RowTest[]];
  /** When a row is one at all, for scenarios that look for it. Left out: when it counts. */
  readonly stands?: { readonly not: RowTest };
  /** The column that is shown with a row, for people. */
  readonly shows?: string;
}

/** The idempotency guard: a row for each event that was processed. Names of columns. */
export interface GuardDeclaration {
  readonly table: string;
  readonly key: string;
  readonly correlation: string;
  readonly type: string;
}

export interface ServiceDeclaration {
  readonly port: number;
  /** The request that counts as a call. */
  readonly operation: { readonly method: string; readonly path: string };
}

export interface StageDeclaration<
  Event extends string = string,
  Entity extends string = string,
  Service extends string = string,
> {
  /** The documented consumer group. */
  readonly group: string;
  readonly consumes: Event;
  /** Attempts before a transient failure may go to the dead-letter queue. */
  readonly attempts: number;
  /** What an event brings about. */
  readonly effect: Entity;
  readonly calls?: Service;
  /** Each for every effect. */
  readonly announces: readonly Event[];
}

export interface PipelineDeclaration<
  Topic extends string = string,
  Event extends string = string,
  Entity extends string = string,
  Service extends string = string,
  Stage extends string = string,
> {
  readonly name: string;
  readonly topics: Readonly<Record<Topic, TopicDeclaration>>;
  /** Of every topic that the harness makes. */
  readonly partitions: number;
  readonly events: Readonly<Record<Event, EventDeclaration<NoInfer<Topic>>>>;
  readonly entities: Readonly<Record<Entity, EntityDeclaration>>;
  readonly guard: GuardDeclaration;
  /** Tables whose changes are recorded besides those of the entities and the guard. */
  readonly furtherTables: readonly string[];
  readonly services: Readonly<Record<Service, ServiceDeclaration>>;
  /** By the part a worker plays. */
  readonly stages: Readonly<Record<Stage, StageDeclaration<NoInfer<Event>, NoInfer<Entity>, NoInfer<Service>>>>;
}

/**
 * Types a declaration and keeps its names literal, so that a topic, event, entity or service that it does not have does
 * not compile. It is checked whole by `declarationProblems`.
 */
export const definePipeline = <
  const Topic extends string,
  const Event extends string,
  const Entity extends string,
  const Service extends string,
  const Stage extends string,
  const P extends PipelineDeclaration<Topic, Event, Entity, Service, Stage>,
>(
  declaration: P & PipelineDeclaration<Topic, Event, Entity, Service, Stage>,
): P => declaration;
