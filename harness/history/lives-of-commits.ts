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
      // Nobody commits past what a topic has ever had.
      if (offset > 0) possible = narrow(possible, (life) => offset <= records.end(topic, partition, life));
      const settled = topics.settledBefore(topic, seq, 'offsets');
      possible = narrow(possible, (life) => life >= settled);
      possible = narrow(possible, (life) => life <= topics.deletedBefore(topic, seq));
      lives.set(seq, possible);
    }
  }
  return lives;
};
