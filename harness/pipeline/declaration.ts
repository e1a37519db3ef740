/**
 * What a pipeline is, as a value that its team owns. Data, as a history holds the declaration it is judged by, but for what
 * stands for its services, what does its acts, and how its pacts are made: that stays with the configuration.
 */
import type { Act } from './acts.ts';
import type { PactDeclarations } from './pacts.ts';
import type { ServiceStub } from './stub.ts';

/** What a column must hold: this value, one of these, or, `given`, anything but nothing. */
export type ColumnTest = boolean | string | readonly string[];

/** Columns and what each of them must hold, all of them. */
export type RowTest = Readonly<Record<string, ColumnTest>>;

export interface TopicDeclaration {
  /** It takes what a worker gives up. Exactly one topic does. */
  readonly deadLetters?: true;
  /** Only the last record of a key stays in it, and one without a value takes its key away: such a record is no event. */
  readonly compacted?: true;
}

/** What goes the pipeline's way, known by its correlation id: `payment`. */
export interface SubjectDeclaration {
  readonly called: string;
  /** That it has begun, in words: `was paid`. */
  readonly begun: string;
  /** A table of the outside world whose rows begin one as well. */
  readonly table?: string;
  /** How a row is told of whose subject nobody began. */
  readonly unbegun: Wording;
  /** The field in which events that begin one, and calls, have its id, besides the correlation id: `orderId`. Left out: in none. */
  readonly id?: string;
  /** As which its own id, the correlation id, is drawn. Left out: as a UUID. A number is told as one in the field `id`, and as text everywhere else. */
  readonly drawn?: IdKind;
  /**
   * The two ids by which rows, which carry no correlation id, are tied to it: findings call them by their fields, `customerId` the
   * customer. Left out: studentId and student_id, courseId and course_id.
   */
  readonly pair?: readonly [PairDeclaration, PairDeclaration];
}

/** What the ids that the harness draws look like: `1fa90c93-ea40-…`, `customer-11fa90c93`, 530187411. */
export type IdKind = 'uuid' | 'text' | 'number';

/** An id by its field in events and calls, and by its column in rows. */
export interface PairDeclaration {
  readonly field: string;
  readonly column: string;
  /** As which it is drawn for a scenario's subjects. Left out: as a UUID. */
  readonly drawn?: IdKind;
}

/** How findings tell of something: its name in their ids, which stays, and words. */
export interface Wording {
  /** `nobody-paid`. */
  readonly shape: string;
  /** `nobody paid for it`. */
  readonly says: string;
}

/** The row that an event tells of, or the rows. */
export interface NamesDeclaration<Entity extends string = string> {
  readonly entity: Entity;
  /** The field of the event that holds the row's id, or a list of ids. */
  readonly by: string;
  /** Fields of the event, and the columns of each row that they must equal. Left out: it is held to none. */
  readonly agrees?: Readonly<Record<string, string>>;
  /** The field that says how many rows it names, by its list of ids. */
  readonly count?: string;
}

export interface EventDeclaration<Topic extends string = string, Entity extends string = string> {
  readonly topic: Topic;
  /** The outside world tells it: it begins a subject's way. */
  readonly begins?: true;
  readonly names?: NamesDeclaration<Entity>;
  /** What it has besides its ids when the outside world tells it, in the scenarios that come by themselves. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Fields that hold ids without which a consumer can neither work nor say what it has done. */
  readonly required?: readonly string[];
  /**
   * What its eventId may be, with fields of its body in braces, and * for what is another each time it is told:
   * `purchase-created-{purchaseId}`, `planned-{orderId}-*`. Left out: an id of its own.
   */
  readonly eventIds?: readonly string[];
}

/** Rows of which a student and course has one at most. */
export interface OneOfDeclaration {
  readonly rows: RowTest;
  /** Several of them, in words: `approved or active allocations`. */
  readonly called: string;
  /** Several of the entity's rows, whatever their state: `allocations`. */
  readonly plural: string;
  /** What does not stand beside one in the end. */
  readonly notBeside?: {
    readonly rows: RowTest;
    /** The name of it in findings: `approved-beside-pending`. */
    readonly shape: string;
    /** In words: `an assigned allocation`, and `a pending one` beside it. */
    readonly one: string;
    readonly other: string;
  };
}

