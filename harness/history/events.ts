/**
 * The events of a history: what happened in one trial, in order of arrival.
 * `seq` is unique and ascending; `at` is monotonic milliseconds of the harness and proves no order across sources
 * (see docs/decisions). Each kind carries the position of its own source, which does.
 */
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { Falsehood, StubEffect } from '../pipeline/stub.ts';

/** A body or a message value. Over 2 MiB only a prefix is kept, with the length and SHA-256 of the whole. */
export interface Body {
  /** UTF-8 text; the prefix only, when `truncated` is present. */
  readonly text: string;
  /** Present when the content was cut: length in bytes and SHA-256 (hex) of the whole. */
  readonly truncated?: { readonly bytes: number; readonly sha256: string };
}

/** One purchase that the scenario is about, known by its ids. */
export interface Subject {
  /** The name the scenario uses. */
  readonly name: string;
  /** correlationId = the payment's id. */
  readonly correlationId: string;
  readonly studentId: string;
  readonly courseId: string;
  /** True when the scenario allows this one to end in the dead-letter queue. */
  readonly mayDeadLetter: boolean;
  /** What its pipeline calls it and whom it is for. Not stored: a history that is read adds it where it is not `payment` and `student`. */
  readonly called?: { readonly subject: string; readonly student: string };
}

export interface WorkerInfo {
  readonly name: string;
  readonly role: string;
  readonly consumerGroup: string;
}

/** Offsets by topic and partition: `offsets[topic][partition]`. */
export type Offsets = Readonly<Record<string, Readonly<Record<number, number>>>>;

export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  /** Topics it is subscribed to, where the coordinator's answer says so. */
  readonly topics?: readonly string[];
  /** How many partitions it has, where the coordinator's answer says so of a live system. */
  readonly assigned?: number;
}

export interface RowChange {
  readonly table: string;
  readonly op: 'insert' | 'update' | 'delete' | 'truncate';
  /** Column values after the change (insert, update). Timestamps are ISO strings, json is parsed. */
  readonly row?: Readonly<Record<string, unknown>>;
  /** Column values before the change (update, delete). */
  readonly old?: Readonly<Record<string, unknown>>;
}

/** The sources a barrier must come back through. */
export type BarrierSource = 'postgres' | 'kafka' | 'offsets' | 'admin-service';

/** Why a source of a live system is not complete. */
export interface SourceGap {
  readonly source: BarrierSource;
  readonly why: string;
  /** Nothing of it was read at all: there was no way to ask. */
  readonly unasked?: true;
}

/** Where a group stood in a partition of a live system. */
export interface LivePosition {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Where it stood at the look before; absent: there was none, or it had committed nothing. */
  readonly was?: number;
  /** Where the partition ends; absent: not known. */
  readonly end?: number;
  /** The first record that is left, where retention took those before it; absent: it took none, or it is not known. */
  readonly first?: number;
  /** When what is left was written, at the latest when it begins, ms since the epoch; absent: not known. */
  readonly since?: number;
}

/** A service's log that was read for its calls. */
export interface LoggedService {
  readonly service: string;
  /** Where it was read, in words. */
  readonly where: string;
  /** For a person to type, to see the same lines; what begins with `#` is said. */
  readonly asked: string;
  readonly lines: number;
  /** Of its operation, whosever they are. */
  readonly requests: number;
}

/** A worker whose processes were looked for. */
export interface LookedForWorker {
  readonly role: string;
  /** In words. */
  readonly where: string;
  /** For a person to type. */
  readonly asked: string;
  /** Why it is not known whether it runs; absent: it is. */
  readonly why?: string;
}

/** A clock that is not ours, as far as it is known. */
export interface LiveClock {
  /** Whose it is, in words. */
  readonly of: string;
  /** By how much it is ahead of ours, ms, give or take `withinMs`; absent: it could not be measured. */
  readonly aheadMs?: number;
  readonly withinMs?: number;
  /** What else is known of it, in words. */
  readonly note?: string;
}

/** What the last look at a live system adds to its events. */
export interface LiveReading {
  /** Why each source that is not complete is not. */
  readonly gaps: readonly SourceGap[];
  readonly positions: readonly LivePosition[];
  /** Between the two looks, ms; 0: there was one. */
  readonly apartMs: number;
  /** Topics and tables of which something was read. Absent in readings of before it was recorded. */
  readonly read?: { readonly topics: readonly string[]; readonly tables: readonly string[] };
  /** Of services' logs. Absent: none was read. */
  readonly logs?: readonly LoggedService[];
  /** Of workers of which somebody said where they run. Absent: of none. */
  readonly workers?: readonly LookedForWorker[];
  /** Of other hosts. Absent in readings of before they were measured. */
  readonly clocks?: readonly LiveClock[];
}

