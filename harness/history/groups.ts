/** Consumer groups over time: what they read, how far they committed, what is left. */
import type { HistoryEvent } from './events.ts';
import type { History } from './history.ts';
import { areAllFirst, sameLife } from './lives.ts';
import { folded, orNew, perHistory } from './memo.ts';
import type { Fold } from './memo.ts';
import { createOpenWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { under } from './values.ts';

type RecordEvent = HistoryEvent<'kafka.record'>;
type Committed = HistoryEvent<'offsets.committed'>;

/** A group and a topic it reads. */
export interface Group {
  readonly role: string;
  readonly group: string;
  readonly topic: string;
}

const keyOf = ({ group, topic }: Pick<Group, 'group' | 'topic'>): string => `${group} ${topic}`;

/** The workers' groups, each with the topics it should read: two parts may share a group. */
export const groupsOf = perHistory((history): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const { role, consumerGroup } of history.started.workers) {
    const group = { role, group: consumerGroup, topic: history.pipeline.consumedTopic(role) };
    groups.set(keyOf(group), group);
  }
  return [...groups.values()];
});

/** By role. */
const namesByRole = perHistory((history): ReadonlyMap<string, readonly [string, ...string[]]> => {
  const names = new Map<string, [string, ...string[]]>();
  for (const { role, group } of groupsOf(history)) {
    const known = names.get(role);
    if (known === undefined) names.set(role, [group]);
    else known.push(group);
  }
  return names;
});

/** The consumer groups of the role's workers; the documented one when the trial runs no such worker. */
export const groupNames = (history: History, role: string): readonly [string, ...string[]] =>
  namesByRole(history).get(role) ?? [history.pipeline.stage(role).group];

/** The role's consumer group, the first of several. */
export const groupOf = (history: History, role: string): string => groupNames(history, role)[0];

/** A group's commits in one partition, in their order. */
interface Commits {
  readonly all: readonly Committed[];
  /** Of workers' those that went further than any before. */
  readonly further: readonly Committed[];
}

const committedBy = folded({
  list: (history) => history.of('offsets.committed'),
  // By group, topic and partition: asked for with every record, and a text for each would cost more than all else.
  begin: (): Fold<Committed, ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<number, Commits>>>> => {
    type Partitions = Map<number, { readonly all: Committed[]; readonly further: Committed[] }>;
    const facts = new Map<string, Map<string, Partitions>>();
    return {
      facts,
      observe: (event) => {
        const topics = orNew(facts, event.group, (): Map<string, Partitions> => new Map());
        const partitions = orNew(topics, event.topic, (): Partitions => new Map());
        const { all, further } = orNew(partitions, event.partition, () => ({ all: [], further: [] }));
        all.push(event);
        if (event.by === 'worker' && event.offset > (further.at(-1)?.offset ?? -1)) further.push(event);
      },
    };
  },
});

const commitsIn = (history: History, group: string, topic: string, partition: number): Commits | undefined =>
  committedBy(history).get(group)?.get(topic)?.get(partition);

/** The first of ascending offsets that is past this one. */
const firstPast = (commits: readonly Committed[], offset: number): Committed | undefined => {
  let [low, high] = [0, commits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (commits[middle]!.offset > offset) high = middle;
    else low = middle + 1;
  }
  return commits[low];
};

/**
 * The first commit by a worker that is provably past this record; undefined when there is none. What the harness
 * commits is its own doing, and what was committed in another life of the topic says nothing of this one.
 */
export const passedBy = (history: History, role: string, record: RecordEvent): Committed | undefined => {
  for (const group of groupNames(history, role)) {
    const commits = commitsIn(history, group, record.topic, record.partition);
    const first = commits && firstPast(commits.further, record.offset);
    if (first === undefined) continue;
    if (sameLife(history.lives, first, record) === 'yes') return first;
    const passed = commits?.all.find(
      (event) =>
        event.by === 'worker' && event.offset > record.offset && sameLife(history.lives, event, record) === 'yes',
    );
    if (passed !== undefined) return passed;
  }
  return undefined;
};

/** The offset a group has committed last in the topic as it is now, and by which event; undefined offset: never, or removed. */
export const committedOffset = (
  history: History,
  group: Pick<Group, 'group' | 'topic'>,
  partition: number,
): { readonly offset: number | undefined; readonly event: Committed | undefined } => {
  const { lives } = history;
  const latest = lives.latest(group.topic);
  const nothing = { offset: undefined, event: undefined };
  if (latest === undefined) return nothing;
  const event = commitsIn(history, group.group, group.topic, partition)?.all.at(-1);
  if (event !== undefined && lives.of(event).includes(latest))
    return { offset: event.offset < 0 ? undefined : event.offset, event };
  // Where a group stood in an earlier life of the topic says nothing about the topic of today.
  if (latest > 0) return nothing;
  return {
    offset: under(under(under(history.of('kafka.positions')[0]?.committed, group.group), group.topic), partition),
    event: undefined,
  };
};

/** Does the record belong to this trial? What lay there when it began belongs to no trial. */
export const isOfThisTrial = (history: History, record: RecordEvent): boolean =>
  history.lives.of(record).some((life) => life > 0) ||
  record.offset >= (under(under(history.of('kafka.positions')[0]?.ends, record.topic), record.partition) ?? 0);

/** Is the record in its topic as it is at the history's end? `maybe`: nothing proves either. */
export const isThere = (history: History, record: RecordEvent): 'yes' | 'no' | 'maybe' => {
  const [latest, possible] = [history.lives.latest(record.topic), history.lives.of(record)];
  if (latest === undefined || !possible.includes(latest)) return 'no';
  return possible.length === 1 ? 'yes' : 'maybe';
};

export interface Undrained {
  /** No role: a further group of some worker's. */
  readonly group: Pick<Group, 'group' | 'topic'> & { readonly role: string | undefined };
  readonly partition: number;
  readonly committed: number | undefined;
  /** Data records at or above the committed offset, by offset; the first is the head. */
  readonly records: readonly [RecordEvent, ...RecordEvent[]];
  readonly commit: Committed | undefined;
}

/** The event with the life of its topic that it provably belongs to; undefined: a record that nothing places. */
const placed = (history: History, event: HistoryEvent): HistoryEvent | undefined => {
  if (event.kind !== 'kafka.record' && event.kind !== 'offsets.committed') return event;
  // Where nothing was made anew it need not be told: a copy of every record would cost more than all else here.
  if (areAllFirst(history.lives) && (event.incarnation ?? 0) === 0) return event;
  const lives = history.lives.of(event);
  const [only] = lives;
  if (lives.length === 1)
    return event.incarnation === only || only === undefined ? event : { ...event, incarnation: only };
  // A commit that may be one of today counts as that: it may have gone past what would be held against the group.
  const latest = history.lives.latest(event.topic);
  return event.kind === 'kafka.record' || latest === undefined ? undefined : { ...event, incarnation: latest };
};

/** Folded on from where it was, for as long as past events are of the same lives of their topics. */
const openWork = folded({
  list: (history) => history.events,
  basis: (history) => history.lives,
  begin: (history): Fold<HistoryEvent, OpenWork> => {
    const work = createOpenWork(history.started);
    return {
      facts: work,
      observe: (event) => {
        const known = placed(history, event);
        if (known !== undefined) work.observe(known);
      },
    };
  },
});

/** What every group still has to read. One that never commits anywhere may read all the same. */
export const undrained = perHistory((history): readonly Undrained[] =>
  openWork(history)
    .unread()
    .filter(({ commits }) => commits)
    .map(({ group, role, topic, ...open }) => ({ ...open, group: { group, role, topic } })),
);