/** What must be there of the same student and course by the time a row is committed. */
export interface RequiresDeclaration<Entity extends string = string> {
  readonly entity: Entity;
  /** The rows that need it: not those that are over. */
  readonly rows: RowTest;
  /** How a row of a course is told of that the student never had anything of: `never-bought`, `who never bought that`. */
  readonly never: Wording;
}

/** Whose rows they are is told by the row of another entity, whose id they have in a column. */
export interface ViaDeclaration<Entity extends string = string> {
  readonly entity: Entity;
  readonly column: string;
}

/**
 * Rows that stages bring about, tied to a subject by its pair of ids, or via another entity's row; the primary key is `id`. Several entities may be rows of one table in different states: what a stage updates in place.
 */
export interface EntityDeclaration<Entity extends string = string> {
  readonly table: string;
  readonly via?: ViaDeclaration<Entity>;
  /**
   * How many rows that count make one effect, of one row that they are via, or else of one student and course; committed
   * together or one by one, by whomever. Left out: each row is one.
   */
  readonly rows?: number;
  /** A row that counts, in words: `active purchase`. */
  readonly called: string;
  /** When a row is the effect its stage is for: any of these. */
  readonly counts: readonly [RowTest, ...RowTest[]];
  /**
   * What a row that counted becomes in the ordinary way, so that its end takes nothing back: any of these, and where another stage
   * takes it on, what it is then. A worker that makes anything else of it has undone it. Left out: nothing tells an ordinary end
   * from another one, and only a row that is deleted, or made somebody else's, is taken back.
   */
  readonly done?: readonly RowTest[];
  /** When a row is one at all, for scenarios that look for it. Left out: when it counts. */
  readonly stands?: { readonly not: RowTest };
  /** The column that is shown with a row, for people. */
  readonly shows?: string;
  readonly oneOf?: OneOfDeclaration;
  readonly requires?: RequiresDeclaration<Entity>;
  /** Rows that are owed what their stage announces, and what follows from it. Left out: those that count. */
  readonly owed?: RowTest;
  /** That there is none, in words: `the student has no trainer for the course`. Left out: `there is no allocation`. */
  readonly lacking?: string;
}

/** The idempotency guard: a row for each event that was processed. Names of columns. */
export interface GuardDeclaration {
  readonly table: string;
  readonly key: string;
  readonly correlation: string;
  readonly type: string;
  /** The column that says which stage wrote the row, by its role. Where several stages consume one event, only it tells. */
  readonly writer?: string;
  /** When a row says that its event was processed: before that it waits, as in an inbox. Left out: as soon as it is there. */
  readonly marks?: RowTest;
  /**
   * The database takes no row that somebody else writes early: one refers to what the stage itself brings about, say. Left out: it
   * does, and every stage that keeps the guard gets a scenario in which somebody has.
   */
  readonly closed?: true;
}

/** A setting of a behaviour in a scenario. */
export type BehaviourSetting = 'status' | 'delayMs' | 'until';

/** A way to answer that only this service's stub knows. */
export interface BehaviourDeclaration {
  /** What a scenario may set of it. Left out: nothing. */
  readonly takes?: readonly BehaviourSetting[];
  /** It answers as if its row were there, and makes none: what `faultline capture` has it do where that was seen. */
  readonly rowless?: true;
}

/** What a stage calls. Workers find its address in NAME_URL: ADMIN_SERVICE_URL for `admin-service`. */
export interface ServiceDeclaration<Behaviour extends string = string> {
  /** Where it listens when its stub is served alone. */
  readonly port: number;
  /** The request that counts as a call. `:name` in the path stands for one segment: an id of the subject's by that name. */
  readonly operation: { readonly method: string; readonly path: string };
  /** How its stub can go wrong, or differ, besides the ways in which every stub can. */
  readonly behaviours?: Readonly<Record<Behaviour, BehaviourDeclaration>>;
  /** What stands for it: MSW's request handlers, or a module that keeps rows. Code: no history holds it. */
  readonly stub?: ServiceStub;
  /** What its answers say of a row. */
  readonly answers?: AnswersDeclaration;
  /** A call that is about nobody's subject, in words. Left out: it asks the service, about what is no subject's. */
  readonly asks?: AsksDeclaration;
}

