/** From where a worker has read, seen in the requests that pass: what lies before that it was never given. */
import type { Reader } from './codec.ts';

export interface FetchPosition {
  /** The lowest offset that it ever asked for. */
  readonly lowest: number;
  /** When it asked last, on the monotonic clock, ms. */
  readonly at: number;
}

export interface FetchPositions {
  /** A request's body, read from behind its header. */
  request(version: number, flexible: boolean, reader: Reader): void;
  /** Undefined: it never asked for the partition, or in a way that cannot be read. */
  of(topic: string, partition: number): FetchPosition | undefined;
  forget(): void;
}

/** Later versions go by topic ids. */
const LAST_WITH_NAMES = 12;

/** Layout: `FetchRequest.json` of Kafka 4.2. Within a session a client names only partitions whose position has changed. */
export const createFetchPositions = (now: () => number = () => performance.now()): FetchPositions => {
  const positions = new Map<string, FetchPosition>();
  /** Somebody asks in a way that says nothing of topics: nobody knows for which. */
  let unreadable = false;
  const keyOf = (topic: string, partition: number): string => `${topic} ${partition}`;

  const note = (topic: string, partition: number, offset: number): void => {
    const key = keyOf(topic, partition);
    positions.set(key, { lowest: Math.min(offset, positions.get(key)?.lowest ?? Infinity), at: now() });
  };

  const read = (version: number, flexible: boolean, reader: Reader): void => {
    for (let i = 0; i < 3; i++) reader.int32(); // replica, wait, least bytes
    if (version >= 3) reader.int32(); // most bytes
    if (version >= 4) reader.int8(); // isolation
    if (version >= 7) reader.int64(); // session and its epoch
    reader.array(flexible, () => {
      const topic = reader.string(flexible);
      reader.array(flexible, () => {
        const partition = reader.int32();
        if (version >= 9) reader.int32(); // leader epoch
        note(topic, partition, reader.int64());
        if (version >= 12) reader.int32(); // last epoch
        if (version >= 5) reader.int64(); // log start
        reader.int32(); // most bytes
        if (flexible) reader.tags();
      });
      if (flexible) reader.tags();
    });
  };

  return {
    request: (version, flexible, reader) => {
      try {
        if (version > LAST_WITH_NAMES) unreadable = true;
        else read(version, flexible, reader);
      } catch {
        unreadable = true;
      }
    },
    of: (topic, partition) => (unreadable ? undefined : positions.get(keyOf(topic, partition))),
    forget: () => {
      positions.clear();
      unreadable = false;
    },
  };
};
