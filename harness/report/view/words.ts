/** Every event in a few words, and its sign. The lane says where it happened, so the words need not. */
import type { EventKind, HistoryEvent, RowChange } from '../../history/events.ts';
import { recordPosition } from '../../history/history.ts';
import { logText, readLogLine } from '../../history/log-line.ts';
import { count, short } from '../../history/names.ts';
import type { Pipeline } from '../../pipeline/queries.ts';

/** The sign of an event: a shape, so that no colour is needed to tell them apart. */
export type Sign =
  | 'record'
  | 'record-harness'
  | 'topic'
  | 'offset'
  | 'group'
  | 'commit'
  | 'commit-harness'
  | 'call'
  | 'answer'
  | 'no-answer'
  | 'effect'
  | 'log'
  | 'trouble'
  | 'start'
  | 'exit'
  | 'signal'
  | 'wire'
  | 'fault'
  | 'healed'
  | 'trial';

interface Told {
  readonly text: string;
  readonly sign: Sign;
  /** It tells of the payment's way or of what befell it; false: of the surroundings. */
  readonly story: boolean;
}

interface Scope {
  readonly pipeline: Pipeline;
  /** What a record is, where the pipeline knows it: `PURCHASE_CREATED`, `dead-letter record`. */
  readonly recordName: (event: HistoryEvent<'kafka.record'>) => string | undefined;
  /** Who of the harness wrote the record. */
  readonly writerOf: (event: HistoryEvent<'kafka.record'>) => string | undefined;
  /** This commit is a group's first past a record of the trial. */
  readonly passes: (event: HistoryEvent<'offsets.committed'>) => boolean;
}

type Words = { readonly [K in EventKind]: (event: HistoryEvent<K>, scope: Scope) => Told };

const story = (text: string, sign: Sign): Told => ({ text, sign, story: true });
const aside = (text: string, sign: Sign): Told => ({ text, sign, story: false });

const rowText = ({ guard, entityOfTable }: Pipeline, { table, op, row, old }: RowChange): string => {
  const values = row ?? old ?? {};
  if (table === guard.table) return `${op} ${table}: ${String(values[guard.type])}`;
  const shown = entityOfTable(table)?.shows;
  return `${op} ${table} ${short(values['id'])}${shown === undefined ? '' : `, ${String(values[shown])}`}`;
};

