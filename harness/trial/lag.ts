/** What the groups still have to read, kept up to date event by event. */
import type { HistoryEvent, WorkerInfo } from '../history/events.ts';
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';

export interface Lag {
  observe(event: HistoryEvent): void;
  /** One phrase for every partition with data at or above its group's committed offset. */
  open(): readonly string[];
  /** `seq` of the latest commit that moved an offset. A client may commit unchanged ones for ever. */
  lastMove(): number;
}

/** One partition as one group stands in it. */
interface Standing {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Offset after the last data record of this trial; 0: there is none. */
  end: number;
  /** Undefined: never committed, or removed. */
  committed: number | undefined;
}

export const createLag = (workers: readonly WorkerInfo[]): Lag => {
  const readers = workers.map(({ role, consumerGroup }) => ({
    group: consumerGroup,
    topic: EVENT_TOPICS[WORKERS[role].consumes] as string,
  }));
  let standings: Standing[] = [];
  let lastMove = 0;

  const standing = (group: string, topic: string, partition: number): Standing => {
    const known = standings.find((s) => s.group === group && s.topic === topic && s.partition === partition);
    if (known !== undefined) return known;
    const made = { group, topic, partition, end: 0, committed: undefined };
    standings.push(made);
    return made;
  };

  const commit = (group: string, topic: string, partition: number, offset: number): boolean => {
    const at = standing(group, topic, partition);
    const before = at.committed;
    // A tombstone is written as -1.
    at.committed = offset < 0 ? undefined : offset;
    return at.committed !== before;
  };

  return {
    observe: (event) => {
      switch (event.kind) {
        case 'kafka.positions':
          for (const [group, topics] of Object.entries(event.committed))
            for (const [topic, partitions] of Object.entries(topics))
              for (const [partition, offset] of Object.entries(partitions))
                commit(group, topic, Number(partition), offset);
          break;
        case 'kafka.record':
          if (event.control !== undefined || event.aborted === true) break;
          for (const { group, topic } of readers)
            if (topic === event.topic) standing(group, topic, event.partition).end = event.offset + 1;
          break;
        case 'offsets.committed':
          if (commit(event.group, event.topic, event.partition, event.offset)) lastMove = event.seq;
          break;
        case 'kafka.topic-deleted':
          standings = standings.filter(({ topic }) => topic !== event.topic);
          break;
        default:
      }
    },
    open: () =>
      standings.flatMap(({ group, topic, partition, end, committed }) =>
        (committed ?? 0) < end
          ? [`${group} to read ${topic}-${partition} up to ${end} (committed: ${committed ?? 'never'})`]
          : [],
      ),
    lastMove: () => lastMove,
  };
};
