/**
 * What provably happened before what (docs: semantics, "Order"). Three proofs only: a position within one source, an
 * explicit `after` edge, and clocks in one direction. Arrival proves nothing across sources.
 */
import type { HistoryEvent } from './events.ts';
import type { History, PipelineEvent } from './history.ts';
import { addTo, folded, perHistory } from './memo.ts';
import type { Fold } from './memo.ts';

/** Resolution allowed to the clocks of one host, ms. */
export const CLOCK_SLACK_MS = 2;

/**
 * So much later than it was there to be read a record, or a commit of an offset, may have been recorded, ms: of a broker that is busy
 * nothing is asked for 25 ms, and an answer takes its time. What others saw is recorded at once.
 */
export const READ_LATE_MS = 50;

/** A moment of the harness's monotonic clock as wall clock, ms since the epoch. */
export const wallClock = (history: History, at: number): number => {
  const { wall, monotonic } = history.started.clocks;
  return wall + (at - monotonic);
};

interface Ahead {
  readonly seq: number;
  readonly ms: number;
}

/**
 * By how much PostgreSQL's clock was provably ahead of the harness's, ms, and by which commit it was first that much: none is recorded
 * before it is made. The clock of a host may be set right while a trial runs, which the monotonic one is not.
 */
const clockAhead = folded({
  list: (history) => history.of('postgres.commit'),
  begin: (history): Fold<HistoryEvent<'postgres.commit'>, readonly Ahead[]> => {
    const facts: Ahead[] = [];
    return {
      facts,
      observe: ({ seq, at, committedAt }) => {
        const ms = committedAt - wallClock(history, at);
        if (ms > (facts.at(-1)?.ms ?? 0)) facts.push({ seq, ms });
      },
    };
  },
});

/** By the commits up to this one. */
const aheadBy = (history: History, { seq }: HistoryEvent<'postgres.commit'>): number => {
  const all = clockAhead(history);
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.seq <= seq) low = middle + 1;
    else high = middle;
  }
  return all[low - 1]?.ms ?? 0;
};

/**
 * Was the record written while the commit's rows were not there? Proven when the commit's own timestamp is later than
 * the moment the record had already arrived. False proves nothing.
 */
export const writtenBeforeCommit = (
  history: History,
  record: HistoryEvent<'kafka.record'>,
  commit: HistoryEvent<'postgres.commit'>,
): boolean => {
  const arrived = wallClock(history, record.at) + CLOCK_SLACK_MS;
  const { committedAt } = commit;
  return (
    (history.started.sharedClock && committedAt > arrived && committedAt > arrived + aheadBy(history, commit)) ||
    // What the harness did because it had seen the record comes after it, whatever the clocks say.
    reaches(history, record, commit)
  );
};

/** More than any partition of a trial will hold. */
const OFFSETS_IN_A_LIFE = 2 ** 40;

interface Place {
  readonly chain: string;
  readonly position: number | string;
}

/** Events of one chain are ordered by their position; undefined: it has no position that is known. */
const chainOf = (history: History, event: HistoryEvent): Place | undefined => {
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
    case 'trial.lags':
    case 'fault.armed':
    case 'fault.fired':
    case 'fault.healed':
      return { chain: 'trial', position: event.seq };
    default:
      return undefined;
  }
};

/** A proven edge from another chain, or from what is of none: what it leads to, by its position there. */
interface Entry {
  readonly position: number | string;
  readonly from: number;
}

