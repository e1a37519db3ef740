/** The partitions a Kafka source reads: one life of a topic each, with the next offset to read. */
import type { Offsets } from '../history/events.ts';
import type { TopicMetadata } from '../wire/kafka/requests/metadata.ts';
import { collectOffsets } from '../wire/kafka/requests/shared.ts';

export interface Reading {
  readonly topic: string;
  /** Changes when the topic is made anew; what was read of its former life says nothing about this one. */
  readonly topicId: string;
  readonly partition: number;
  /** The next offset to read. */
  position: number;
  /** Node id of the broker that leads it now; -1 while there is none. */
  leader: number;
}

export interface TopicList {
  all(): readonly Reading[];
  get(topicId: string, partition: number): Reading | undefined;
  /**
   * Takes over what the broker says. `start` gives the position of a partition that is new, 0 unless it says otherwise.
   * True when the list has changed, or who leads what is in it.
   */
  update(topics: readonly TopicMetadata[], start: (topic: string, partition: number) => number): boolean;
  positions(): Offsets;
}

const keyOf = (topicId: string, partition: number): string => `${topicId}/${partition}`;

export const createTopicList = (): TopicList => {
  let readings = new Map<string, Reading>();
  return {
    all: () => [...readings.values()],
    get: (topicId, partition) => readings.get(keyOf(topicId, partition)),
    update: (topics, start) => {
      const next = new Map<string, Reading>();
      let changed = false;
      for (const { name: topic, id: topicId, partitions } of topics)
        for (const { partition, leader } of partitions) {
          const key = keyOf(topicId, partition);
          const known = readings.get(key);
          changed ||= known?.leader !== leader;
          if (known !== undefined) known.leader = leader;
          next.set(key, known ?? { topic, topicId, partition, position: start(topic, partition), leader });
        }
      changed ||= next.size !== readings.size;
      readings = next;
      return changed;
    },
    positions: () =>
      collectOffsets(
        [...readings.values()].map(({ topic, partition, position }) => ({ topic, partition, offset: position })),
      ),
  };
};
