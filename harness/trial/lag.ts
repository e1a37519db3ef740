/** What the groups still have to read, kept up to date event by event. */
import type { HistoryEvent, WorkerInfo } from '../history/events.ts';
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';

export interface Lag {
  observe(event: HistoryEvent): void;
  /** One phrase for every partition with data at or above its group's committed offset. */
  open(): readonly string[];
}

const key = (...parts: readonly (string | number)[]): string => parts.join(' ');

export const createLag = (workers: readonly WorkerInfo[]): Lag => {
  const readers = new Map(workers.map((w) => [EVENT_TOPICS[WORKERS[w.role].consumes] as string, w.consumerGroup]));
  /** Offset after the last data record, by topic and partition. */
  const ends = new Map<string, { topic: string; partition: number; end: number }>();
  const committed = new Map<string, number>();

  const forget = (topic: string): void => {
    for (const [k, { topic: of }] of ends) if (of === topic) ends.delete(k);
    for (const k of committed.keys()) if (k.split(' ')[1] === topic) committed.delete(k);
  };

  return {
    observe: (event) => {
      switch (event.kind) {
        case 'kafka.positions':
          for (const [group, topics] of Object.entries(event.committed))
            for (const [topic, partitions] of Object.entries(topics))
              for (const [partition, offset] of Object.entries(partitions))
                committed.set(key(group, topic, partition), offset);
          break;
        case 'kafka.record':
          if (event.control === undefined && event.aborted !== true && readers.has(event.topic))
            ends.set(key(event.topic, event.partition), {
              topic: event.topic,
              partition: event.partition,
              end: event.offset + 1,
            });
          break;
        case 'offsets.committed':
          committed.set(key(event.group, event.topic, event.partition), event.offset);
          break;
        case 'kafka.topic-deleted':
          forget(event.topic);
          break;
        default:
      }
    },
    open: () =>
      [...ends.values()].flatMap(({ topic, partition, end }) => {
        const group = readers.get(topic) as string;
        const at = committed.get(key(group, topic, partition)) ?? 0;
        return at < end ? [`${group} to read ${topic}-${partition} up to ${end} (committed: ${at})`] : [];
      }),
  };
};
