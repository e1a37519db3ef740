/** What is known of a worker: does its process live, is it a member of its group? */
import type { GroupMember, HistoryEvent } from './events.ts';
import { groupNames, groupOf } from './groups.ts';
import type { History } from './history.ts';
import { keptWith, orNew, perHistory } from './memo.ts';

/** `unknown`: the history does not say. A stopped process (SIGSTOP) is running. */
export type ProcessState = 'running' | 'stopped' | 'absent' | 'unknown';

export interface Liveness {
  readonly role: string;
  readonly group: string;
  readonly process: ProcessState;
  readonly processEvidence: readonly number[];
  /** Members of its group; undefined: the history does not say. */
  readonly members: readonly GroupMember[] | undefined;
  readonly membersEvidence: readonly number[];
  /** Its last exit, when it has not been started since. */
  readonly exit: HistoryEvent<'process.exited'> | undefined;
}

const namesByRole = keptWith(() => new Map<string, readonly string[]>());

/** Names of the trial's workers that play this part. One program may play several. */
export const workerNames = (history: History, role: string): readonly string[] =>
  orNew(namesByRole(history), role, () => [
    ...new Set(history.started.workers.flatMap((worker) => (worker.role === role ? [worker.name] : []))),
  ]);

/** The latest word on one worker's process. */
export interface Sighting {
  readonly state: ProcessState;
  /** 0: there is none. */
  readonly seq: number;
  /** Its last exit, when it has not been started since. */
  readonly exit: HistoryEvent<'process.exited'> | undefined;
}

const SIGNALLED: Readonly<Record<string, ProcessState>> = { SIGSTOP: 'stopped', SIGCONT: 'running' };

const NEVER: Sighting = { state: 'unknown', seq: 0, exit: undefined };

/** By worker: what was seen of its process, or what it did since. All of it is one supervisor's word, in order. */
const sightings = perHistory((history) => {
  const latest = new Map<string, Sighting>();
  const note = ({ worker, seq }: { readonly worker: string; readonly seq: number }, state: ProcessState): void => {
    // That it is gone says no less of how it went.
    const exit = state === 'absent' ? latest.get(worker)?.exit : undefined;
    latest.set(worker, { state, seq, exit });
  };
  for (const event of history.events)
    if (event.kind === 'process.seen') note(event, event.state);
    else if (event.kind === 'process.started') note(event, 'running');
    else if (event.kind === 'process.exited') {
      note(event, 'absent');
      latest.set(event.worker, { state: 'absent', seq: event.seq, exit: event });
    } else if (event.kind === 'process.signalled') {
      const state = SIGNALLED[event.signal];
      if (state !== undefined) note(event, state);
    }
  return latest;
});

/** What the history knows of one worker's process at its end. */
export const sightingOf = (history: History, worker: string): Sighting => sightings(history).get(worker) ?? NEVER;

interface Membership {
  readonly members: readonly GroupMember[];
  readonly evidence: readonly number[];
}

/**
 * Members of each group by the latest word. The coordinator's description and its log tell of the same members, and
 * either may leave out what a member is subscribed to: what one of them says of it is known.
 */
const memberships = perHistory((history) => {
  const topicsOf = new Map<string, { readonly topics: readonly string[]; readonly seq: number }>();
  const latest = new Map<string, Membership>();
  for (const event of history.events) {
    if (event.kind === 'offsets.member-removed') {
      const known = latest.get(event.group);
      if (known === undefined) continue;
      const members = known.members.filter(({ memberId }) => memberId !== event.memberId);
      latest.set(event.group, { members, evidence: [...known.evidence, event.seq] });
      continue;
    }
    if (event.kind !== 'offsets.group-described' && event.kind !== 'offsets.group-changed') continue;
    for (const { memberId, topics } of event.members)
      if (topics !== undefined) topicsOf.set(`${event.group} ${memberId}`, { topics, seq: event.seq });
    latest.set(event.group, { members: event.members, evidence: [event.seq] });
  }
  const known = (group: string, { members, evidence }: Membership): Membership => {
    const told = members.map((member) => ({ member, of: topicsOf.get(`${group} ${member.memberId}`) }));
    return {
      members: told.map(({ member, of }) => (of === undefined ? member : { ...member, topics: of.topics })),
      evidence: [...new Set([...evidence, ...told.flatMap(({ of }) => of?.seq ?? [])])].sort((a, b) => a - b),
    };
  };
  return new Map([...latest].map(([group, membership]) => [group, known(group, membership)]));
});

/** Members of all groups of the part; of a group that nothing is known of there may be some. */
const membersOf = (history: History, role: string): Membership | undefined => {
  const known = groupNames(history, role).map((group) => memberships(history).get(group));
  const members = known.flatMap((each) => each?.members ?? []);
  if (members.length === 0 && known.includes(undefined)) return undefined;
  return { members, evidence: known.flatMap((each) => each?.evidence ?? []) };
};

const ORDER: readonly ProcessState[] = ['running', 'stopped', 'unknown', 'absent'];

/** What the history knows of the worker at its end. Of several processes the liveliest counts. */
export const livenessOf = (history: History, role: string): Liveness => {
  const seen = workerNames(history, role).map((name) => sightingOf(history, name));
  const process =
    ORDER.find((state) => seen.some((sighting) => sighting.state === state)) ??
    // A part that no worker of this trial plays is a worker that was never deployed.
    'absent';
  const group = groupOf(history, role);
  const membership = membersOf(history, role);
  const exits = seen.flatMap(({ exit }) => exit ?? []).sort((a, b) => a.seq - b.seq);
  return {
    role,
    group,
    process,
    processEvidence: seen.flatMap(({ seq }) => (seq === 0 ? [] : [seq])),
    members: membership?.members,
    membersEvidence: membership?.evidence ?? [],
    exit: process === 'absent' ? exits.at(-1) : undefined,
  };
};
