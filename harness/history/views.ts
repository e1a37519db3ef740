/** What a history opened for reading tells: types alone, so that whatever reads for it, or reads it, may know them. */
import type { AnswersDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { EventKind, HistoryEvent, Subject } from './events.ts';

export type Commit = HistoryEvent<'postgres.commit'>;

/** What has a place in a topic, and so in one life of it. */
export type Placed = HistoryEvent<'kafka.record' | 'kafka.produced' | 'offsets.committed'>;

export interface Lives {
  /** The lives it may belong to, ascending; one when that is proven. Lives of a topic count from 0. */
  of(event: Placed): readonly number[];
  /** The life that exists at the history's end; undefined: the topic is gone. */
  latest(topic: string): number | undefined;
}

/** Ids by which a request may say whose it is. */
export interface CallIds {
  /**
   * By where they stand: in headers, in its path and on top of its body, in the objects of that. What stands before says whose
   * call it is; what stands after may tell of others.
   */
  readonly correlationIds: readonly (readonly string[])[];
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
}

/** A data record, read as the event it carries. */
export interface PipelineEvent {
  readonly record: HistoryEvent<'kafka.record'>;
  /** Of the pipeline's events. */
  readonly type: string;
  /** From the body, then the header, then the key; undefined when none of them is text. */
  readonly correlationId: string | undefined;
  readonly eventId: string | undefined;
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
  /** The body as an object; undefined when it is not JSON or no object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** The harness produced it. */
  readonly byHarness: boolean;
}

export interface DeadLetter {
  readonly record: HistoryEvent<'kafka.record'>;
  /** By its real name. */
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly attempts: number | undefined;
  readonly correlationId: string | undefined;
  readonly eventId: string | undefined;
  /** The event it says it holds. */
  readonly original: Readonly<Record<string, unknown>> | undefined;
  /** The harness produced it. */
  readonly byHarness: boolean;
}

/** A request at a service and, once it ended, its response. */
export interface Call {
  readonly request: HistoryEvent<'http.request'>;
  readonly response: HistoryEvent<'http.response'> | undefined;
  /** Ids by which it may say which payment it is about, by where they stand: in headers, in its path and body, in the body's objects. */
  readonly correlationIds: CallIds['correlationIds'];
  /** The service that it asks for what counts as a call; undefined: it is no call. */
  readonly service: string | undefined;
  /** What an answer says of a row, as its service declares; undefined: nothing. */
  readonly answers: AnswersDeclaration | undefined;
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  readonly started: HistoryEvent<'trial.started'>;
  readonly subjects: readonly Subject[];
  /** The pipeline that it is judged by: its own. */
  readonly pipeline: Pipeline;
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
  /** Committed data records of the pipeline's events, by arrival (per partition: by offset). Aborted ones are left out. */
  readonly pipelineEvents: readonly PipelineEvent[];
  /** Events told in topics that are not the pipeline's: a worker's own retry topic. */
  readonly eventsElsewhere: readonly PipelineEvent[];
  readonly deadLetters: readonly DeadLetter[];
  /** Requests for the operation of their service, by call id. Anything else at a service is no call. */
  readonly calls: readonly Call[];
  /** Every request at a service, also those that are no call, by call id. */
  readonly requests: readonly Call[];
  /** Which life of its topic a position belongs to. */
  readonly lives: Lives;
  /** The harness's own word that it wrote this record; undefined: somebody else did. */
  producedAs(record: HistoryEvent<'kafka.record'>): HistoryEvent<'kafka.produced'> | undefined;
  /** Commits in commit order. */
  readonly commits: readonly Commit[];
  /** The history as it was up to and including this seq. */
  upTo(seq: number): History;
  /** What others computed of it: memo.ts's. */
  readonly kept: unknown[];
}
