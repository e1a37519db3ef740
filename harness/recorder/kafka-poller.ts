/** Long-polls partitions over a raw connection and hands on every batch in order: what both Kafka sources stand on. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaAddress } from '../addresses/address.ts';
import { askAgain } from '../base/waiting.ts';
import type { Offsets } from '../history/events.ts';
import { openKafkaConnection } from '../wire/kafka/connection.ts';
import { ERROR, KafkaError } from '../wire/kafka/errors.ts';
import { decodeBatches, findAborted } from '../wire/kafka/record-batch.ts';
import type { RecordBatch } from '../wire/kafka/record-batch.ts';
import { fetchRecords } from '../wire/kafka/requests/fetch.ts';
import type { FetchedPartition } from '../wire/kafka/requests/fetch.ts';
import { listOffsets } from '../wire/kafka/requests/list-offsets.ts';
import { metadata } from '../wire/kafka/requests/metadata.ts';
import type { TopicMetadata } from '../wire/kafka/requests/metadata.ts';
import { partitionName, partitionsByTopic } from '../wire/kafka/requests/shared.ts';
import type { Partitions } from '../wire/kafka/requests/shared.ts';
import { createBarrier } from './kafka-barrier.ts';
import type { Ends } from './kafka-barrier.ts';
import { createStrangers, cutShort, hurry, openLanes } from './kafka-lanes.ts';
import type { Lane } from './kafka-lanes.ts';
import { createTopicList } from './kafka-topic-list.ts';
import type { Reading } from './kafka-topic-list.ts';
import type { PollLag } from './poll-lag.ts';

export interface PollerOptions {
  readonly address: KafkaAddress;
  readonly isolation: 'read_committed' | 'read_uncommitted';
  /** Which of the broker's topics are read. */
  wanted(topic: TopicMetadata): boolean;
  /** Where to begin with topics that exist now; left out: at their ends. Topics that appear later begin at 0. */
  readonly from?: Offsets;
  /** A batch in the order of its partition. `aborted`: of a transaction that was aborted (read_committed only). */
  onBatch(topic: string, partition: number, batch: RecordBatch, aborted: boolean, topicId: string): void;
  /** A topic that is read exists under this id; told again and again. */
  onTopic?(topic: string, topicId: string): void;
  /** Something could not be read: what the source tells may be incomplete. */
  onError(error: Error): void;
  /** Learns how late answers are. */
  readonly lag?: PollLag;
  /** Does nobody wait for any single record now, so that they may be read some ms later? Default: never. */
  readonly mayWait?: () => boolean;
}

export interface Poller {
  /** Takes over topics that were created, deleted or made anew. */
  refreshTopics(): Promise<void>;
  /** The next offset to read, by topic and partition. */
  positions(): Offsets;
  /** Resolves true once everything that was in the partitions when it was called has been handed on. */
  caughtUp(deadlineMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The broker answers at once when there is data; this is only how long it waits when there is none. */
const MAX_WAIT_MS = 500;
const MAX_BYTES = 16 * 1024 * 1024;
/** Between tries after an answer that could not be used, so that an outage is no busy loop. */
const RETRY_MS = 20;
/** Between looks for topics that somebody else created. */
const LOOK_FOR_TOPICS_EVERY_MS = 1000;

const START_DEADLINE_MS = 10_000;

const partitionsOf = (topics: readonly TopicMetadata[]): Partitions =>
  Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.map((one) => one.partition)]));

/**
 * Opens a poller; resolves when the topics are known and it reads.
 * Errors: Error when the broker does not answer.
 */
