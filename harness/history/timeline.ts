/** What happened to one payment, across all sources, in short lines for people. */
import type { EventKind, FaultAbout, HistoryEvent, OwnRow, RowChange, Source, Subject } from './events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { passedBy } from './groups.ts';
import { isOf, recordPosition } from './history.ts';
import type { History } from './history.ts';
import { mentions, sameId } from './ids.ts';
import { logText, readLogLine } from './log-line.ts';
import { count, short } from './names.ts';
import { deadLettersOf } from './letters.ts';
import { callsOf, eventsOf, isEventOf, strayCallsOf } from './subjects.ts';

export interface TimelineEntry {
  readonly seq: number;
  /** ms since the trial began. */
  readonly at: number;
  readonly source: Source;
  readonly text: string;
}

interface Scope {
  readonly subject: Subject;
  readonly pipeline: Pipeline;
  /** What the payment's own records are, by `seq`. */
  readonly records: ReadonlyMap<number, string>;
  /** Commits that first went past one of them. */
  readonly commits: ReadonlySet<number>;
  /** Calls for the payment, and those that nothing tells from calls for it: with what is to be said of them. */
  readonly calls: ReadonlyMap<number, string>;
  /** Correlation ids of the trial's other payments. */
  readonly others: readonly string[];
  /** Who of the harness wrote a record; undefined: somebody else did. */
  readonly writerOf: (record: HistoryEvent<'kafka.record'>) => string | undefined;
}

type Lines = { readonly [K in EventKind]?: (event: HistoryEvent<K>, scope: Scope) => string | undefined };

const rowText = ({ guard, entityOfTable }: Pipeline, { table, op, row, old }: RowChange): string => {
  const values = row ?? old ?? {};
  const shown = entityOfTable(table)?.shows;
  const what =
    table === guard.table
      ? String(values[guard.type])
      : `${short(values['id'])}${shown === undefined ? '' : ` ${String(values[shown])}`}`;
  return `${op} ${table} ${what}`;
};

const isAbout = ({ guard }: Pipeline, { row, old }: RowChange, subject: Subject): boolean =>
  [row, old].some((values) => isOf(values, subject) || sameId(values?.[guard.correlation], subject.correlationId));

const oneLine = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text);

const isTrouble = (line: string): boolean => {
  const { isError, isContinuation } = readLogLine(line);
  return isError && !isContinuation;
};

/** `2 rows in outbox, inbox`. */
const rowsOfOwn = (rows: readonly OwnRow[]): string =>
  `${count(rows.length, 'row')} in ${[...new Set(rows.map(({ table }) => table))].join(', ')}`;

/** A mark for another payment's event befalls nobody else; whatever else a fault does to one payment others may have to wait for. */
const isAnothersGuard = ({ disturbs, subject: name }: FaultAbout, { subject }: Scope): boolean =>
  disturbs === 'guard' && name !== undefined && name !== subject.name;

