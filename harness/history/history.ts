/** A history opened for reading: typed access and the pipeline's view of it. Pure. */
import { ASSIGNED_STATUSES, DEAD_LETTER_TOPIC, eventTypeOfTopic } from '../pipeline/pipeline.ts';
import type { EventType } from '../pipeline/pipeline.ts';
import type { EventKind, HistoryEvent, RowChange, Subject } from './events.ts';
import { inRealNames } from './real-names.ts';

/** A data record of a pinned topic, read as the event it carries. */
export interface PipelineEvent {
  readonly record: HistoryEvent<'kafka.record'>;
  readonly type: EventType;
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
}

/** A call at admin-service: its request and, once it ended, its response. */
export interface Call {
  readonly request: HistoryEvent<'http.request'>;
  readonly response: HistoryEvent<'http.response'> | undefined;
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
}

/** One row's change with the transaction it was part of. */
export interface Change {
  readonly commit: HistoryEvent<'postgres.commit'>;
  readonly change: RowChange;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  readonly started: HistoryEvent<'trial.started'>;
  readonly subjects: readonly Subject[];
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
  /** Committed data records of the pipeline's events, by arrival (per partition: by offset). Aborted ones are left out. */
  readonly pipelineEvents: readonly PipelineEvent[];
  readonly deadLetters: readonly DeadLetter[];
  readonly calls: readonly Call[];
  /** Commits in commit order. */
  readonly commits: readonly HistoryEvent<'postgres.commit'>[];
  /** Every row change, in commit order. */
  readonly changes: readonly Change[];
  /** The history as it was up to and including this seq. */
  upTo(seq: number): History;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const integer = (value: unknown): number | undefined => {
  const n = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof n === 'number' && Number.isInteger(n) ? n : undefined;
};

export const recordPosition = (r: { topic: string; partition: number; offset: number }): string =>
  `${r.topic}-${r.partition}@${r.offset}`;

const readEvent = (record: HistoryEvent<'kafka.record'>, byHarness: boolean): PipelineEvent | undefined => {
  const type = eventTypeOfTopic(record.topic);
  if (type === undefined) return undefined;
  const body = isObject(record.json) ? record.json : undefined;
  const meta = isObject(body?.['_metadata']) ? body['_metadata'] : undefined;
  return {
    record,
    type,
    correlationId:
      text(meta?.['correlationId']) ?? text(record.headers['correlationId']) ?? text(record.key) ?? undefined,
    eventId: text(meta?.['eventId']) ?? text(record.headers['eventId']),
    studentId: text(body?.['studentId']),
    courseId: text(body?.['courseId']),
    body,
    byHarness,
  };
};

const readDeadLetter = (started: HistoryEvent<'trial.started'>, record: HistoryEvent<'kafka.record'>): DeadLetter => {
  const { json, headers } = inRealNames(started, record);
  const body = isObject(json) ? json : {};
  const from = (name: string): unknown => body[name] ?? headers[name];
  return {
    record,
    topic: text(from('originalTopic')),
    partition: integer(from('originalPartition')),
    offset: integer(from('originalOffset')),
    attempts: integer(from('attempts')),
    correlationId: text(from('correlationId')) ?? text(record.key),
  };
};

const memo = <T>(compute: () => T): (() => T) => {
  let value: { readonly v: T } | undefined;
  return () => (value ??= { v: compute() }).v;
};

/** Opens events for reading. They must be in ascending `seq` and begin with `trial.started`. */
export const openHistory = (events: readonly HistoryEvent[]): History => {
  const first = events[0];
  if (first?.kind !== 'trial.started') throw new Error('a history begins with trial.started');
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
  const pipelineEvents = memo(() => {
    const own = new Set(of('kafka.produced').map(recordPosition));
    return committedData().flatMap((r) => readEvent(r, own.has(recordPosition(r))) ?? []);
  });
  const deadLetters = memo(() =>
    committedData()
      .filter((r) => r.topic === DEAD_LETTER_TOPIC)
      .map((r) => readDeadLetter(first, r)),
  );
  const calls = memo(() => {
    const responses = new Map(of('http.response').map((r) => [r.call, r]));
    return of('http.request').map((request): Call => {
      const body = isObject(request.json) ? request.json : {};
      return {
        request,
        response: responses.get(request.call),
        studentId: text(body['studentId']),
        courseId: text(body['courseId']),
      };
    });
  });
  // LSN and xid give the order; arrival already follows it, so sorting only states what is relied on.
  const commits = memo(() => [...of('postgres.commit')].sort((a, b) => (a.lsn < b.lsn ? -1 : a.lsn > b.lsn ? 1 : 0)));
  const changes = memo(() => commits().flatMap((commit) => commit.changes.map((change) => ({ commit, change }))));

  return {
    events,
    started: first,
    subjects: first.subjects,
    of,
    get pipelineEvents() {
      return pipelineEvents();
    },
    get deadLetters() {
      return deadLetters();
    },
    get calls() {
      return calls();
    },
    get commits() {
      return commits();
    },
    get changes() {
      return changes();
    },
    upTo: (seq) => openHistory(events.filter((event) => event.seq <= seq)),
  };
};

/** Is this row change about the student and course? Rows carry no correlation id. */
export const isOf = (
  row: Readonly<Record<string, unknown>> | undefined,
  ids: { readonly studentId?: string | undefined; readonly courseId?: string | undefined },
): boolean => row !== undefined && row['student_id'] === ids.studentId && row['course_id'] === ids.courseId;

export const isAssigned = (row: Readonly<Record<string, unknown>>): boolean =>
  ASSIGNED_STATUSES.includes(String(row['status']));

/** The effect of PURCHASE_CREATED: assigned with a trainer, or pending (a person will decide). */
export const isAllocationEffect = (row: Readonly<Record<string, unknown>>): boolean =>
  row['status'] === 'pending' || (isAssigned(row) && text(row['trainer_id']) !== undefined);

export const isActivePurchase = (row: Readonly<Record<string, unknown>>): boolean => row['is_active'] === true;