/** The event of that seq, which events are in the order of; undefined: there is none. */
export const eventAt = ({ events }: History, seq: number): HistoryEvent | undefined => {
  let [low, high] = [0, events.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return events[low]?.seq === seq ? events[low] : undefined;
};

const requestSeqs = perHistory((history) => {
  const seqs = new Map<number, number>();
  for (const { call, seq } of history.of('http.request')) seqs.set(call, seq);
  return seqs;
});

const NONE: readonly never[] = [];

/** What is proven to be before an event, but for its chain, by its seq. */
const beforeIt = (history: History, event: HistoryEvent): readonly number[] => {
  const after = event.after ?? NONE;
  if (event.kind !== 'http.response' && event.kind !== 'http.effect') return after;
  const request = requestSeqs(history).get(event.call);
  return request !== undefined && request < event.seq ? [...after, request] : after;
};

/** By chain: where edges lead into it. Few: most of what a trial records has only its position, and what a request leads to has none. */
const entriesByChain = perHistory((history): ReadonlyMap<string, readonly Entry[]> => {
  const entries = new Map<string, Entry[]>();
  for (const event of history.events) {
    if (event.after === undefined) continue;
    const at = chainOf(history, event);
    if (at !== undefined) for (const from of event.after) addTo(entries, at.chain, { position: at.position, from });
  }
  return entries;
});

/**
 * Is there a path of proven edges from the earlier to the later seq? Within a chain each position follows all smaller ones; events of one
 * position are simultaneous.
 */
const reaches = (history: History, first: HistoryEvent, last: HistoryEvent): boolean => {
  const entries = entriesByChain(history);
  const [earlier, later] = [first.seq, last.seq];
  const end = chainOf(history, last);
  // Nothing leads here but what is before it in its own chain: so it is with most of what a trial records.
  if (beforeIt(history, last).length === 0 && (end === undefined || entries.get(end.chain) === undefined)) {
    const begin = end && chainOf(history, first);
    return earlier === later || (begin !== undefined && begin.chain === end?.chain && begin.position < end.position);
  }
  const goal = chainOf(history, first);
  const seen = new Set<number>([later]);
  const open = [later];
  const meet = (seq: number): void => {
    if (seen.has(seq)) return;
    seen.add(seq);
    open.push(seq);
  };
  for (let seq = open.pop(); seq !== undefined; seq = open.pop()) {
    const event = eventAt(history, seq);
    if (event !== undefined) beforeIt(history, event).forEach(meet);
    const at = event && chainOf(history, event);
    if (at !== undefined) {
      if (goal?.chain === at.chain && goal.position < at.position) return true;
      for (const { position, from } of entries.get(at.chain) ?? NONE) if (position < at.position) meet(from);
    }
    if (seen.has(earlier)) return true;
  }
  return false;
};

/** Did `earlier` provably happen before `later`? False means: not proven. */
export const provablyBefore = (history: History, earlier: HistoryEvent, later: HistoryEvent): boolean => {
  if (earlier.seq === later.seq) return false;
  if (earlier.kind === 'kafka.record' && later.kind === 'postgres.commit')
    return writtenBeforeCommit(history, earlier, later);
  return reaches(history, earlier, later);
};

/** Its record's time is of the clock that ours is: not where it would have been written after it had arrived. */
const isOfOurClock = (history: History, { timestamp, at }: HistoryEvent<'kafka.record'>): boolean =>
  history.started.sharedClock && timestamp <= wallClock(history, at) + CLOCK_SLACK_MS;

/** Was it provably made before the record was written, by the record's own time? False proves nothing. */
export const wasMadeBefore = (history: History, event: HistoryEvent, record: HistoryEvent<'kafka.record'>): boolean =>
  isOfOurClock(history, record) && wallClock(history, event.at) + CLOCK_SLACK_MS < record.timestamp;

/** Could it have been done because of the record? What arrives first proves nothing across sources. */
export const mayFollow = (history: History, later: HistoryEvent, { record }: PipelineEvent): boolean => {
  if (later.seq > record.seq) return true;
  return isOfOurClock(history, record)
    ? !wasMadeBefore(history, later, record)
    : // By the harness's own clock alone.
      later.at + READ_LATE_MS >= record.at;
};

/** May it as well have been done before the record was there as because of it? Then it shows neither. */
export const isUnordered = (history: History, event: HistoryEvent, { record }: PipelineEvent): boolean =>
  event.seq < record.seq && !isOfOurClock(history, record);
