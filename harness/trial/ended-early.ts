/** The proof that settling will never come, so that nobody waits for its deadline (semantics: Ended early). */
import { cycleIn } from '../history/cycles.ts';
import type { Proof } from '../history/cycles.ts';
import type { NewEvent } from '../history/events.ts';
import { groupsOf, undrained } from '../history/groups.ts';
import type { Undrained } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import { livenessOf, workerNames } from '../history/liveness.ts';
import { isTaken } from '../history/taken.ts';
import { paymentOf } from '../history/subjects.ts';
import type { TrialLog } from './trial-log.ts';

export interface ProofParts {
  readonly log: Pick<TrialLog, 'events' | 'isWork' | 'watch'>;
  /** Nobody brings back a worker that has exited. */
  readonly nobodyRestarts: boolean;
  /** No client and no timer of the workers' waits longer before it acts again, ms. Default: kafkajs' longest. */
  readonly longestTimerMs?: number | undefined;
  /** Workers that are being started, or were asked to end and have not: what they do next is theirs to time. */
  underWay(): readonly string[];
  /** How long absence must last here, ms. */
  patienceMs(): Promise<number>;
  /** Has a worker a row about the trial in a table of its own? It may count the attempts there. */
  hasOwnRows(): Promise<boolean>;
  /** When any worker last did anything but idle, on the monotonic clock, ms. */
  lastActivity(): number | undefined;
  /** Has the worker a consumer that did not say goodbye, on a connection that is open? */
  hasConsumer(worker: string): boolean;
  /** From where the worker has read the partition, and when it last asked; undefined: nobody can tell. */
  readFrom(
    worker: string,
    topic: string,
    partition: number,
  ): { readonly lowest: number; readonly at: number } | undefined;
  /** Calls, transactions, declared rows: whatever is open but what the groups have to read. */
  othersOpen(): Promise<boolean>;
}

/** Asked again and again while something is open; undefined: nothing is proven yet. */
export type ProveEnd = () => Promise<NewEvent<'trial.ended-early'> | undefined>;

/** kafkajs starts a crashed consumer again after up to so long; no timer of a usual client is longer. */
const DEFAULT_LONGEST_TIMER_MS = 30_000;
/** Longer than a fetch takes; a timer is none to the millisecond. */
const FETCH_MS = 5_000;
/** Between two looks for a proof. */
const LOOK_EVERY_MS = 250;
/** Each reads the whole history: where that takes long, looking must not hold up what is looked at. */
const SHARE_OF_TIME = 10;

type Role = Parameters<typeof livenessOf>[1];

/** Every group that has something to read is one that this holds of. */
const everyOpen = (history: History, holds: (role: Role, open: Undrained) => boolean): boolean => {
  const open = undrained(history);
  return open.length > 0 && open.every((each) => each.group.role !== undefined && holds(each.group.role, each));
};

const named = (history: History): Proof => {
  const open = undrained(history);
  return {
    description: [...new Set(open.map(({ group }) => group.group))].join(' and '),
    evidence: open.map(({ records }) => records[0].seq),
  };
};

/** When the latest of its workers was started. */
const lastStart = (history: History, role: Role): number => {
  const names = workerNames(history, role);
  return history.of('process.started').findLast(({ worker }) => names.includes(worker))?.seq ?? 0;
};

/**
 * Its process lives, came as far as Kafka, and its group has no member: nobody will read. One that was put out of the
 * group for its silence may have an event in hand, and be waiting to try again for longer than anybody knows.
 */
const hasLeft = (history: History, role: Role, hasConsumer: ProofParts['hasConsumer']): boolean => {
  const { process, members } = livenessOf(history, role);
  const names = workerNames(history, role);
  const started = lastStart(history, role);
  const connected = history
    .of('wire.connected')
    .some(({ worker, upstream, seq }) => names.includes(worker) && upstream === 'kafka' && seq > started);
  return process === 'running' && members?.length === 0 && connected && !names.some(hasConsumer);
};

/** Nothing shows that the worker was given the record. */
const showsNothingOf = (history: History, role: Role, { records: [head] }: Undrained): boolean => {
  const event = history.pipelineEvents.find(({ record }) => record.seq === head.seq);
  const subject = event && paymentOf(history, event);
  return subject === undefined || !isTaken(history, subject, role);
};

