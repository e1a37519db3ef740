/**
 * Small histories for tests, in the pipeline's words. Events get the next `seq`, one millisecond after the one before;
 * a commit's own timestamp lies half a millisecond before its arrival.
 */
import {
  DEAD_LETTER_TOPIC,
  EVENT_TOPICS,
  PARTITIONS_PER_TOPIC,
  ROLES,
  TOPICS,
  WORKERS,
} from '../../pipeline/pipeline.ts';
import type { EventType, WorkerRole } from '../../pipeline/pipeline.ts';
import type { BarrierSource, HistoryEvent, HttpFalsehood, NewEvent, RowChange, Subject } from '../events.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';
import { STUB_WRITER } from '../allocations.ts';
import { eventHeaders, eventValue, idOf } from './values.ts';

export type KafkaRecord = HistoryEvent<'kafka.record'>;
type Fields = Readonly<Record<string, unknown>>;

/** Wall clock at monotonic 0. */
const WALL = 1_795_000_000_000;

export interface BuildOptions {
  /** Names of the subjects; ids follow from the name. Default: ada. */
  readonly subjects?: readonly string[];
  readonly mayDeadLetter?: readonly string[];
  readonly sharedClock?: boolean;
}

export interface RecordOptions {
  /** Who produced it; a worker when left out. */
  readonly by?: string;
  /** Put over the fields of the body; undefined removes a field. */
  readonly value?: Fields;
  readonly eventId?: string;
  /** Instead of the event's JSON. */
  readonly raw?: string;
  readonly partition?: number;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly aborted?: boolean;
}

export interface CallOptions {
  /** Null: no answer. Default 201. */
  readonly status?: number | null;
  readonly id?: string;
  readonly falsified?: readonly HttpFalsehood[];
  readonly data?: unknown;
  /** Leaves the call open. */
  readonly open?: boolean;
}

export interface AllocationOptions {
  readonly id?: string;
  readonly status?: string;
  readonly trainerId?: string | null;
  readonly writer?: string | null;
  /** Records what the call did as well (default: when the stub wrote it). */
  readonly effect?: boolean;
  /** Changes a row instead of inserting one. */
  readonly update?: boolean;
}

export const subjectNamed = (name: string, mayDeadLetter = false): Subject => ({
  name,
  correlationId: idOf('payment', name),
  studentId: idOf('student', name),
  courseId: idOf('course', name),
  mayDeadLetter,
});

/** A history in the making. Every verb appends; `history()` opens what is there. */
export type Build = ReturnType<typeof build>;

