/**
 * What the groups still have to read. Folded event by event, so that settling, which asks while the trial runs, and the
 * invariant, which asks afterwards, mean the same by it.
 */
import { pipelineOf } from '../pipeline/queries.ts';
import type { GroupMember, HistoryEvent } from './events.ts';
import { mentioned, normalId } from './ids.ts';
import type { Mentioned } from './ids.ts';
import { under } from './values.ts';

type RecordEventOf = HistoryEvent<'kafka.record'>;
type Committed = HistoryEvent<'offsets.committed'>;

/** Where a group stands in one partition with data records at or above its committed offset. */
interface Behind {
  readonly group: string;
  /** The part whose group it is; undefined: a further group of some worker's. */
  readonly role: string | undefined;
  readonly topic: string;
  readonly partition: number;
  readonly committed: number | undefined;
  /** The latest commit in this trial. */
  readonly commit: Committed | undefined;
  /** False: a further group that has never committed anything. It may read without ever committing. */
  readonly commits: boolean;
}

export interface Unread extends Behind {
  /** By offset; the first is the head. */
  readonly records: readonly [RecordEventOf, ...RecordEventOf[]];
}

/** The same without its records, which may be many. */
export interface Waiting extends Behind {
  readonly head: RecordEventOf;
  readonly last: RecordEventOf;
  /** How many they are. */
  readonly count: number;
}

export interface OpenWork {
  observe(event: HistoryEvent): void;
  unread(): readonly Unread[];
  /** Costs what there are partitions, however much there is to read. */
  open(): readonly Waiting[];
  /** Does some group read the topic? */
  isRead(topic: string): boolean;
  /** Is the group one of the trial: a worker's of the pipeline, or one that has ever read a topic with something of the trial? */
  isGroupOfTrial(group: string): boolean;
  /** Is the record, read, work of the trial: in a topic of the pipeline's events, or about an id of the trial? */
  isOfTrial(record: RecordEventOf): boolean;
  /** `seq` of the latest commit that moved an offset past something. A client may commit unchanged ones for ever. */
  lastMove(): number;
}

/** One partition in one life of its topic. */
interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly life: number;
  /** By offset. */
  readonly records: RecordEventOf[];
}

interface Open extends Waiting {
  readonly part: Partition;
  readonly first: number;
}

/** The place of the first record at or above the offset. */
const firstFrom = ({ records }: Partition, offset: number): number => {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.offset >= offset) high = middle;
    else low = middle + 1;
  }
  return low;
};

interface Standing {
  offset: number | undefined;
  event: Committed | undefined;
}

interface Membership {
  members: readonly GroupMember[];
}

