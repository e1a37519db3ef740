/** What was seen of the workers' processes in two looks, as the events of a history that a supervisor writes. Pure. */
import type { LookedForWorker, NewEvent } from '../../history/events.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { latest, valueOf } from '../snapshot.ts';
import type { Snapshot, WorkerLooked, WorkerSighting } from '../snapshot.ts';

/** A worker joins its group within this after its start, ms: before that nothing is wrong with one that is in none. */
const STARTING_MS = 60_000;

const isThere = ({ state }: WorkerSighting): boolean => state !== 'absent';

interface Seen {
  /** At the look before; undefined: there was none. */
  readonly before: WorkerLooked | undefined;
  readonly after: WorkerLooked;
  /** Its group has a member. */
  readonly hasMember: boolean;
}

/** What both looks and its group agree on; one that came or went between the looks may be starting again. */
const settled = ({ before, after, hasMember }: Seen): WorkerSighting | { readonly why: string } => {
  if ('why' in after.seen) return after.seen;
  if (before !== undefined && 'why' in before.seen) return before.seen;
  const was = before === undefined ? undefined : valueOf(before.seen);
  const is = after.seen.value;
  if (was !== undefined && isThere(was) !== isThere(is))
    return { why: 'it was there at one look and not at the other: it may be starting again' };
  return hasMember && !isThere(is)
    ? { why: `${is.detail}, and its group has a member: it runs somewhere else, or ended just now` }
    : is;
};

const looked = (snapshot: Snapshot) => {
  const { pipeline, looks } = snapshot;
  const { workers = {}, groups } = latest(snapshot);
  return Object.entries(workers).map(([role, after]) => {
    const group = groups[pipelineOf(pipeline).stage(role).group];
    const members = group === undefined ? undefined : valueOf(group)?.members;
    const before = looks.length > 1 ? looks[0].workers?.[role] : undefined;
    return { role, after, found: settled({ before, after, hasMember: (members ?? []).length > 0 }) };
  });
};

/** The latest of what was seen of each. */
export const workerEvents = (snapshot: Snapshot): readonly NewEvent[] =>
  looked(snapshot).flatMap(({ role, found }): readonly NewEvent[] => {
    if ('why' in found) return [];
    const { state, detail, forMs } = found;
    // Who runs it knows its number; here nobody asks.
    if (state === 'running' && forMs !== undefined && forMs < STARTING_MS)
      return [{ kind: 'process.started', source: 'process', worker: role, pid: 0 }];
    return [{ kind: 'process.seen', source: 'process', worker: role, alive: state !== 'absent', state, detail }];
  });

/** Where each was looked for. */
export const workersLookedFor = (snapshot: Snapshot): readonly LookedForWorker[] =>
  looked(snapshot).map(({ role, after: { where, asked }, found }) => ({
    role,
    where,
    asked,
    ...('why' in found ? { why: found.why } : {}),
  }));