interface Kinds {
  // -- trial: what the harness says about its own doing
  /** Always the first event. */
  'trial.started': {
    source: 'trial';
    scenario: string;
    seed: number;
    subjects: readonly Subject[];
    workers: readonly WorkerInfo[];
    workerSet: string;
    /** What it is judged by. Filled in for histories of before it was recorded. */
    pipeline: PipelineDeclaration;
    /** Begins the topics and groups on the broker; left out: nothing. Only what workers wrote themselves has it here too. */
    prefix?: string;
    quietMs: number;
    /** `Date.now()`-like wall clock (ms, fractional) taken together with the monotonic clock that `at` counts on. */
    clocks: { wall: number; monotonic: number };
    /** True when broker, database and harness run on one host, so that clocks may prove an order (semantics: Order 3). */
    sharedClock: boolean;
    /** Hash of `pipeline` as it was declared; absent in histories of before it was recorded. */
    declared?: string;
    /** Hash of the pacts by which it was judged first; absent in histories of before it was recorded. */
    pacts?: string;
    versions: Readonly<Record<string, string>>;
    /** The ids of the catalogues this history was recorded under. */
    catalogue: { invariants: readonly string[]; causes: readonly string[] };
  };
  'trial.phase': { source: 'trial'; phase: TrialPhase };
  /** The observation: the condition named by `observeUntil` was met, or its deadline passed. */
  'trial.observed': {
    source: 'trial';
    met: boolean;
    description: string;
    waitedMs: number;
    /** Causes are read from the history up to and including this seq. */
    upTo: number;
  };
  /** A step of the scenario waited in vain: the steps after it were left out. What happened is judged all the same. */
  'trial.gave-up': { source: 'trial'; description: string; waitedMs: number };
  /** Nothing is left to do, or the deadline passed and `waitingFor` says what was still open. */
  'trial.settled': { source: 'trial'; settled: boolean; waitingFor: readonly string[]; waitedMs: number };
  /** The one wait by time: nothing was recorded for `quietMs`. */
  'trial.quiet': { source: 'trial'; quietMs: number };
  /** A condition of time (`lasted`) asked for it: `description` has been the case for `ms`. */
  'trial.elapsed': { source: 'trial'; description: string; ms: number };
  'trial.barrier': {
    source: 'trial';
    passed: boolean;
    missing: readonly BarrierSource[];
    tookMs: number;
    /** Of a system that was read as it stood, and in no trial. */
    live?: LiveReading;
  };
  /**
   * Patience is over (semantics: Patience): the pipeline had nothing left to do and nothing about the trial's ids came
   * for `ms`. From here on an offset past an event decides; `rows` are those a worker keeps in tables of its own.
   */
  'trial.patience': {
    source: 'trial';
    ms: number;
    waitedMs: number;
    /** Why so long, in words. */
    why: string;
    rows: readonly OwnRow[];
  };
  /** Settling, or what it was waited for before, ended before its deadline, because it is proven that nothing more will come (semantics: Ended early). */
  'trial.ended-early': {
    source: 'trial';
    proof: 'cycle' | 'standstill' | 'death';
    description: string;
    /** `seq` of the events that prove it. */
    evidence: readonly number[];
  };
  /**
   * How late the harness itself was until then, while the trial was played, at most, ms: it stood still; commits and what is read of
   * Kafka were recorded late; what each worker wrote waited to be read, in all. Too much of it is a problem of its own: that is told when
   * it is found. The last one tells of the whole.
   */
  'trial.lags': {
    source: 'trial';
    stoodStillMs: number;
    commitsMs: number;
    pollsMs: number;
    outputsMs: Readonly<Record<string, number>>;
  };
  /** A problem of the harness itself, which makes the trial unknown. */
  'trial.harness-error': { source: 'trial'; message: string };

  // -- kafka: records
  /** A record read from a topic. Aborted records and transaction markers are kept and marked. */
  'kafka.record': {
    source: 'kafka';
    topic: string;
    partition: number;
    offset: number;
    /** Which life of the topic within the trial, from 0: it grows when a topic is deleted and made anew. Absent: not recorded. */
    incarnation?: number;
    /** Broker's or producer's timestamp of the record, ms. */
    timestamp: number;
    key: string | null;
    headers: Readonly<Record<string, string>>;
    value: Body | null;
    /** The parsed value when it is valid JSON and was not truncated; absent otherwise. */
    json?: unknown;
    aborted?: boolean;
    /** Present on transaction markers. */
    control?: 'commit' | 'abort';
  };
  /** The harness produced this record (as payment-service, as a fault, as a heal). */
  'kafka.produced': {
    source: 'harness';
    topic: string;
    partition: number;
    offset: number;
    incarnation?: number;
    writer: string;
  };
  /** The topics that exist, read by the harness. */
  'kafka.topics': { source: 'kafka'; topics: readonly string[] };
  /** Where the topics ended and the groups stood, when the trial began. Data before these ends belongs to no trial. */
  'kafka.positions': { source: 'kafka'; ends: Offsets; committed: Readonly<Record<string, Offsets>> };
  'kafka.topic-deleted': { source: 'harness'; topic: string };
  'kafka.topic-created': { source: 'harness'; topic: string; partitions: number };