export const build = ({ subjects: names = ['ada'], mayDeadLetter = [], sharedClock = true }: BuildOptions = {}) => {
  const events: HistoryEvent[] = [];
  const offsets = new Map<string, number>();
  let xid = 700;
  let call = 0;
  let position = 0;
  let fault = 0;
  const subjects = names.map((name) => subjectNamed(name, mayDeadLetter.includes(name)));

  const add = (event: NewEvent): number => {
    const seq = events.length + 1;
    events.push({ seq, at: seq, ...event } as HistoryEvent);
    return seq;
  };
  const last = <T>(seq: number): T => events[seq - 1] as T;
  const subject = (name?: string): Subject => {
    const found = name === undefined ? subjects[0] : subjects.find((each) => each.name === name);
    return found ?? subjectNamed(name ?? 'nobody');
  };

  const raw = (topic: string, of: Subject, options: RecordOptions & { readonly json?: unknown }): KafkaRecord => {
    const partition = options.partition ?? 0;
    const at = `${topic}-${partition}`;
    const offset = offsets.get(at) ?? 0;
    offsets.set(at, offset + 1);
    if (options.by !== undefined)
      add({ kind: 'kafka.produced', source: 'harness', topic, partition, offset, writer: options.by });
    const json = options.raw === undefined ? options.json : undefined;
    const seq = add({
      kind: 'kafka.record',
      source: 'kafka',
      topic,
      partition,
      offset,
      timestamp: WALL + events.length,
      key: options.key === undefined ? of.correlationId : options.key,
      headers: options.headers ?? {},
      value: { text: options.raw ?? JSON.stringify(json) },
      ...(json === undefined ? {} : { json }),
      ...(options.aborted === true ? { aborted: true } : {}),
    });
    return last<KafkaRecord>(seq);
  };

  /** A record of an event's type about the subject, as the services write it. */
  const emit = (type: EventType, name?: string, options: RecordOptions = {}): KafkaRecord => {
    const of = subject(name);
    const json = eventValue(type, of, options.eventId, options.value);
    return raw(EVENT_TOPICS[type], of, { headers: eventHeaders(type, json), ...options, json });
  };

  const commit = (changes: readonly RowChange[], writer: string | null = null, lateMs = -0.5): number => {
    xid += 1;
    const lsn = (xid * 16).toString(16).padStart(16, '0');
    const committedAt = WALL + events.length + 1 + lateMs;
    return add({ kind: 'postgres.commit', source: 'postgres', lsn, xid, committedAt, writer, changes });
  };

  const purchase = (
    name?: string,
    { writer = null, id, active = true }: { writer?: string | null; id?: string; active?: boolean } = {},
  ) => {
    const of = subject(name);
    const row = {
      id: id ?? idOf('purchase', of.name),
      student_id: of.studentId,
      course_id: of.courseId,
      purchase_tier: 10,
      is_active: active,
    };
    return commit([{ table: 'student_course_purchases', op: 'insert', row }], writer);
  };

  const markChange = (type: EventType, of: Subject): RowChange => ({
    table: 'processed_events',
    op: 'insert',
    row: { event_id: `${type}-${of.name}`, event_type: type, correlation_id: of.correlationId, payload: {} },
  });
  const mark = (type: EventType, name?: string, writer: string | null = null): number =>
    commit([markChange(type, subject(name))], writer);

  const request = (name?: string): number => {
    const of = subject(name);
    call += 1;
    add({ kind: 'http.connected', source: 'http', connection: call, worker: 'allocation-worker' });
    const json = { studentId: of.studentId, courseId: of.courseId, timeSlot: '4:00 PM', date: '2026-12-01' };
    add({
      kind: 'http.request',
      source: 'http',
      call,
      connection: call,
      worker: 'allocation-worker',
      method: 'POST',
      path: '/api/v1/admin/allocations/auto-assign',
      headers: {},
      body: { text: JSON.stringify(json) },
      json,
    });
    return call;
  };
  const respond = (to: number, name?: string, options: CallOptions = {}): number => {
    const of = subject(name);
    const status = options.status === undefined ? 201 : options.status;
    const data = options.data ?? { id: options.id ?? idOf('allocation', of.name), trainerId: idOf('trainer', of.name) };
    const json = status === null ? undefined : status < 300 ? { success: true, data } : { success: false };
    return add({
      kind: 'http.response',
      source: 'http',
      call: to,
      status,
      body: json === undefined ? null : { text: JSON.stringify(json) },
      ...(json === undefined ? {} : { json }),
      behaviour: 'normal',
      falsified: options.falsified ?? [],
      ended: status === null ? 'reset' : 'answered',
    });
  };

  const allocation = (name?: string, options: AllocationOptions = {}): number => {
    const of = subject(name);
    const { status = 'approved', writer = STUB_WRITER } = options;
    const id = options.id ?? idOf('allocation', of.name);
    const trainer = status === 'pending' ? null : idOf('trainer', of.name);
    const row = {
      id,
      student_id: of.studentId,
      course_id: of.courseId,
      trainer_id: options.trainerId === undefined ? trainer : options.trainerId,
      status,
    };
    if (options.effect ?? writer === STUB_WRITER)
      add({ kind: 'http.effect', source: 'http', call, effect: 'inserted', allocationId: id });
    return commit(
      [
        options.update === true
          ? { table: 'trainer_allocations', op: 'update', row, old: { ...row, status: 'pending', trainer_id: null } }
          : { table: 'trainer_allocations', op: 'insert', row },
      ],
      writer,
    );
  };

  const commitOffset = (role: WorkerRole, record: KafkaRecord, by: 'worker' | 'harness' = 'worker'): number =>
    add({
      kind: 'offsets.committed',
      source: 'offsets',
      position: (position += 1),
      group: WORKERS[role].consumerGroup,
      topic: record.topic,
      partition: record.partition,
      offset: record.offset + 1,
      by,
    });

  const deadLetter = (
    origin: KafkaRecord,
    options: RecordOptions & { readonly attempts?: number } = {},
  ): KafkaRecord => {
    const meta = (origin.json as { _metadata?: { correlationId?: string; eventId?: string } } | undefined)?._metadata;
    const role = ROLES.find((each) => EVENT_TOPICS[WORKERS[each].consumes] === origin.topic) ?? 'allocation-worker';
    const ids = {
      correlationId: meta?.correlationId ?? origin.key ?? '',
      ...(meta?.eventId === undefined ? {} : { eventId: meta.eventId }),
    };
    const json = {
      originalEvent: origin.json ?? origin.value?.text ?? null,
      originalTopic: origin.topic,
      originalPartition: origin.partition,
      originalOffset: String(origin.offset),
      failureReason: 'Admin service answered 500: boom',
      failureTimestamp: WALL,
      attempts: options.attempts ?? WORKERS[role].attempts,
      ...ids,
      ...options.value,
    };
    const headers = {
      originalTopic: origin.topic,
      originalPartition: String(origin.partition),
      originalOffset: String(origin.offset),
      failureReason: json.failureReason,
      ...ids,
    };
    return raw(DEAD_LETTER_TOPIC, subject(), { headers, key: origin.key, ...options, json });
  };

  const signalled = (role: WorkerRole, signal: string): number =>
    add({ kind: 'process.signalled', source: 'process', worker: role, pid: 1, signal });
  const exited = (role: WorkerRole, requested = false): number =>
    add({ kind: 'process.exited', source: 'process', worker: role, pid: 1, code: 1, signal: null, requested });
  const seen = (role: WorkerRole, state: 'running' | 'stopped' | 'absent' = 'running'): number =>
    add({ kind: 'process.seen', source: 'process', worker: role, alive: state !== 'absent', state });
  const members = (role: WorkerRole, n = 1, topics?: readonly string[]): number =>
    add({
      kind: 'offsets.group-described',
      source: 'offsets',
      group: WORKERS[role].consumerGroup,
      state: n === 0 ? 'Empty' : 'Stable',
      members: Array.from({ length: n }, (_, i) => ({
        memberId: `${role}-${i}`,
        clientId: role,
        ...(topics === undefined ? {} : { topics }),
      })),
    });
  const topics = (missing: readonly string[] = []): number =>
    add({ kind: 'kafka.topics', source: 'kafka', topics: TOPICS.filter((topic) => !missing.includes(topic)) });
  const barrier = (missing: readonly BarrierSource[] = []): number =>
    add({ kind: 'trial.barrier', source: 'trial', passed: missing.length === 0, missing, tookMs: 1 });
  const settled = (is = true, waitingFor: readonly string[] = []): number =>
    add({ kind: 'trial.settled', source: 'trial', settled: is, waitingFor, waitedMs: 10 });
  const phase = (name: 'prepare' | 'inject' | 'act' | 'observe' | 'heal' | 'settle'): number =>
    add({ kind: 'trial.phase', source: 'trial', phase: name });
  const fired = (faultKind: string, target: string): number =>
    add({
      kind: 'fault.fired',
      source: 'fault',
      fault: (fault += 1),
      faultKind,
      target,
      detail: `${faultKind} struck`,
    });

  /** What the trial records at the moment of observation. */
  const observed = (but: () => void = () => {}): void => {
    topics();
    for (const role of ROLES) {
      seen(role);
      members(role);
    }
    but();
    barrier();
  };
  const ended = (): void => {
    barrier();
    settled();
  };

  add({
    kind: 'trial.started',
    source: 'trial',
    scenario: 'test',
    seed: 1,
    subjects,
    workers: ROLES.map((role) => ({ name: role, role, consumerGroup: WORKERS[role].consumerGroup })),
    workerSet: 'test',
    quietMs: 20,
    clocks: { wall: WALL, monotonic: 0 },
    sharedClock,
    versions: {},
    catalogue: { invariants: [], causes: [] },
  });
  const none = Object.fromEntries(Array.from({ length: PARTITIONS_PER_TOPIC }, (_, partition) => [partition, 0]));
  add({
    kind: 'kafka.positions',
    source: 'kafka',
    ends: Object.fromEntries(TOPICS.map((topic) => [topic, none])),
    committed: Object.fromEntries(
      ROLES.map((role) => [WORKERS[role].consumerGroup, { [EVENT_TOPICS[WORKERS[role].consumes]]: none }]),
    ),
  });
  phase('act');

  return {
    ...{ events, add, subject, raw, emit, commit, purchase, mark, markChange, request, respond, allocation },
    ...{ commitOffset, deadLetter, signalled, exited, seen, members, topics, barrier, settled, phase, fired },
    ...{ observed, ended },
    history: (): History => openHistory([...events]),
  };
};