const LINES: Lines = {
  'trial.phase': (event) => `phase: ${event.phase}`,
  'trial.observed': (event) =>
    `${event.met ? 'observed' : 'deadline passed waiting for'}: ${event.description} (${Math.round(event.waitedMs)} ms)`,
  'trial.gave-up': (event) => `waited in vain for: ${event.description} (${Math.round(event.waitedMs)} ms)`,
  'trial.settled': (event) =>
    event.settled ? 'settled' : `not settled at the deadline: ${event.waitingFor.join(', ') || 'unknown why'}`,
  'trial.patience': (event) =>
    `nothing more came in ${Math.round(event.waitedMs)} ms${event.rows.length === 0 ? '' : `; ${rowsOfOwn(event.rows)} not touched`} (${event.why})`,
  'trial.ended-early': (event) => `not waited for any longer: ${event.description}`,
  'trial.quiet': (event) => `nothing of the pipeline was recorded for ${event.quietMs} ms`,
  'trial.barrier': (event) => (event.passed ? undefined : `barrier not passed: ${event.missing.join(', ')}`),
  'trial.elapsed': (event) => `for ${event.ms} ms: ${event.description}`,
  'trial.lags': () => undefined,
  'trial.harness-error': (event) => `Faultline failed: ${oneLine(event.message)}`,
  'kafka.record': (event, { records, writerOf }) => {
    const what = records.get(event.seq);
    if (what === undefined) return undefined;
    const by = writerOf(event);
    return `${what} at ${recordPosition(event)}${by === undefined ? '' : `, published by ${by}`}`;
  },
  'kafka.topic-deleted': (event) => `topic ${event.topic} deleted`,
  'kafka.topic-created': (event) => `topic ${event.topic} created`,
  'offsets.committed': (event, { commits }) =>
    commits.has(event.seq)
      ? `${event.group} committed ${event.topic}-${event.partition} up to ${event.offset}`
      : undefined,
  'offsets.group-changed': (event) =>
    `${event.group}: ${count(event.members.length, 'member')}, generation ${event.generation}`,
  'offsets.group-described': (event) =>
    `${event.group} is ${event.state} with ${count(event.members.length, 'member')}`,
  'offsets.member-removed': (event) => `${event.group}: Faultline removed a dead member`,
  'postgres.commit': (event, { subject, pipeline }) => {
    const own = event.changes.filter((change) => isAbout(pipeline, change, subject));
    if (own.length === 0) return undefined;
    return `commit by ${event.writer ?? 'a worker'}: ${own.map((change) => rowText(pipeline, change)).join(', ')}`;
  },
  'postgres.own-rows': (event) => (event.rows.length === 0 ? undefined : `${rowsOfOwn(event.rows)} there`),
  'postgres.seen': (event) => (event.notes.length === 0 ? undefined : event.notes.join('; ')),
  'http.request': (event, { calls }) =>
    calls.has(event.call)
      ? `call ${event.call} from ${event.worker}: ${event.method} ${event.path}${calls.get(event.call) ?? ''}`
      : undefined,
  'http.response': (event, { calls }) => {
    if (!calls.has(event.call)) return undefined;
    const lies = event.falsified.length === 0 ? '' : `, false: ${event.falsified.join(', ')}`;
    return `call ${event.call} ${event.status === null ? 'got no answer' : `answered ${event.status}`} (${event.behaviour}, ${event.ended}${lies})`;
  },
  'http.effect': (event, { calls }) =>
    calls.has(event.call)
      ? `call ${event.call} ${event.effect} ${event.rowId === undefined ? 'no row' : `${event.of ?? 'row'} ${short(event.rowId)}`}`
      : undefined,
  'process.started': (event) => `${event.worker} started (pid ${event.pid})`,
  'process.ready': (event) => `${event.worker} ready after ${Math.round(event.tookMs)} ms`,
  'process.exited': (event) =>
    `${event.worker} exited ${event.signal === null ? `with ${event.code ?? '?'}` : `by ${event.signal}`}${event.requested ? ' (asked to)' : ' by itself'}`,
  'process.signalled': (event) => `${event.worker}: ${event.signal} sent`,
  'process.escaped': (event) =>
    `${event.worker}: ${event.detail} (${event.pids.length === 1 ? 'pid' : 'pids'} ${event.pids.join(', ')})`,
  'process.seen': (event) => (event.state === 'running' ? undefined : `${event.worker} is ${event.state}`),
  'process.log': (event, { subject, others }) => {
    const own = mentions(event.line, subject.correlationId);
    // What goes wrong in a worker befalls every payment, unless the line says whose it is.
    if (!own && (!isTrouble(event.line) || others.some((id) => mentions(event.line, id)))) return undefined;
    return `${event.worker}: ${logText(event.line)}`;
  },
  'wire.topic-unknown': (event) => `${event.worker} was told that ${event.topic} does not exist`,
  'wire.refused': (event) => `${event.worker} could not reach ${event.upstream}`,
  'fault.fired': (event, scope) =>
    isAnothersGuard(event, scope) ? undefined : `fault ${event.faultKind}: ${event.detail}`,
  'fault.healed': (event, scope) =>
    isAnothersGuard(event, scope) ? undefined : `healed ${event.faultKind}: ${event.detail}`,
};

/** The payment's story: its own records, rows and calls, and what befell the workers meanwhile. By arrival. */
export const timelineOf = (history: History, subject: Subject): TimelineEntry[] => {
  const told = [
    ...history.pipeline.eventTypes.flatMap((type) => eventsOf(history, subject, type)),
    ...history.eventsElsewhere.filter((event) => isEventOf(history, event, subject)),
  ];
  const events = told.map(({ record }) => record);
  const scope: Scope = {
    subject,
    pipeline: history.pipeline,
    commits: new Set(
      history.pipeline.roles.flatMap((role) => events.flatMap((record) => passedBy(history, role, record)?.seq ?? [])),
    ),
    records: new Map([
      ...told.map(({ record, type }) => [record.seq, type] as const),
      ...deadLettersOf(history, subject).map(({ record }) => [record.seq, 'dead-letter record'] as const),
    ]),
    calls: new Map([
      ...callsOf(history, subject).map(({ request }) => [request.call, ''] as const),
      ...strayCallsOf(history, subject).map(
        ({ request }) => [request.call, ', which does not say for which payment'] as const,
      ),
    ]),
    others: history.subjects.flatMap(({ name, correlationId }) => (name === subject.name ? [] : [correlationId])),
    writerOf: (record) => history.producedAs(record)?.writer,
  };
  return history.events.flatMap((event) => {
    const line = LINES[event.kind] as ((event: HistoryEvent, scope: Scope) => string | undefined) | undefined;
    const text = line?.(event, scope);
    return text === undefined
      ? []
      : [{ seq: event.seq, at: event.at - history.started.at, source: event.source, text }];
  });
};
