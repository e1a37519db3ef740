/** Records of a live Kafka by partition and offset, gently: what comes first is what is most likely to be needed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { NewEvent } from '../history/events.ts';
import { recordEvent } from '../recorder/kafka-records.ts';
import { ERROR, errorName } from '../wire/kafka/errors.ts';
import { partitionOf } from '../wire/kafka/murmur2.ts';
import { decodeBatches, findAborted } from '../wire/kafka/record-batch.ts';
import type { KafkaConnection } from '../wire/kafka/request.ts';
import { fetchRecords } from '../wire/kafka/requests/fetch.ts';
import type { TopicMetadata } from '../wire/kafka/requests/metadata.ts';
import { partitionName } from '../wire/kafka/requests/shared.ts';
import type { Limiter } from './limiter.ts';
import { afterBatch } from './read-so-far.ts';
import type { SoFar } from './read-so-far.ts';

export type RecordRead = NewEvent<'kafka.record'>;

/** Is the record kept? All others are forgotten as soon as they are read. */
export type Wanted = (record: RecordRead) => boolean;

/** A partition that is read. */
export interface Place {
  readonly topic: Pick<TopicMetadata, 'name' | 'id' | 'partitions'>;
  readonly partition: number;
  /** Where a reader of committed records comes to. */
  readonly end: number;
  /** The next offset to be written. */
  readonly written: number;
  soFar: SoFar;
  /** Why reading stopped before the end; the next look tries again. */
  stopped?: string;
}

/**
 * Topics that a worker reads before the others, and of them the partitions first in which most clients put this key. A client may do
 * otherwise: all are read.
 */
export const inReadingOrder = <P extends Pick<Place, 'topic' | 'partition'>>(
  places: readonly P[],
  isConsumed: (topic: string) => boolean,
  key: string | undefined,
): readonly P[] => {
  const rank = ({ topic, partition }: P): number => {
    const isKeys = key !== undefined && partitionOf(Buffer.from(key), topic.partitions.length) === partition;
    return (isConsumed(topic.name) ? 0 : 2) + (isKeys ? 0 : 1);
  };
  return [...places].sort((a, b) => rank(a) - rank(b));
};

/** Why not everything of the place is known; empty: it is. */
export const unreadIn = ({ soFar, stopped }: Pick<Place, 'soFar' | 'stopped'>): readonly string[] => [
  ...soFar.unreadable,
  ...(stopped === undefined ? [] : [stopped]),
];

export interface Pace {
  readonly limiter: Limiter;
  readonly recordsMs: number;
  /** Nobody waits for it any more once this is aborted: nothing is asked then. */
  readonly signal: AbortSignal;
}

/** Reads on at one place. Gives how many bytes came. */
const fetchInto = async (
  connection: KafkaConnection,
  place: Place,
  wanted: Wanted,
  { found, maxBytes, signal }: Pick<Pace, 'signal'> & { readonly found: RecordRead[]; readonly maxBytes: number },
): Promise<number> => {
  const { topic, partition, end } = place;
  const from = place.soFar.next;
  const where = partitionName(topic.name, partition);
  const fetch = fetchRecords({
    from: [{ topicId: topic.id, partition, offset: from }],
    isolation: 'read_committed',
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes,
  });
  const route = { to: 'leader', topic: topic.name, partition } as const;
  const [answer] = await connection.send({ ...fetch, route });
  // An answer that came all the same is not to be taken for the next look's.
  signal.throwIfAborted();
  if (answer === undefined || answer.errorCode !== ERROR.none) {
    place.stopped = `${where} could not be read from ${from} on (${errorName(answer?.errorCode ?? -1)})`;
    return 0;
  }
  const batches = decodeBatches(answer.records);
  const aborted = findAborted(batches, answer.aborted);
  for (const batch of batches) {
    const { next } = place.soFar;
    const own = batch.control === undefined ? batch.records.filter(({ offset }) => offset >= next) : [];
    for (const record of own) {
      const event = recordEvent(topic.name, partition, record, aborted.has(batch));
      if (wanted(event)) found.push(event);
    }
    place.soFar = afterBatch(place.soFar, batch, where);
  }
  if (place.soFar.next === from) place.stopped = `${where} gave nothing at ${from}, before its end at ${end}`;
  return answer.records.length;
};

/** How long is waited for what came to be paid for: not beyond the time that there is, ms. Pure. */
export const pauseFor = (early: number, leftMs: number): number => Math.max(0, Math.min(early, leftMs));

/** Reads every place up to its end, in this order, as far as the time goes. Errors: those of the network, and the signal's reason. */
export const readRecords = async (
  connection: KafkaConnection,
  places: readonly Place[],
  wanted: Wanted,
  { limiter, recordsMs, signal }: Pace,
): Promise<readonly RecordRead[]> => {
  const found: RecordRead[] = [];
  const until = performance.now() + recordsMs;
  for (const place of places)
    while (place.soFar.next < place.end && place.stopped === undefined) {
      signal.throwIfAborted();
      if (performance.now() >= until) {
        const where = partitionName(place.topic.name, place.partition);
        place.stopped = `${where} was read up to ${place.soFar.next} of ${place.end}: the time was up`;
        break;
      }
      const bytes = await fetchInto(connection, place, wanted, { found, maxBytes: limiter.answerBytes, signal });
      const now = performance.now();
      const ms = pauseFor(limiter.after(bytes, now), until - now);
      if (ms > 1) await pause(ms, undefined, { signal });
    }
  return found;
};