export const openPoller = async (options: PollerOptions): Promise<Poller> => {
  const { address, isolation, onError } = options;
  // Two connections a broker: it answers one request at a time on each, and a long poll would hold up the questions.
  const lanes = openLanes(address, options.mayWait ?? (() => false));
  const asking = openKafkaConnection({ address });
  const list = createTopicList();
  const barrier = createBarrier(list);
  const latest = isolation === 'read_committed' ? 'latest-committed' : 'latest-uncommitted';
  let closed = false;
  const tellStrangers = createStrangers(lanes, ({ topic, partition, leader }) => {
    const what = `${partitionName(topic, partition)} is led by broker ${leader}`;
    onError(new Error(`${what}, which was not there when the run began: it is not read`));
  });

  const existingTopics = async (): Promise<readonly TopicMetadata[]> =>
    (await asking.send(metadata())).topics.filter(
      (topic) => topic.errorCode !== ERROR.unknownTopicOrPartition && options.wanted(topic),
    );

  const update = (topics: readonly TopicMetadata[], start: Parameters<typeof list.update>[1]): boolean => {
    for (const { name, id } of topics) options.onTopic?.(name, id);
    return list.update(topics, start);
  };

  const refresh = async (): Promise<void> => {
    if (!update(await existingTopics(), () => 0)) return;
    tellStrangers(list.all());
    barrier.progress();
    // The polls under way do not know of it.
    cutShort(lanes);
  };

  /** The position is outside of the log: records were deleted before they were read. */
  const goOnAtFirst = async (reading: Reading): Promise<void> => {
    const { topic, partition, position } = reading;
    const first = (await asking.send(listOffsets({ [topic]: [partition] }, 'earliest')))[topic]?.[partition] ?? 0;
    onError(
      new Error(`${partitionName(topic, partition)}: nothing at offset ${position}; going on at the first, ${first}`),
    );
    reading.position = first;
  };

  const take = (reading: Reading, answer: FetchedPartition): void => {
    const batches = decodeBatches(answer.records);
    const aborted = findAborted(batches, answer.aborted);
    for (const batch of batches) {
      const from = reading.position;
      if (batch.lastOffset < from) continue;
      reading.position = batch.lastOffset + 1;
      // A batch is fetched whole, also when its beginning lies before the position.
      const records = batch.baseOffset < from ? batch.records.filter((one) => one.offset >= from) : batch.records;
      options.onBatch(reading.topic, reading.partition, { ...batch, records }, aborted.has(batch), reading.topicId);
      if (batch.unreadable !== undefined)
        onError(
          new Error(
            `${partitionName(reading.topic, reading.partition)}: batch ${batch.baseOffset}..${batch.lastOffset} is unreadable: ${batch.unreadable}`,
          ),
        );
    }
    if (batches.length === 0 && answer.records.length > 0)
      throw new Error(
        `${partitionName(reading.topic, reading.partition)}@${reading.position} holds no whole record batch`,
      );
  };

  /** One poll. False when an answer could not be used and the topics should be looked at again. */
  const poll = async (lane: Lane): Promise<boolean> => {
    const all = list.all();
    const readings = all.filter(lane.leads);
    lane.cut = false;
    const from = readings.map(({ topicId, partition, position }) => ({ topicId, partition, offset: position }));
    if (from.length === 0) {
      if (all.length === 0) return false;
      // Other brokers lead all there is.
      await pause(RETRY_MS);
      return true;
    }
    const asked = performance.now();
    const answers = await lane.connection.send(
      fetchRecords({ from, isolation, maxWaitMs: MAX_WAIT_MS, minBytes: 1, maxBytes: MAX_BYTES }),
    );
    options.lag?.answered(asked, MAX_WAIT_MS);
    let usable = true;
    for (const answer of answers) {
      const reading = list.get(answer.topicId, answer.partition);
      if (reading === undefined) continue;
      if (answer.errorCode === ERROR.none) take(reading, answer);
      else if (answer.errorCode === ERROR.offsetOutOfRange) await goOnAtFirst(reading);
      else usable = false;
    }
    barrier.progress();
    lane.failing = false;
    return usable;
  };

  const loop = async (lane: Lane): Promise<void> => {
    while (!closed) {
      try {
        await lane.pace.next();
        if (await poll(lane)) continue;
        await refresh();
      } catch (error) {
        if (closed) return;
        if (lane.cut) continue;
        // Only the first failure of an outage is told.
        if (!lane.failing) onError(error as Error);
        lane.failing = true;
      }
      await pause(RETRY_MS);
    }
  };

  /** Asks again while a topic is just being created or deleted and the broker refuses for the moment. */
  const whileMoving = <T>(ms: number, ask: () => Promise<T>): Promise<T> =>
    askAgain(ask, {
      ms,
      everyMs: RETRY_MS,
      mayPass: (error) => !closed && error instanceof KafkaError && error.transient,
    });

  const start = async (): Promise<void> => {
    const topics = await existingTopics();
    const ends = topics.length === 0 ? {} : await asking.send(listOffsets(partitionsOf(topics), latest));
    update(topics, (topic, partition) => options.from?.[topic]?.[partition] ?? ends[topic]?.[partition] ?? 0);
    tellStrangers(list.all());
  };

  const closeConnections = (): void => {
    for (const { connection } of lanes) connection.close();
    asking.close();
  };

  const readEnds = async (): Promise<Ends> => {
    const readings = list.all();
    if (readings.length === 0) return new Map();
    const wanted = partitionsByTopic(readings.map(({ topic, partition }) => [topic, partition]));
    try {
      const ends = await asking.send(listOffsets(wanted, latest));
      return new Map(readings.map((reading) => [reading, ends[reading.topic]?.[reading.partition] ?? 0]));
    } catch (error) {
      // A topic of the list may be gone.
      await refresh();
      throw error;
    }
  };

  const caughtUp = (deadlineMs: number): Promise<boolean> => {
    hurry(lanes);
    const ends = whileMoving(deadlineMs, readEnds);
    ends.catch((error: Error) => {
      if (!closed) onError(error);
    });
    return barrier.wait(ends, deadlineMs);
  };

  try {
    await whileMoving(START_DEADLINE_MS, start);
  } catch (error) {
    closeConnections();
    throw error;
  }
  const running = lanes.map(loop);
  const looking = setInterval(() => void refresh().catch(() => undefined), LOOK_FOR_TOPICS_EVERY_MS);
  looking.unref();

  return {
    refreshTopics: refresh,
    positions: () => list.positions(),
    caughtUp,
    close: async () => {
      closed = true;
      clearInterval(looking);
      closeConnections();
      hurry(lanes);
      barrier.abandon();
      await Promise.all(running);
    },
  };
};
