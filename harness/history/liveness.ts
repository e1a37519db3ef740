/** What is known of a worker: does its process live, is it a member of its group? */
import type { WorkerRole } from '../pipeline/pipeline.ts';
import type { GroupMember, HistoryEvent } from './events.ts';
import { groupOf } from './groups.ts';
import type { History } from './history.ts';

/** `unknown`: the history does not say. A stopped process (SIGSTOP) is running. */
export type ProcessState = 'running' | 'stopped' | 'absent' | 'unknown';

export interface Liveness {
  readonly role: WorkerRole;
  readonly group: string;
  readonly process: ProcessState;
  readonly processEvidence: readonly number[];
  /** Members of its group; undefined: the history does not say. */
  readonly members: readonly GroupMember[] | undefined;
  readonly membersEvidence: readonly number[];
  /** Its last exit, when it has not been started since. */
  readonly exit: HistoryEvent<'process.exited'> | undefined;
}

/** Names of the trial's workers that play this part. */
export const workerNames = (history: History, role: WorkerRole): readonly string[] =>
  history.started.workers.flatMap((worker) => (worker.role === role ? [worker.name] : []));

type Sighting = { readonly state: ProcessState; readonly seq: number };

const SIGNALLED: Readonly<Record<string, ProcessState>> = { SIGSTOP: 'stopped', SIGCONT: 'running' };

/** The latest word on one worker's process: what was seen, or what it did since. */
const sightingOf = (history: History, name: string): Sighting => {
  let latest: Sighting = { state: 'unknown', seq: 0 };
  const note = (event: HistoryEvent, state: ProcessState | undefined): void => {
    if (state !== undefined && event.seq > latest.seq) latest = { state, seq: event.seq };
  };
  for (const event of history.of('process.seen')) if (event.worker === name) note(event, event.state);
  for (const event of history.of('process.started')) if (event.worker === name) note(event, 'running');
  for (const event of history.of('process.exited')) if (event.worker === name) note(event, 'absent');
  for (const event of history.of('process.signalled')) if (event.worker === name) note(event, SIGNALLED[event.signal]);
  return latest;
};

const ORDER: readonly ProcessState[] = ['running', 'stopped', 'unknown', 'absent'];

/** What the history knows of the worker at its end. Of several processes the liveliest counts. */
export const livenessOf = (history: History, role: WorkerRole): Liveness => {
  const names = workerNames(history, role);
  const sightings = names.map((name) => sightingOf(history, name));
  const process =
    ORDER.find((state) => sightings.some((sighting) => sighting.state === state)) ??
    // A part that no worker of this trial plays is a worker that was never deployed.
    'absent';
  const group = groupOf(history, role);
  const described = history.of('offsets.group-described').findLast((event) => event.group === group);
  const changed = history.of('offsets.group-changed').findLast((event) => event.group === group);
  const latest = (changed?.seq ?? 0) > (described?.seq ?? 0) ? changed : described;
  const startedSince = ({ worker, seq }: HistoryEvent<'process.exited'>): boolean =>
    history.of('process.started').some((event) => event.worker === worker && event.seq > seq);
  const exit = history.of('process.exited').findLast((event) => names.includes(event.worker) && !startedSince(event));
  return {
    role,
    group,
    process,
    processEvidence: sightings.flatMap(({ seq }) => (seq === 0 ? [] : [seq])),
    members: latest?.members,
    membersEvidence: latest === undefined ? [] : [latest.seq],
    exit: process === 'absent' ? exit : undefined,
  };
};