/**
 * Every member of the group is known to read other topics, and not this one: none of them will be given the record. Not where two
 * parts share the group, or a member may be the other's, nor before anything was heard of the members since the worker's start.
 */
const readsElsewhere = (history: History, role: Role, open: Undrained): boolean => {
  const { topic, group } = open.group;
  const { process, members = [], membersEvidence, group: own } = livenessOf(history, role);
  const isShared = groupsOf(history).some((each) => each.group === group && each.role !== role);
  const heardOf = membersEvidence.some((seq) => seq > lastStart(history, role));
  return (
    process === 'running' &&
    own === group &&
    !isShared &&
    heardOf &&
    members.length > 0 &&
    members.every(({ topics = [] }) => topics.length > 0 && !topics.includes(topic)) &&
    showsNothingOf(history, role, open)
  );
};

/**
 * The group has never committed there, and its worker has read only from behind the record, as one does that begins at
 * the end: the record was never given to it. It has shown nothing of the event since.
 */
const beganBehind = (history: History, role: Role, open: Undrained, readFrom: ProofParts['readFrom']): boolean => {
  const { group, partition, committed, records } = open;
  const [head] = records;
  const positions = workerNames(history, role).map((name) => readFrom(name, group.topic, partition));
  return (
    livenessOf(history, role).process === 'running' &&
    committed === undefined &&
    positions.length > 0 &&
    // Asked since the record was there: what it read of an earlier life of the topic says nothing.
    positions.every((position) => position !== undefined && position.lowest > head.offset && position.at > head.at) &&
    showsNothingOf(history, role, open)
  );
};

export const createProveEnd = (parts: ProofParts): ProveEnd => {
  const { events, isWork, watch } = parts.log;
  const standstillMs = (parts.longestTimerMs ?? DEFAULT_LONGEST_TIMER_MS) + FETCH_MS;
  const begin = performance.now();
  const from = events.at(-1)?.seq ?? 0;
  let lookAgainAt = -Infinity;

  const quietFor = (now: number): number => now - Math.max(begin, events.findLast(isWork)?.at ?? 0);
  const ended = (
    proof: NewEvent<'trial.ended-early'>['proof'],
    { description, evidence }: Proof,
  ): NewEvent<'trial.ended-early'> => ({ kind: 'trial.ended-early', source: 'trial', proof, description, evidence });

  return async () => {
    const now = performance.now();
    if (now < lookAgainAt || parts.underWay().length > 0) return undefined;
    const history = watch.history();
    const circling = cycleIn(history, from);
    lookAgainAt = now + Math.max(LOOK_EVERY_MS, (performance.now() - now) * SHARE_OF_TIME);
    const cycle = circling !== undefined && (await parts.hasOwnRows()) ? undefined : circling;
    const dead = parts.nobodyRestarts && everyOpen(history, (role) => livenessOf(history, role).process === 'absent');
    const silentFor = now - Math.max(begin, parts.lastActivity() ?? 0);
    const stands =
      Math.min(silentFor, quietFor(now)) >= standstillMs &&
      everyOpen(
        history,
        (role, open) =>
          hasLeft(history, role, parts.hasConsumer) ||
          readsElsewhere(history, role, open) ||
          beganBehind(history, role, open, parts.readFrom),
      );
    if (cycle === undefined && !dead && !stands) return undefined;
    const patience = await parts.patienceMs();
    // What the cycle itself does is no rest, so it is the time since healing that counts.
    if (now - begin < patience || (await parts.othersOpen())) return undefined;
    if (cycle !== undefined) return ended('cycle', cycle);
    if (quietFor(now) < patience) return undefined;
    const { description, evidence } = named(history);
    return dead
      ? ended('death', {
          description: `nothing runs that would read for ${description}, and nothing restarts it`,
          evidence,
        })
      : ended('standstill', {
          description: `${description} has no member that reads the record: none at all, none of its topic, or only one that began behind it; its worker, which runs, has done nothing for ${Math.round(silentFor / 1000)} s`,
          evidence,
        });
  };
};