const ms = (value: number): string => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`);

const WORDS: Words = {
  'trial.started': (e) => aside(`trial of ${e.scenario} with ${e.workerSet}, seed ${e.seed}`, 'trial'),
  'trial.phase': (e) => aside(`phase: ${e.phase}`, 'trial'),
  'trial.observed': (e) =>
    story(`${e.met ? 'observed' : 'deadline passed waiting for'}: ${e.description} (${ms(e.waitedMs)})`, 'trial'),
  'trial.gave-up': (e) => story(`waited in vain for: ${e.description} (${ms(e.waitedMs)})`, 'trouble'),
  'trial.settled': (e) =>
    story(
      e.settled ? 'settled: nothing is left to do' : `not settled at the deadline: ${e.waitingFor.join(', ')}`,
      e.settled ? 'trial' : 'trouble',
    ),
  'trial.quiet': (e) => aside(`nothing of the pipeline for ${e.quietMs} ms`, 'trial'),
  'trial.elapsed': (e) => aside(`for ${e.ms} ms: ${e.description}`, 'trial'),
  'trial.barrier': (e) =>
    e.passed ? aside('barrier passed', 'trial') : story(`barrier not passed: ${e.missing.join(', ')}`, 'trouble'),
  'trial.patience': (e) => story(`patience over: nothing more came in ${ms(e.waitedMs)} (${e.why})`, 'trial'),
  'trial.ended-early': (e) => story(`ended early: ${e.description}`, 'trial'),
  'trial.lags': (e) =>
    aside(
      `Faultline was late by ${ms(Math.max(e.stoodStillMs, e.commitsMs, e.pollsMs, ...Object.values(e.outputsMs)))} at most`,
      'trial',
    ),
  'trial.harness-error': (e) => story(`Faultline failed: ${e.message}`, 'trouble'),
  'kafka.record': (e, { recordName, writerOf }) => {
    const name = recordName(e);
    const by = writerOf(e);
    const what = `${name ?? (e.control === undefined ? 'record' : `transaction ${e.control}`)} at ${recordPosition(e)}`;
    const how = `${what}${e.aborted === true ? ', aborted' : ''}${by === undefined ? '' : `, by ${by}`}`;
    return { text: how, sign: by === undefined ? 'record' : 'record-harness', story: e.control === undefined };
  },
  'kafka.produced': (e) => aside(`${e.writer} produced ${e.topic}-${e.partition}@${e.offset}`, 'record-harness'),
  'kafka.topics': (e) => aside(`${count(e.topics.length, 'topic')} there`, 'trial'),
  'kafka.positions': () => aside('where topics ended and groups stood', 'trial'),
  'kafka.topic-deleted': (e) => story(`topic ${e.topic} deleted`, 'topic'),
  'kafka.topic-created': (e) => aside(`topic ${e.topic} created`, 'topic'),
  'offsets.committed': (e, { passes }) => ({
    text: `${e.by === 'harness' ? 'Faultline set' : 'committed'} ${e.topic}-${e.partition} up to ${e.offset}`,
    sign: 'offset',
    story: passes(e),
  }),
  'offsets.group-changed': (e) => aside(`${count(e.members.length, 'member')}, generation ${e.generation}`, 'group'),
  'offsets.group-described': (e) =>
    aside(`${e.group} is ${e.state} with ${count(e.members.length, 'member')}`, 'group'),
  'offsets.member-removed': (e) => aside(`Faultline removed a dead member of ${e.group}`, 'group'),
  'postgres.commit': (e, { pipeline }) => ({
    text: `${e.writer === null ? '' : `${e.writer}: `}${e.changes.map((change) => rowText(pipeline, change)).join('; ') || 'commit without rows'}`,
    sign: e.writer === null ? 'commit' : 'commit-harness',
    story: e.changes.length > 0,
  }),
  'postgres.own-rows': (e) => aside(`${count(e.rows.length, 'row')} in tables of the workers' own`, 'trial'),
  'postgres.seen': (e) => aside(e.notes.join('; ') || 'nothing special in the database', 'trial'),
  'http.connected': (e) => aside(`${e.worker} connected`, 'wire'),
  'http.disconnected': (e) => aside(`${e.worker} disconnected`, 'wire'),
  'http.request': (e) => story(`call ${e.call} of ${e.worker}: ${e.method} ${e.path}`, 'call'),
  'http.response': (e) =>
    story(
      `call ${e.call} ${e.status === null ? `got no answer (${e.ended})` : `answered ${e.status}`}` +
        (e.falsified.length === 0 ? '' : `, false: ${e.falsified.join(', ')}`),
      e.status === null ? 'no-answer' : 'answer',
    ),
  'http.effect': (e) =>
    story(
      `call ${e.call} ${e.effect} ${e.rowId === undefined ? 'no row' : `${e.of ?? 'row'} ${short(e.rowId)}`}`,
      'effect',
    ),
  'process.started': (e) => story(`${e.worker} started (pid ${e.pid})`, 'start'),
  'process.ready': (e) => aside(`${e.worker} ready after ${ms(e.tookMs)}`, 'start'),
  'process.exited': (e) =>
    story(
      `${e.worker} exited ${e.signal === null ? `with ${e.code ?? '?'}` : `by ${e.signal}`}${e.requested ? ', as asked' : ', by itself'}`,
      'exit',
    ),
  'process.signalled': (e) => story(`${e.signal} to ${e.worker}`, 'signal'),
  'process.log': (e) => {
    const { isError, isContinuation } = readLogLine(e.line);
    const trouble = isError && !isContinuation;
    return { text: logText(e.line, 400), sign: trouble ? 'trouble' : 'log', story: trouble };
  },
  'process.seen': (e) => ({
    text: `${e.worker} is ${e.state}`,
    sign: 'trial',
    story: e.state !== 'running',
  }),
  'process.escaped': (e) => story(`${e.worker}: ${e.detail} (pids ${e.pids.join(', ') || 'none'})`, 'trouble'),
  'wire.connected': (e) => aside(`${e.worker} connected to ${e.upstream}`, 'wire'),
  'wire.refused': (e) => story(`${e.worker} could not reach ${e.upstream}`, 'no-answer'),
  'wire.unattributed': (e) =>
    aside(`somebody was gone from ${e.worker}'s way to ${e.upstream} before it was seen who`, 'wire'),
  'wire.topic-unknown': (e) => story(`${e.worker} was told that ${e.topic} does not exist`, 'no-answer'),
  'wire.traffic': (e) => aside(`${e.upstream}: ${e.bytesUp} B up, ${e.bytesDown} B down`, 'wire'),
  'fault.armed': (e) => story(`armed ${e.faultKind}: ${e.target}`, 'fault'),
  'fault.fired': (e) => story(`${e.faultKind} struck: ${e.detail}`, 'fault'),
  'fault.healed': (e) => story(`healed ${e.faultKind}: ${e.detail}`, 'healed'),
};

export const tell = (event: HistoryEvent, scope: Scope): Told => {
  const words = WORDS[event.kind] as ((event: HistoryEvent, scope: Scope) => Told) | undefined;
  return words?.(event, scope) ?? aside(event.kind, 'trial');
};
