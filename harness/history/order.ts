/**
 * What provably happened before what (docs: semantics, "Order"). Three proofs only: a position within one source, an
 * explicit `after` edge, and clocks in one direction. Arrival proves nothing across sources.
 */
import type { HistoryEvent } from './events.ts';
import type { History, PipelineEvent } from './history.ts';
import { perHistory } from './memo.ts';

/** Resolution allowed to the clocks of one host, ms. */
export const CLOCK_SLACK_MS = 2;

/** A moment of the harness's monotonic clock as wall clock, ms since the epoch. */
export const wallClock = (history: History, at: number): number => {
  const { wall, monotonic } = history.started.clocks;
  return wall + (at - monotonic);
};

/**
 * Was the record written while the commit's rows were not there? Proven when the commit's own timestamp is later than
 * the moment the record had already arrived. False proves nothing.
 */
export const writtenBeforeCommit = (
  history: History,
  record: HistoryEvent<'kafka.record'>,
  commit: HistoryEvent<'postgres.commit'>,
): boolean =>
  (history.started.sharedClock && commit.committedAt > wallClock(history, record.at) + CLOCK_SLACK_MS) ||
  // What the harness did because it had seen the record comes after it, whatever the clocks say.
  reaches(history, record.seq, commit.seq);

/** More than any partition of a trial will hold. */
const OFFSETS_IN_A_LIFE = 2 ** 40;

/** Events of one chain are ordered by their position; undefined: it has no position that is known. */
const chainOf = (
  history: History,
  event: HistoryEvent,
): { readonly chain: string; readonly position: number | string } | undefined => {
  switch (event.kind) {
    case 'kafka.record': {
      // The lives of a topic follow each other, and in each of them offsets begin at 0.
      const [life, other] = history.lives.of(event);
      if (life === undefined || other !== undefined) return undefined;
      return { chain: `${event.topic}-${event.partition}`, position: life * OFFSETS_IN_A_LIFE + event.offset };
    }
    case 'offsets.committed':
    case 'offsets.group-changed':
      // Nothing is known of the order of its partitions among each other.
      return { chain: `offsets ${event.log ?? 0}`, position: event.position };
    case 'postgres.commit':
      return { chain: 'postgres', position: event.lsn };
    case 'http.request':
      return { chain: 'http', position: event.call };
    case 'process.started':
    case 'process.ready':
    case 'process.exited':
    case 'process.signalled':
    case 'process.log':
      // One process is watched by one supervisor, in order.
      return { chain: `${event.worker} ${event.pid}`, position: event.seq };
    case 'trial.phase':
    case 'trial.observed':
    case 'trial.settled':
    case 'trial.barrier':
    case 'trial.elapsed':
    case 'fault.armed':
    case 'fault.fired':
    case 'fault.healed':
      return { chain: 'trial', position: event.seq };
    default:
      return undefined;
  }
};

interface Link {
  readonly event: HistoryEvent;
  readonly position: number | string;
}

const compare = (a: Link, b: Link): number => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0);

/** For every event the seqs that are directly proven to be before it. */
const predecessors = perHistory((history) => {
  const before = new Map<number, number[]>();
  const add = (seq: number, earlier: number): void => {
    const list = before.get(seq);
    if (list === undefined) before.set(seq, [earlier]);
    else list.push(earlier);
  };
  const chains = new Map<string, Link[]>();
  const requests = new Map<number, number>();
  for (const event of history.events) {
    for (const earlier of event.after ?? []) add(event.seq, earlier);
    const at = chainOf(history, event);
    if (at !== undefined) {
      const chain = chains.get(at.chain);
      if (chain === undefined) chains.set(at.chain, [{ event, position: at.position }]);
      else chain.push({ event, position: at.position });
    }
    if (event.kind === 'http.request') requests.set(event.call, event.seq);
    else if (event.kind === 'http.response' || event.kind === 'http.effect') {
      const request = requests.get(event.call);
      if (request !== undefined) add(event.seq, request);
    }
  }
  for (const chain of chains.values()) {
    chain.sort(compare);
    // Events of one position are simultaneous: each of them follows all of the position before.
    let previous: Link[] = [];
    let current: Link[] = [];
    for (const link of chain) {
      if (current[0] !== undefined && compare(current[0], link) !== 0) {
        previous = current;
        current = [];
      }
      current.push(link);
      for (const earlier of previous) add(link.event.seq, earlier.event.seq);
    }
  }
  return before;
});

/** Is there a path of proven edges from the earlier to the later seq? */
const reaches = (history: History, earlier: number, later: number): boolean => {
  const before = predecessors(history);
  const seen = new Set<number>([later]);
  const open = [later];
  for (let seq = open.pop(); seq !== undefined; seq = open.pop())
    for (const each of before.get(seq) ?? []) {
      if (each === earlier) return true;
      if (seen.has(each)) continue;
      seen.add(each);
      open.push(each);
    }
  return false;
};

/** Did `earlier` provably happen before `later`? False means: not proven. */
export const provablyBefore = (history: History, earlier: HistoryEvent, later: HistoryEvent): boolean => {
  if (earlier.seq === later.seq) return false;
  if (earlier.kind === 'kafka.record' && later.kind === 'postgres.commit')
    return writtenBeforeCommit(history, earlier, later);
  return reaches(history, earlier.seq, later.seq);
};

/** Could it have been done because of the record? What arrives first proves nothing across sources. */
export const mayFollow = (history: History, later: HistoryEvent, { record }: PipelineEvent): boolean => {
  if (later.seq > record.seq) return true;
  return history.started.sharedClock && wallClock(history, later.at) + CLOCK_SLACK_MS >= record.timestamp;
};