  // -- offsets: __consumer_offsets, in order
  /** `position` is the offset in the partition `log` (left out: 0) of __consumer_offsets; `offset` is the next one to read, -1 for a tombstone. */
  'offsets.committed': {
    source: 'offsets';
    position: number;
    log?: number;
    group: string;
    topic: string;
    partition: number;
    offset: number;
    incarnation?: number;
    by: 'worker' | 'harness';
  };
  'offsets.group-changed': {
    source: 'offsets';
    position: number;
    log?: number;
    group: string;
    generation: number;
    members: readonly GroupMember[];
  };
  /** Group membership as the coordinator described it when the harness asked. */
  'offsets.group-described': {
    source: 'offsets';
    group: string;
    state: string;
    members: readonly GroupMember[];
  };
  /** The harness made a dead member leave its group, so that its partitions are free at once. */
  'offsets.member-removed': { source: 'harness'; group: string; memberId: string };

  // -- postgres: one event a committed transaction, in commit order
  'postgres.commit': {
    source: 'postgres';
    /** Commit LSN as a zero-padded 16-digit hex string: comparable as text. */
    lsn: string;
    xid: number;
    /** Wall clock of the commit by PostgreSQL, ms since the epoch (fractional). */
    committedAt: number;
    /** Who tagged the transaction; null: a worker's. */
    writer: string | null;
    changes: readonly RowChange[];
  };

  /** Rows that name an id of the trial in tables that are not the pipeline's, as they stood when the harness looked. */
  'postgres.own-rows': { source: 'postgres'; rows: readonly OwnRow[] };
  /** What the harness saw of the database that belongs to nobody's event: what is missing, who holds what, how many there are. */
  'postgres.seen': {
    source: 'postgres';
    notes: readonly string[];
    /** Those of the notes that keep workers from their work: a changed table, no connection left, a lock that is waited for. */
    hinders?: readonly string[];
  };

  // -- http: the services' stubs. Calls and connections are numbered across all of them.
  'http.connected': {
    source: 'http';
    connection: number;
    worker: string;
    /** The service that was reached, by its name in the pipeline's declaration. */
    service: string;
  };
  /** `malformed`: it brought what is no HTTP. */
  'http.disconnected': { source: 'http'; connection: number; worker: string; bytesRead: number; malformed?: true };
  'http.request': {
    source: 'http';
    call: number;
    connection: number;
    worker: string;
    /** The service that was asked, by its name in the pipeline's declaration. */
    service: string;
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    body: Body;
    json?: unknown;
    /** When it was by a log in which it was found, ms since the epoch. Absent: it was seen itself, or the log does not say. */
    loggedAt?: number;
  };
  /** The call's end. `status` null: no answer (hang, reset, client gone). */
  'http.response': {
    source: 'http';
    call: number;
    status: number | null;
    /** By lower-case name; absent where no answer was sent, and in histories of before they were recorded. */
    headers?: Readonly<Record<string, string>>;
    body: Body | null;
    json?: unknown;
    behaviour: string;
    /** What was false in the answer, by name; empty for a truthful one. */
    falsified: readonly HttpFalsehood[];
    /** How the exchange ended. */
    ended: 'answered' | 'reset' | 'client-gone' | 'truncated' | 'refused';
  };
  /** What a call did to the database, as the stub knows it (the commit itself comes from postgres). */
  'http.effect': {
    source: 'http';
    call: number;
    effect: StubEffect;
    /** The row's id. */
    rowId?: string;
    /** What row it is, as the pipeline calls it. Left out: nothing tells. */
    of?: string;
    detail?: string;
  };

