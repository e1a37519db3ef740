/** Small histories for tests, in the pipeline's words. */
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { EVENT_TOPICS, PARTITIONS_PER_TOPIC, ROLES, TOPICS, WORKERS } from '../../pipeline/testing.ts';
import type { Upstream, WorkerRole } from '../../pipeline/testing.ts';
import type { BarrierSource, FaultAbout, OwnRow, TrialPhase } from '../events.ts';
import { openHistory } from '../history.ts';
import { filledIn } from '../of-before.ts';
import type { History } from '../history.ts';
import { callParts } from './calls.ts';
import { databaseParts } from './database.ts';
import { kafkaParts } from './kafka.ts';
import { WALL, createLog, subjectNamed } from './log.ts';
import type { Log } from './log.ts';

export interface BuildOptions {
  /** Names of the subjects; ids follow from the name. Default: ada. */
  readonly subjects?: readonly string[];
  readonly mayDeadLetter?: readonly string[];
  /** Whose student and course a subject shares: `{ again: 'ada' }` is a second payment of ada's. */
  readonly shares?: Readonly<Record<string, string>>;
  readonly sharedClock?: boolean;
  /** Of the broker's names: workers tell of topics by those. */
  readonly prefix?: string;
  /** False: as in histories of before it was recorded, no position says which life of its topic it belongs to. */
  readonly lives?: boolean;
  /** False: the trial still prepares; the test begins the act itself. */
  readonly acting?: boolean;
}

/** What the relays in front of a worker's upstreams see. */
const wireParts = (add: Log['add']) => {
  let connection = 0;
  const reached = (role: WorkerRole, upstream: Upstream): number =>
    add({ kind: 'wire.connected', source: 'wire', worker: role, upstream, connection: (connection += 1) });
  const toldUnknown = (role: WorkerRole, topic: string): number =>
    add({ kind: 'wire.topic-unknown', source: 'wire', worker: role, topic });
  return { reached, toldUnknown };
};

/** Processes, members, topics, and the harness's own words. */
const trialParts = ({ add }: Log) => {
  let fault = 0;
  const signalled = (role: WorkerRole, signal: string): number =>
    add({ kind: 'process.signalled', source: 'process', worker: role, pid: 1, signal });
  const exited = (role: WorkerRole, requested = false): number =>
    add({ kind: 'process.exited', source: 'process', worker: role, pid: 1, code: 1, signal: null, requested });
  const seen = (role: WorkerRole, state: 'running' | 'stopped' | 'absent' = 'running'): number =>
    add({ kind: 'process.seen', source: 'process', worker: role, alive: state !== 'absent', state });
  const members = (role: WorkerRole, n = 1, subscribed?: readonly string[]): number =>
    add({
      kind: 'offsets.group-described',
      source: 'offsets',
      group: WORKERS[role].consumerGroup,
      state: n === 0 ? 'Empty' : 'Stable',
      members: Array.from({ length: n }, (_, i) => ({
        memberId: `${role}-${i}`,
        clientId: role,
        ...(subscribed === undefined ? {} : { topics: subscribed }),
      })),
    });
  const topics = (missing: readonly string[] = []): number =>
    add({ kind: 'kafka.topics', source: 'kafka', topics: TOPICS.filter((topic) => !missing.includes(topic)) });
  const barrier = (missing: readonly BarrierSource[] = []): number =>
    add({ kind: 'trial.barrier', source: 'trial', passed: missing.length === 0, missing, tookMs: 1 });
  const settled = (is = true, waitingFor: readonly string[] = []): number =>
    add({ kind: 'trial.settled', source: 'trial', settled: is, waitingFor, waitedMs: 10 });
  const phase = (name: TrialPhase): number => add({ kind: 'trial.phase', source: 'trial', phase: name });
  const fired = (faultKind: string, target: string, about: FaultAbout = {}): number =>
    add({
      kind: 'fault.fired',
      source: 'fault',
      fault: (fault += 1),
      faultKind,
      target,
      detail: `${faultKind} struck`,
      ...about,
    });
  /** Patience is over, with these rows of workers' own left untouched. */
  const patience = (rows: readonly OwnRow[] = []): number =>
    add({ kind: 'trial.patience', source: 'trial', ms: 5_000, waitedMs: 5_000, why: 'nothing more came', rows });
  const ownRows = (rows: readonly OwnRow[]): number => add({ kind: 'postgres.own-rows', source: 'postgres', rows });
  const started = (role: WorkerRole, pid = 2): number =>
    add({ kind: 'process.started', source: 'process', worker: role, pid });
  const said = (role: WorkerRole, line: string, stream: 'stdout' | 'stderr' = 'stdout'): number =>
    add({ kind: 'process.log', source: 'process', worker: role, pid: 1, stream, line });
  return {
    ...wireParts(add),
    signalled,
    started,
    exited,
    seen,
    said,
    members,
    topics,
    barrier,
    settled,
    patience,
    ownRows,
    phase,
    fired,
  };
};

const begin = ({ add, subjects }: Log, sharedClock: boolean, prefix?: string): void => {
  add({
    kind: 'trial.started',
    pipeline: shippedPipeline,
    source: 'trial',
    scenario: 'test',
    seed: 1,
    subjects,
    workers: ROLES.map((role) => ({ name: role, role, consumerGroup: WORKERS[role].consumerGroup })),
    workerSet: 'test',
    ...(prefix === undefined ? {} : { prefix }),
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
};

/** A history in the making, by default in its act. Every verb appends; `history()` opens what is there. */
export const build = ({
  subjects = ['ada'],
  mayDeadLetter = [],
  shares = {},
  sharedClock = true,
  acting = true,
  lives = true,
  prefix,
}: BuildOptions = {}) => {
  const log = createLog(subjects.map((name) => subjectNamed(name, mayDeadLetter.includes(name), shares[name])));
  const calls = callParts(log);
  const trial = trialParts(log);
  begin(log, sharedClock, prefix);
  if (acting) trial.phase('act');
  return {
    ...log,
    ...calls,
    ...trial,
    ...kafkaParts(log, lives),
    ...databaseParts(log, calls.lastCall),
    /** What the trial records at the moment of observation; `but` may contradict it before the barrier. */
    observed: (but: () => void = () => {}): void => {
      trial.topics();
      for (const role of ROLES) {
        trial.seen(role);
        trial.members(role);
      }
      but();
      trial.barrier();
    },
    ended: (): void => {
      trial.barrier();
      trial.settled();
    },
    history: (): History => openHistory(filledIn(log.events)),
  };
};

export type Build = ReturnType<typeof build>;
