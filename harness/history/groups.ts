/** Consumer groups over time: what they read, how far they committed, what is left. */
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';
import type { WorkerRole } from '../pipeline/pipeline.ts';
import type { HistoryEvent } from './events.ts';
import type { History } from './history.ts';
import { perHistory } from './memo.ts';
import { createOpenWork } from './open-work.ts';

type RecordEventOf = HistoryEvent<'kafka.record'>;
type Committed = HistoryEvent<'offsets.committed'>;

export interface Group {
  readonly role: WorkerRole;
  readonly group: string;
  readonly topic: string;
}

/** The workers' groups, each with the topic it should read. */
export const groupsOf = perHistory((history): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const { role, consumerGroup } of history.started.workers)
    groups.set(consumerGroup, { role, group: consumerGroup, topic: consumedTopic(role) });
  return [...groups.values()];
});

export const consumedTopic = (role: WorkerRole): string => EVENT_TOPICS[WORKERS[role].consumes];

const groupNames = (history: History, role: WorkerRole): readonly string[] => {
  const names = groupsOf(history).flatMap((each) => (each.role === role ? [each.group] : []));
  return names.length === 0 ? [WORKERS[role].consumerGroup] : names;
};

/** The role's consumer group; the documented one when the trial runs no such worker. */
export const groupOf = (history: History, role: WorkerRole): string =>
  groupNames(history, role)[0] ?? WORKERS[role].consumerGroup;

/** The `seq` after which a topic is the one that now exists: 0, or that of its last deletion. */
const bornAfter = (history: History, topic: string): number =>
  history.of('kafka.topic-deleted').findLast((event) => event.topic === topic)?.seq ?? 0;

const committedBy = perHistory((history) => {
  const byGroup = new Map<string, Committed[]>();
  for (const event of history.of('offsets.committed')) {
    const key = `${event.group} ${event.topic}`;
    const list = byGroup.get(key);
    if (list === undefined) byGroup.set(key, [event]);
    else list.push(event);
  }
  return byGroup;
});

const commitsOf = (history: History, group: string, topic: string): readonly Committed[] => {
  const born = bornAfter(history, topic);
  return (committedBy(history).get(`${group} ${topic}`) ?? []).filter((event) => event.seq > born);
};

/**
 * The first commit by a worker past this record; undefined when there is none. What the harness commits is its own
 * doing and shows nothing taken.
 */
export const passedBy = (
  history: History,
  role: WorkerRole,
  { topic, partition, offset }: RecordEventOf,
): Committed | undefined => {
  for (const group of groupNames(history, role))
    for (const event of commitsOf(history, group, topic))
      if (event.by === 'worker' && event.partition === partition && event.offset > offset) return event;
  return undefined;
};

/** The offset a group has committed last, and by which event; undefined offset: never, or removed. */
export const committedOffset = (
  history: History,
  { group, topic }: Pick<Group, 'group' | 'topic'>,
  partition: number,
): { readonly offset: number | undefined; readonly event: Committed | undefined } => {
  const event = commitsOf(history, group, topic).findLast((each) => each.partition === partition);
  if (event !== undefined) return { offset: event.offset < 0 ? undefined : event.offset, event };
  // Where a group stood in a topic that has been deleted since says nothing about the topic of today.
  if (bornAfter(history, topic) > 0) return { offset: undefined, event: undefined };
  return { offset: history.of('kafka.positions')[0]?.committed[group]?.[topic]?.[partition], event: undefined };
};

/** Does the record belong to this trial and to the topic as it is now? What lay there before belongs to no trial. */
export const isOfThisTrial = (history: History, record: RecordEventOf): boolean => {
  const born = bornAfter(history, record.topic);
  if (born > 0) return record.seq > born;
  return record.offset >= (history.of('kafka.positions')[0]?.ends[record.topic]?.[record.partition] ?? 0);
};

export interface Undrained {
  /** No role: a further group of some worker's. */
  readonly group: Pick<Group, 'group' | 'topic'> & { readonly role: WorkerRole | undefined };
  readonly partition: number;
  readonly committed: number | undefined;
  /** Data records at or above the committed offset, by offset; the first is the head. */
  readonly records: readonly [RecordEventOf, ...RecordEventOf[]];
  readonly commit: Committed | undefined;
}

/** What every group still has to read. One that never commits anywhere may read all the same. */
export const undrained = perHistory((history): readonly Undrained[] => {
  const work = createOpenWork(history.started);
  for (const event of history.events) work.observe(event);
  return work
    .unread()
    .filter(({ commits }) => commits)
    .map(({ group, role, topic, ...open }) => ({ ...open, group: { group, role, topic } }));
});