  // -- process: the workers
  'process.started': { source: 'process'; worker: string; pid: number };
  'process.ready': { source: 'process'; worker: string; pid: number; tookMs: number };
  'process.exited': {
    source: 'process';
    worker: string;
    pid: number;
    code: number | null;
    signal: string | null;
    /** True when the harness ended it. */
    requested: boolean;
    /** It exited by itself and is started again at once, as by an orchestrator: it goes on, and has given nothing up. */
    restarts?: true;
  };
  /** SIGSTOP, SIGCONT, SIGTERM, SIGKILL sent by the harness. */
  'process.signalled': { source: 'process'; worker: string; pid: number; signal: string };
  /** `bytes`: what was written, in base64 and without credentials, where it is no UTF-8: then `line` only resembles it. */
  'process.log': {
    source: 'process';
    worker: string;
    pid: number;
    stream: 'stdout' | 'stderr';
    line: string;
    bytes?: string;
  };
  /** What lives when the harness looked: `state` as the kernel says (stopped is running). `detail`: what was seen, of a live system. */
  'process.seen': {
    source: 'process';
    worker: string;
    alive: boolean;
    state: 'running' | 'stopped' | 'absent';
    detail?: string;
  };

  /**
   * Processes of the worker that had left its process group. `ended`: they were ended, or stopped, with it; false: the
   * worker went on though it was killed or paused, by these processes or (none) by connections that others hold.
   */
  'process.escaped': {
    source: 'process';
    worker: string;
    pids: readonly number[];
    detail: string;
    ended: boolean;
  };

  // -- wire: the relays in front of the workers' upstreams
  'wire.connected': { source: 'wire'; worker: string; upstream: string; connection: number };
  /** The upstream could not be reached: the relay closed the worker's connection. */
  'wire.refused': { source: 'wire'; worker: string; upstream: string; connection: number };
  /** Somebody connected to the worker's relay and had hung up before it could be seen who: it proves nothing of the worker. */
  'wire.unattributed': { source: 'wire'; worker: string; upstream: string };
  /** The worker was told by the broker that the topic does not exist. */
  'wire.topic-unknown': { source: 'wire'; worker: string; topic: string };
  'wire.traffic': { source: 'wire'; worker: string; upstream: string; bytesUp: number; bytesDown: number };

  // -- fault
  /** Written before the fault is injected: `heal` says how it is undone, also by a person after a crash. */
  'fault.armed': { source: 'fault'; fault: number; faultKind: string; target: string; heal: string } & FaultAbout;
  'fault.fired': { source: 'fault'; fault: number; faultKind: string; target: string; detail: string } & FaultAbout;
  'fault.healed': { source: 'fault'; fault: number; faultKind: string; target: string; detail: string } & FaultAbout;
}

/**
 * What a fault gets into the way of: a process as such, its settings, its reach of an upstream, its writes to a table, a
 * topic's being there, an upstream's answers, the idempotency guard.
 */
export type Disturbed = 'process' | 'settings' | 'reach' | 'writes' | 'topic' | 'answers' | 'guard';

/** What a fault strikes, as facts: `target` is for people. Filled in for histories of before they were recorded. */
export interface FaultAbout {
  /** Names of the workers it strikes. */
  readonly workers?: readonly string[];
  readonly upstream?: string;
  readonly topic?: string;
  /** Name of the subject it is about. */
  readonly subject?: string;
  readonly disturbs?: Disturbed;
}

/** A row of a table that a worker keeps for itself (an inbox, an outbox). */
export interface OwnRow {
  readonly table: string;
  /** The transaction that touched it last, as PostgreSQL tells it: it changes when the row is touched. */
  readonly xmin: string;
  /** The beginning of the row as text. */
  readonly text: string;
  /** It is declared as open work by the configuration (`pending`). */
  readonly pending?: boolean;
}

/** What a stub's answer got wrong on purpose. */
export type HttpFalsehood = Falsehood;

export type TrialPhase = 'prepare' | 'inject' | 'act' | 'observe' | 'diagnose' | 'heal' | 'settle' | 'judge';

export type EventKind = keyof Kinds;

interface Common {
  /** Position in the history, from 1. */
  readonly seq: number;
  /** Monotonic ms since the harness process started (performance.now()). */
  readonly at: number;
  /** The payment this event is about, when the event itself says so. */
  readonly correlationId?: string;
  /** Proven order: this was done because those had been seen. */
  readonly after?: readonly number[];
}

/** An event of one kind: `HistoryEvent<'kafka.record'>`. */
export type HistoryEvent<K extends EventKind = EventKind> = {
  [P in K]: Common & { readonly kind: P } & Readonly<Kinds[P]>;
}[K];

export type Source = HistoryEvent['source'];

/** What a source hands to the recorder; `seq` and `at` are added on arrival. */
export type NewEvent<K extends EventKind = EventKind> = {
  [P in K]: { readonly kind: P; readonly correlationId?: string; readonly after?: readonly number[] } & Readonly<
    Kinds[P]
  >;
}[K];

/** Appends an event to the history that is being written and returns its seq. */
export type RecordEvent = (event: NewEvent) => number;