export const createOpenWork = ({
  workers,
  subjects,
  pipeline,
}: Pick<HistoryEvent<'trial.started'>, 'workers' | 'subjects' | 'pipeline'>): OpenWork => {
  const { consumedTopic: topicOf } = pipelineOf(pipeline);
  const configured = new Set(workers.map(({ consumerGroup }) => consumerGroup));
  const consumed = new Set(workers.map(({ role }) => topicOf(role)));
  /** Two parts may share a group: which of them it plays shows in the topic. */
  const roleOf = (group: string, topic: string): string | undefined => {
    const own = workers.filter(({ consumerGroup }) => consumerGroup === group);
    return (own.find(({ role }) => topicOf(role) === topic) ?? own[0])?.role;
  };
  const named = subjects.flatMap(({ correlationId, studentId }) => [correlationId, studentId]);
  /** Made when it is needed: most records have an id of the trial as their key, or are in a topic of the pipeline's events. */
  let ids: Mentioned | undefined;
  const isMentionedIn = (text: string): boolean => (ids ??= mentioned(named)).in(text).length > 0;
  const normal = new Set(named.map(normalId));

  /** How often each topic was deleted: events of a former life are over with it. */
  const deletions = new Map<string, number>();
  /** The latest life that a record was read of: it may be told of before the deletion is. */
  const lives = new Map<string, number>();
  let ends: HistoryEvent<'kafka.positions'>['ends'] = {};
  const partitions = new Map<string, Partition>();
  const standings = new Map<string, Standing>();
  const memberships = new Map<string, Membership>();
  /** By group, the topics that a member has ever said it subscribes to. */
  const subscribed = new Map<string, Set<string>>();
  /** Groups that commit offsets, and the topics in which they have; the number of the event by which each is first known, 0: before. */
  const committing = new Map<string, Map<string, number>>();
  /** The last start of each worker. */
  const starts = new Map<string, number>();
  /** Where a group's workers were set wrong on purpose: the topics in which it first committed meanwhile are those it was sent to. */
  const astray: { readonly group: string; readonly fault: number; readonly from: number; until: number }[] = [];
  let lastMove = 0;

  const lifeOf = (topic: string): number => Math.max(deletions.get(topic) ?? 0, lives.get(topic) ?? 0);

  /** Records of other topics count when they are about the trial: a worker may have topics for purposes of its own. */
  const isOfTrial = ({ topic, key, headers, value }: RecordEventOf): boolean => {
    if (consumed.has(topic)) return true;
    const isIn = (text: string): boolean => (text !== '' && normal.has(normalId(text))) || isMentionedIn(text);
    return isIn(key ?? '') || Object.values(headers).some(isIn) || isIn(value?.text ?? '');
  };

  const partitionOf = (topic: string, partition: number, life: number): Partition => {
    const key = `${topic} ${life} ${partition}`;
    const known = partitions.get(key);
    if (known !== undefined) return known;
    const made = { topic, partition, life, records: [] };
    partitions.set(key, made);
    return made;
  };
  const standingOf = (group: string, topic: string, life: number, partition: number): Standing => {
    const key = `${group} ${topic} ${life} ${partition}`;
    const known = standings.get(key);
    if (known !== undefined) return known;
    const made = { offset: undefined, event: undefined };
    standings.set(key, made);
    return made;
  };

  const note = (event: RecordEventOf): void => {
    const { topic, partition, offset, incarnation, control, aborted } = event;
    const life = incarnation ?? lifeOf(topic);
    if (life > lifeOf(topic)) lives.set(topic, life);
    if (control !== undefined || aborted === true) return;
    // What lay there before the trial belongs to no trial.
    if (life === 0 && offset < (under(under(ends, topic), partition) ?? 0)) return;
    if (!isOfTrial(event)) return;
    const { records } = partitionOf(topic, partition, life);
    // Hardly ever out of their order.
    const after = records.findLastIndex((one) => one.offset <= event.offset);
    if (after === records.length - 1) records.push(event);
    else records.splice(after + 1, 0, event);
  };

  const stand = (group: string, topic: string, since: number): void => {
    const topics = committing.get(group) ?? new Map<string, number>();
    topics.set(topic, topics.get(topic) ?? since);
    committing.set(group, topics);
  };
  const wasSentTo = (group: string, since: number): boolean =>
    astray.some((one) => one.group === group && since > one.from && since < one.until);

  const commit = (event: Committed): void => {
    const { group, topic, partition, by } = event;
    const life = event.incarnation ?? lifeOf(topic);
    const standing = standingOf(group, topic, life, partition);
    const before = standing.offset;
    // A tombstone is written as -1.
    standing.offset = event.offset < 0 ? undefined : event.offset;
    standing.event = event;
    if (by === 'worker' && event.offset >= 0) stand(group, topic, event.seq);
    if (standing.offset === before) return;
    const passesSome = (part: Partition): boolean =>
      (part.records[firstFrom(part, before ?? 0)]?.offset ?? Infinity) < event.offset;
    if ((consumed.has(topic) && configured.has(group)) || passesSome(partitionOf(topic, partition, life)))
      lastMove = event.seq;
  };

  /** A description that says nothing of a member's topics takes nothing back. */
  const change = (group: string, members: readonly GroupMember[]): void => {
    const known = memberships.get(group)?.members ?? [];
    const topics = subscribed.get(group) ?? new Set<string>();
    for (const member of members) for (const topic of member.topics ?? []) topics.add(topic);
    subscribed.set(group, topics);
    memberships.set(group, {
      members: members.map((member) => ({ ...known.find((one) => one.memberId === member.memberId), ...member })),
    });
  };

  const isAlive = (group: string): boolean => (memberships.get(group)?.members.length ?? 0) > 0;

  /**
   * Every group that has a member subscribed to the topic or has committed there. A further group without a member has
   * nobody who would read: its workers were started under a wrong setting, or choose a new name each time. What a fault sent astray
   * is held to what it should read, and to what its members subscribe to now.
   */
  const readers = (topic: string): readonly string[] => {
    const groups = new Set(
      workers.flatMap(({ role, consumerGroup }) => (topicOf(role) === topic ? [consumerGroup] : [])),
    );
    for (const [group, { members }] of memberships)
      if (members.some(({ topics }) => topics?.includes(topic) === true)) groups.add(group);
    for (const [group, topics] of committing) {
      const since = topics.get(topic);
      if (since !== undefined && !wasSentTo(group, since) && (configured.has(group) || isAlive(group)))
        groups.add(group);
    }
    return [...groups];
  };

  const isTopicOfTrial = (topic: string): boolean =>
    consumed.has(topic) || [...partitions.values()].some((one) => one.topic === topic && one.records.length > 0);
  const isGroupOfTrial = (group: string): boolean =>
    configured.has(group) ||
    [...(subscribed.get(group) ?? []), ...(committing.get(group)?.keys() ?? [])].some(isTopicOfTrial);

  const openBy = (group: string, part: Partition): readonly Open[] => {
    const { topic, partition, life, records } = part;
    const { offset: committed, event: latest } = standingOf(group, topic, life, partition);
    const first = firstFrom(part, committed ?? 0);
    const [head, last] = [records[first], records.at(-1)];
    if (head === undefined || last === undefined) return [];
    const commits = configured.has(group) || committing.has(group);
    return [
      {
        group,
        role: roleOf(group, topic),
        topic,
        partition,
        committed,
        commit: latest,
        head,
        last,
        count: records.length - first,
        commits,
        part,
        first,
      },
    ];
  };
  const open = (): readonly Open[] =>
    [...partitions.values()]
      .filter(({ topic, life }) => life === lifeOf(topic))
      .flatMap((partition) => readers(partition.topic).flatMap((group) => openBy(group, partition)));

  return {
    observe: (event) => {
      switch (event.kind) {
        case 'kafka.positions':
          ends = event.ends;
          for (const [group, topics] of Object.entries(event.committed))
            for (const [topic, offsets] of Object.entries(topics))
              for (const [partition, offset] of Object.entries(offsets)) {
                standingOf(group, topic, lifeOf(topic), Number(partition)).offset = offset;
                stand(group, topic, 0);
              }
          break;
        case 'kafka.record':
          note(event);
          break;
        case 'offsets.committed':
          commit(event);
          break;
        case 'offsets.group-changed':
        case 'offsets.group-described':
          change(event.group, event.members);
          break;
        case 'offsets.member-removed': {
          const left = memberships.get(event.group)?.members.filter((one) => one.memberId !== event.memberId);
          if (left !== undefined) memberships.set(event.group, { members: left });
          break;
        }
        case 'process.started':
          starts.set(event.worker, event.seq);
          break;
        case 'fault.fired':
          if (event.disturbs === 'settings')
            for (const { name, consumerGroup: group } of workers)
              // It is started before it is seen to run.
              if (event.workers?.includes(name) === true)
                astray.push({ group, fault: event.fault, from: starts.get(name) ?? 0, until: Infinity });
          break;
        case 'fault.healed':
          for (const one of astray) if (one.fault === event.fault) one.until = Math.min(one.until, event.seq);
          break;
        case 'kafka.topic-deleted':
          deletions.set(event.topic, (deletions.get(event.topic) ?? 0) + 1);
          break;
        default:
      }
    },
    open,
    unread: () =>
      open().map(({ group, role, topic, partition, committed, commit: latest, commits, head, part, first }) => ({
        group,
        role,
        topic,
        partition,
        committed,
        commit: latest,
        records: [head, ...part.records.slice(first + 1)],
        commits,
      })),
    isOfTrial,
    isGroupOfTrial,
    isRead: (topic) => readers(topic).length > 0,
    lastMove: () => lastMove,
  };
};
