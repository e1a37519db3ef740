/** When topics were deleted and made anew, by the harness's own doing. */
import type { BarrierSource, HistoryEvent, Offsets } from './events.ts';
import { under } from './values.ts';

export interface TopicsOverTime {
  /** Lives that are known to have been: one more than deletions after which the topic was there again. */
  count(topic: string): number;
  exists(topic: string): boolean;
  /** Deletions before this doing of the harness's own. */
  deletedBefore(topic: string, seq: number): number;
  /**
   * Deletions that provably precede: a barrier came back between them and the event, so that whatever was older had been
   * read by then.
   */
  settledBefore(topic: string, seq: number, source: BarrierSource): number;
  /**
   * Deletions that may precede: what had been read when a barrier passed is not of a life that began later. The order of
   * arrival alone would bound it no less truly, but then a verdict would depend on which source was read first.
   */
  openBefore(topic: string, seq: number): number;
  /** Where the partition ended when the trial began. */
  begin(topic: string, partition: number): number;
}

export const topicsOver = (events: readonly HistoryEvent[]): TopicsOverTime => {
  const deletions = new Map<string, number[]>();
  const created = new Map<string, number>();
  const barriers: HistoryEvent<'trial.barrier'>[] = [];
  let ends: Offsets | undefined;
  for (const event of events) {
    if (event.kind === 'kafka.topic-deleted')
      deletions.set(event.topic, [...(deletions.get(event.topic) ?? []), event.seq]);
    else if (event.kind === 'kafka.topic-created') created.set(event.topic, event.seq);
    else if (event.kind === 'trial.barrier') barriers.push(event);
    else if (event.kind === 'kafka.positions') ends ??= event.ends;
  }
  const of = (topic: string): readonly number[] => deletions.get(topic) ?? [];
  const exists = (topic: string): boolean => (created.get(topic) ?? 0) >= (of(topic).at(-1) ?? 0);
  const deletedBefore = (topic: string, seq: number): number => of(topic).filter((each) => each < seq).length;
  return {
    exists,
    deletedBefore,
    count: (topic) => of(topic).length + (exists(topic) ? 1 : 0),
    settledBefore: (topic, seq, source) => {
      const barrier = barriers.findLast((each) => each.seq < seq && !each.missing.includes(source));
      return barrier === undefined ? 0 : deletedBefore(topic, barrier.seq);
    },
    openBefore: (topic, seq) => deletedBefore(topic, barriers.find((each) => each.seq > seq)?.seq ?? Infinity),
    begin: (topic, partition) => under(under(ends, topic), partition) ?? 0,
  };
};