export interface AsksDeclaration {
  /** `for a trainer`. */
  readonly for: string;
  /** Why nobody should have: `which nobody bought`. */
  readonly idly: string;
}

export interface AnswersDeclaration {
  /** The field of an answer's body that holds the row. */
  readonly in: string;
  /** The field of the row that holds its id. */
  readonly id: string;
  /** Statuses that say that the row is there for good. */
  readonly final: readonly number[];
  /** Statuses that say that the row is there, and that somebody will decide on it. */
  readonly open: readonly number[];
}

/** What a step with the act may say besides its name. */
export interface ActTakes {
  /** `subject`, or a list of `subjects`, for each of whom it is done. */
  readonly subjects: 'one' | 'several';
  /** What may be asked of the event's id: `again`. Left out: nothing. */
  readonly eventId?: readonly [string, ...string[]];
  /** The partition that its record goes to may be fixed. */
  readonly partition?: true;
}

/** What a scenario may do as the outside world, besides telling what begins a way. */
export interface ActDeclaration<Event extends string = string, Entity extends string = string> {
  /** The event that it is about. */
  readonly about: Event;
  /** It publishes that event. */
  readonly tells?: true;
  /** It makes this row, as the stage would that consumes the event. Left out: nothing is known of that. */
  readonly makes?: Entity;
  /** As whom: its records and rows are recorded as that service's. */
  readonly as: string;
  /**
   * Left out: what the shipped pipeline's act of that name takes (and tells), where that does it; of another one `subject` or
   * `subjects`, a partition, and of the event's id what the shipped ones are asked.
   */
  readonly takes?: ActTakes;
  /** Does it. Code: no history holds it. Left out: it is done as the shipped pipeline's act of that name. */
  readonly perform?: Act;
}

/** When a worker brings about rows by itself: whenever it starts, and as often as said. */
export interface UnaskedDeclaration {
  readonly atStart: true;
  /** Hours. Left out: at its start only. */
  readonly everyHours?: number;
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
  /** What an event brings about. Left out: no rows; it passes on what it announces, and that is its effect. */
  readonly effect?: Entity;
  /** It keeps no row in the idempotency guard: none is missed, and none of its event is its mark. */
  readonly unguarded?: true;
  /** It also brings about rows for which it had no event; nobody is owed an announcement of those. */
  readonly unasked?: UnaskedDeclaration;
  readonly calls?: Service;
  /** Each for every effect that it made; where all of it was there already, nothing is owed. */
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
  /** What its ids are: any text, or a whole number. Left out: UUIDs, and what is none is no id. */
  readonly ids?: 'text';
  readonly subject: SubjectDeclaration;
  readonly topics: Readonly<Record<Topic, TopicDeclaration>>;
  /** Of every topic that the harness makes. */
  readonly partitions: number;
  readonly events: Readonly<Record<Event, EventDeclaration<NoInfer<Topic>, NoInfer<Entity>>>>;
  readonly entities: Readonly<Record<Entity, EntityDeclaration<NoInfer<Entity>>>>;
  readonly guard: GuardDeclaration;
  /** Tables whose changes are recorded besides those of the entities and the guard. */
  readonly furtherTables: readonly string[];
  /** By table, columns that what stands for services and acts read and write, so that a schema without them is refused. Left out: none. */
  readonly written?: Readonly<Record<string, readonly string[]>>;
  readonly services: Readonly<Record<Service, ServiceDeclaration>>;
  /** By their names in scenarios. Left out: none. */
  readonly acts?: Readonly<Record<string, ActDeclaration<NoInfer<Event>, NoInfer<Entity>>>>;
  /** The pacts that its workers make (`faultline contracts generate`). Code: no history holds it. Left out: none. */
  readonly pacts?: () => PactDeclarations;
  /** By the part a worker plays, in any order: the way follows from what they consume and announce. */
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
