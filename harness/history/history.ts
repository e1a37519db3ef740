/** A history opened for reading: typed access and the pipeline's view of it. Pure. */
import type { AnswersDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { EventKind, HistoryEvent, Subject } from './events.ts';
import { sameId } from './ids.ts';
import { livesOf, sameLife } from './lives.ts';
import type { Lives } from './lives.ts';
import { callIdsOf, isOperation, readDeadLetter, readEvent } from './reading.ts';
import { text } from './values.ts';

export { text };

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
  /** Ids by which it may say which payment it is about: its headers', then its path's and its body's. */
  readonly correlationIds: readonly string[];
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
  readonly commits: readonly HistoryEvent<'postgres.commit'>[];
  /** The history as it was up to and including this seq. */
  upTo(seq: number): History;
}

/** A position as people write it. */
export const recordPosition = (r: { topic: string; partition: number; offset: number }): string =>
  `${r.topic}-${r.partition}@${r.offset}`;

const memo = <T>(compute: () => T): (() => T) => {
  let value: { readonly v: T } | undefined;
  return () => (value ??= { v: compute() }).v;
};

/** Opens events for reading. They must be in ascending `seq` and begin with `trial.started`. */
export const openHistory = (events: readonly HistoryEvent[]): History => {
  const first = events[0];
  if (first?.kind !== 'trial.started') throw new Error('a history begins with trial.started');
  const pipeline = pipelineOf(first.pipeline);
  const byKind = memo(() => {
    const kinds = new Map<EventKind, HistoryEvent[]>();
    for (const event of events) {
      const list = kinds.get(event.kind);
      if (list === undefined) kinds.set(event.kind, [event]);
      else list.push(event);
    }
    return kinds;
  });
  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
    (byKind().get(kind) ?? []) as unknown as readonly HistoryEvent<K>[];

  const committedData = memo(() => of('kafka.record').filter((r) => r.aborted !== true && r.control === undefined));
  const lives = memo(() => livesOf(events));
  const produced = memo(() => {
    const byPosition = new Map<string, HistoryEvent<'kafka.produced'>[]>();
    for (const event of of('kafka.produced')) {
      const position = recordPosition(event);
      byPosition.set(position, [...(byPosition.get(position) ?? []), event]);
    }
    return byPosition;
  });
  const producedAs = (record: HistoryEvent<'kafka.record'>): HistoryEvent<'kafka.produced'> | undefined =>
    (produced().get(recordPosition(record)) ?? []).find(
      (event) =>
        sameLife(lives(), event, record) !== 'no' &&
        (event.correlationId === undefined ||
          record.correlationId === undefined ||
          sameId(event.correlationId, record.correlationId)),
    );
  const read = memo(() => committedData().flatMap((r) => readEvent(pipeline, r, producedAs(r) !== undefined) ?? []));
  const pipelineEvents = memo(() => read().filter(({ record }) => pipeline.topics.includes(record.topic)));
  const eventsElsewhere = memo(() => read().filter(({ record }) => !pipeline.topics.includes(record.topic)));
  const deadLetters = memo(() =>
    committedData()
      .filter((r) => r.topic === pipeline.deadLetterTopic)
      .map((r) => readDeadLetter(first, r, producedAs(r) !== undefined)),
  );
  const requests = memo(() => {
    const responses = new Map(of('http.response').map((r) => [r.call, r]));
    return of('http.request').map((request): Call => {
      const service = isOperation(pipeline, request) ? request.service : undefined;
      return {
        request,
        response: responses.get(request.call),
        service,
        answers: service === undefined ? undefined : pipeline.service(service).answers,
        ...callIdsOf(pipeline, request),
      };
    });
  });
  const calls = memo(() => requests().filter(({ service }) => service !== undefined));
  // LSN and xid give the order; arrival already follows it, so sorting only states what is relied on.
  const commits = memo(() => [...of('postgres.commit')].sort((a, b) => (a.lsn < b.lsn ? -1 : a.lsn > b.lsn ? 1 : 0)));

  return {
    events,
    started: first,
    subjects: first.subjects,
    pipeline,
    of,
    get pipelineEvents() {
      return pipelineEvents();
    },
    get eventsElsewhere() {
      return eventsElsewhere();
    },
    get deadLetters() {
      return deadLetters();
    },
    get calls() {
      return calls();
    },
    get requests() {
      return requests();
    },
    get lives() {
      return lives();
    },
    producedAs,
    get commits() {
      return commits();
    },
    upTo: (seq) => openHistory(events.filter((event) => event.seq <= seq)),
  };
};

/** Is this row change about the student and course? Rows carry no correlation id. */
export const isOf = (
  row: Readonly<Record<string, unknown>> | undefined,
  ids: { readonly studentId?: string | undefined; readonly courseId?: string | undefined },
): boolean => row !== undefined && sameId(row['student_id'], ids.studentId) && sameId(row['course_id'], ids.courseId);
