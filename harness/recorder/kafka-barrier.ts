/** Waiting until a Kafka source has read up to given ends. */
import type { Reading, TopicList } from './kafka-topic-list.ts';

/** Where each partition must be read to. */
export type Ends = ReadonlyMap<Reading, number>;

export interface Barrier {
  /**
   * Resolves true once everything before the ends was read, false after the deadline or when the ends cannot be known.
   * The deadline counts from now, asking for the ends included.
   */
  wait(ends: Promise<Ends>, deadlineMs: number): Promise<boolean>;
  /** After something was read, or the list of topics changed. */
  progress(): void;
  /** Everybody who waits gets false. */
  abandon(): void;
}

interface Waiter {
  left: [Reading, number][];
  finish(passed: boolean): void;
}

export const createBarrier = (list: TopicList): Barrier => {
  const waiters = new Set<Waiter>();

  /** A partition whose topic is gone has nothing left to read. */
  const isOpen = ([reading, end]: [Reading, number]): boolean =>
    reading.position < end && list.get(reading.topicId, reading.partition) === reading;

  const progress = (): void => {
    for (const waiter of waiters) {
      waiter.left = waiter.left.filter(isOpen);
      if (waiter.left.length === 0) waiter.finish(true);
    }
  };

  return {
    wait: (ends, deadlineMs) =>
      new Promise((resolve) => {
        const finish = (passed: boolean): void => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(passed);
        };
        const waiter: Waiter = { left: [], finish };
        const timer = setTimeout(() => finish(false), deadlineMs);
        ends.then(
          (known) => {
            waiter.left = [...known];
            waiters.add(waiter);
            progress();
          },
          () => finish(false),
        );
      }),
    progress,
    abandon: () => {
      for (const waiter of waiters) waiter.finish(false);
    },
  };
};
