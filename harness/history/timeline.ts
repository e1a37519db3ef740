/** What happened to one payment, across all sources, in short lines for people. */
import type { EventKind, HistoryEvent, RowChange, Source, Subject } from './events.ts';
import { EVENT_TYPES, ROLES, eventTypeOfTopic } from '../pipeline/pipeline.ts';
import { passedBy } from './groups.ts';
import { isOf, recordPosition } from './history.ts';
import type { History } from './history.ts';
import { logText, readLogLine } from './log-line.ts';
import { short } from './names.ts';
import { deadLettersOf } from './letters.ts';
import { callsOf, eventsOf } from './subjects.ts';

export interface TimelineEntry {
  readonly seq: number;
  /** ms since the trial began. */
  readonly at: number;
  readonly source: Source;
  readonly text: string;
}

interface Scope {
  readonly subject: Subject;
  /** Positions of the payment's own records. */
  readonly records: ReadonlySet<number>;
  /** Commits that first went past one of them. */
  readonly commits: ReadonlySet<number>;
  readonly calls: ReadonlySet<number>;
  /** Correlation ids of the trial's other payments. */
  readonly others: readonly string[];
  readonly produced: ReadonlyMap<string, string>;
}

type Lines = { readonly [K in EventKind]?: (event: HistoryEvent<K>, scope: Scope) => string | undefined };

const rowText = ({ table, op, row, old }: RowChange): string => {
  const values = row ?? old ?? {};
  const what =
    table === 'processed_events'
      ? String(values['event_type'])
      : table === 'trainer_allocations'
        ? `${short(values['id'])} ${String(values['status'])}`
        : short(values['id']);
  return `${op} ${table} ${what}`;
};

const isAbout = ({ row, old }: RowChange, subject: Subject): boolean =>
  [row, old].some((values) => isOf(values, subject) || values?.['correlation_id'] === subject.correlationId);

const oneLine = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text);

const isTrouble = (line: string): boolean => {
  const { isError, isContinuation } = readLogLine(line);
  return isError && !isContinuation;
};

const members = (n: number): string => `${n} member${n === 1 ? '' : 's'}`;

const LINES: Lines = {
  'trial.phase': (event) => `phase: ${event.phase}`,
  'trial.observed': (event) =>
    `${event.met ? 'observed' : 'deadline passed waiting for'}: ${event.description} (${Math.round(event.waitedMs)} ms)`,
  'trial.gave-up': (event) => `waited in vain for: ${event.description} (${Math.round(event.waitedMs)} ms)`,
  'trial.settled': (event) =>
    event.settled ? 'settled' : `not settled at the deadline: ${event.waitingFor.join(', ') || 'unknown why'}`,
  'trial.barrier': (event) => (event.passed ? undefined : `barrier not passed: ${event.missing.join(', ')}`),
  'trial.elapsed': (event) => `for ${event.ms} ms: ${event.description}`,
  'trial.harness-error': (event) => `Faultline failed: ${oneLine(event.message)}`,
  'kafka.record': (event, { records, produced }) => {
    if (!records.has(event.seq)) return undefined;
    const by = produced.get(recordPosition(event));
    const what = eventTypeOfTopic(event.topic) ?? 'dead-letter record';
    return `${what} at ${recordPosition(event)}${by === undefined ? '' : `, published by ${by}`}`;
  },
  'kafka.topic-deleted': (event) => `topic ${event.topic} deleted`,
  'kafka.topic-created': (event) => `topic ${event.topic} created`,
  'offsets.committed': (event, { commits }) =>
    commits.has(event.seq)
      ? `${event.group} committed ${event.topic}-${event.partition} up to ${event.offset}`
      : undefined,
  'offsets.group-changed': (event) =>
    `${event.group}: ${members(event.members.length)}, generation ${event.generation}`,
  'offsets.group-described': (event) => `${event.group} is ${event.state} with ${members(event.members.length)}`,
  'offsets.member-removed': (event) => `${event.group}: Faultline removed a dead member`,
  'postgres.commit': (event, { subject }) => {
    const own = event.changes.filter((change) => isAbout(change, subject));
    if (own.length === 0) return undefined;
    return `commit by ${event.writer ?? 'a worker'}: ${own.map(rowText).join(', ')}`;
  },
  'http.request': (event, { calls }) =>
    calls.has(event.call) ? `call ${event.call} from ${event.worker}: ${event.method} ${event.path}` : undefined,
  'http.response': (event, { calls }) => {
    if (!calls.has(event.call)) return undefined;
    const lies = event.falsified.length === 0 ? '' : `, false: ${event.falsified.join(', ')}`;
    return `call ${event.call} ${event.status === null ? 'got no answer' : `answered ${event.status}`} (${event.behaviour}, ${event.ended}${lies})`;
  },
  'http.effect': (event, { calls }) =>
    calls.has(event.call)
      ? `call ${event.call} ${event.effect} ${event.allocationId === undefined ? 'no row' : `allocation ${short(event.allocationId)}`}`
      : undefined,
  'process.started': (event) => `${event.worker} started (pid ${event.pid})`,
  'process.ready': (event) => `${event.worker} ready after ${Math.round(event.tookMs)} ms`,
  'process.exited': (event) =>
    `${event.worker} exited ${event.signal === null ? `with ${event.code ?? '?'}` : `by ${event.signal}`}${event.requested ? ' (asked to)' : ' by itself'}`,
  'process.signalled': (event) => `${event.worker}: ${event.signal} sent`,
  'process.escaped': (event) => `${event.worker}: ${event.detail} (pid ${event.pids.join(', ')})`,
  'process.seen': (event) => (event.state === 'running' ? undefined : `${event.worker} is ${event.state}`),
  'process.log': (event, { subject, others }) => {
    const own = event.line.includes(subject.correlationId);
    // What goes wrong in a worker befalls every payment, unless the line says whose it is.
    if (!own && (others.some((id) => event.line.includes(id)) || !isTrouble(event.line))) return undefined;
    return `${event.worker}: ${logText(event.line)}`;
  },
  'wire.refused': (event) => `${event.worker} could not reach ${event.upstream}`,
  'fault.fired': (event) => `fault ${event.faultKind}: ${event.detail}`,
  'fault.healed': (event) => `healed ${event.faultKind}: ${event.detail}`,
};

/** The payment's story: its own records, rows and calls, and what befell the workers meanwhile. By arrival. */
export const timelineOf = (history: History, subject: Subject): TimelineEntry[] => {
  const events = EVENT_TYPES.flatMap((type) => eventsOf(history, subject, type)).map(({ record }) => record);
  const scope: Scope = {
    subject,
    commits: new Set(ROLES.flatMap((role) => events.flatMap((record) => passedBy(history, role, record)?.seq ?? []))),
    records: new Set([...events, ...deadLettersOf(history, subject).map(({ record }) => record)].map((r) => r.seq)),
    calls: new Set(callsOf(history, subject).map((call) => call.request.call)),
    others: history.subjects.flatMap(({ name, correlationId }) => (name === subject.name ? [] : [correlationId])),
    produced: new Map(history.of('kafka.produced').map((event) => [recordPosition(event), event.writer])),
  };
  return history.events.flatMap((event) => {
    const line = LINES[event.kind] as ((event: HistoryEvent, scope: Scope) => string | undefined) | undefined;
    const text = line?.(event, scope);
    return text === undefined
      ? []
      : [{ seq: event.seq, at: event.at - history.started.at, source: event.source, text }];
  });
};
