/** The lives of committed offsets, by the order of __consumer_offsets. */
import type { HistoryEvent } from './events.ts';
import type { RecordLives } from './lives-of-records.ts';
import type { TopicsOverTime } from './topics-over-time.ts';

type Committed = HistoryEvent<'offsets.committed'>;

const byPartition = (events: readonly HistoryEvent[]): readonly (readonly Committed[])[] => {
  const chains = new Map<string, Committed[]>();
  for (const event of events) {
    if (event.kind !== 'offsets.committed') continue;
    const key = `${event.group} ${event.topic} ${event.partition}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [event]);
    else chain.push(event);
  }
  return [...chains.values()];
};

/**
 * By topic and partition: lives in which a group provably committed past something, as their tombstones tell. There
 * were records in each of them.
 */
export const livesCommittedIn = (
  events: readonly HistoryEvent[],
  topics: TopicsOverTime,
): ReadonlyMap<string, ReadonlySet<number>> => {
  const committed = new Map<string, Set<number>>();
  for (const chain of byPartition(events)) {
    const { topic = '', partition = 0 } = chain[0] ?? {};
    const tombstones = chain.filter(({ offset }) => offset < 0).length;
    // Only where each life but the last one ended with a tombstone does their number say which is which.
    if (tombstones === 0 || tombstones !== topics.count(topic) - 1) continue;
    const key = `${topic} ${partition}`;
    const lives = committed.get(key) ?? new Set<number>();
    committed.set(key, lives);
    let life = 0;
    for (const { by, offset } of chain) {
      if (by === 'worker' && offset > (life === 0 ? topics.begin(topic, partition) : 0)) lives.add(life);
      if (offset < 0) life += 1;
    }
  }
  return committed;
};

/** Those that pass; all of them where none does: what contradicts everything else proves nothing. */
const narrow = (possible: readonly number[], passes: (life: number) => boolean): readonly number[] => {
  const left = possible.filter(passes);
  return left.length === 0 ? possible : left;
};

/** Lives of every commit in a topic that has had more than one, by `seq`. */
export const commitLives = (
  events: readonly HistoryEvent[],
  topics: TopicsOverTime,
  records: RecordLives,
): ReadonlyMap<number, readonly number[]> => {
  const lives = new Map<number, readonly number[]>();
  for (const chain of byPartition(events)) {
    const first = chain[0];
    if (first === undefined) continue;
    const { topic, partition } = first;
    const last = records.last(topic);
    if (last === 0) continue;
    // The coordinator takes a group's offsets away with their topic: what it wrote before and after is told apart by that.
    const tombstones = chain.filter(({ offset }) => offset < 0).length;
    const byDeletion = tombstones <= last;
    let taken = 0;
    for (const event of chain) {
      const { seq, offset, incarnation } = event;
      let possible: readonly number[] = Array.from({ length: last + 1 }, (_, life) => life);
      const earlier = taken;
      if (offset < 0) taken += 1;
      if (incarnation !== undefined) {
        lives.set(seq, [incarnation]);
        continue;
      }
      if (byDeletion) possible = narrow(possible, (life) => life >= earlier && life <= last - (tombstones - earlier));
      // In its first life nobody commits past what a topic has ever had; in a later one who read it before may.
      possible = narrow(possible, (life) => life > 0 || offset <= records.firstEnd(topic, partition));
      const settled = topics.settledBefore(topic, seq, 'offsets');
      possible = narrow(possible, (life) => life >= settled);
      if (!records.madeUnseen(topic)) possible = narrow(possible, (life) => life <= topics.openBefore(topic, seq));
      lives.set(seq, possible);
    }
  }
  return lives;
};
