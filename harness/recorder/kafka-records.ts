/** The source 'kafka': every record of every topic, as it is read from the broker. */
import type { KafkaAddress } from '../addresses/address.ts';
import { text } from '../history/history.ts';
import type { NewEvent, Offsets, RecordEvent } from '../history/events.ts';
import type { KafkaRecord, RecordBatch } from '../wire/kafka/record-batch.ts';
import { bodyOf, jsonOf } from '../history/body.ts';
import { idOf } from '../history/ids.ts';
import { REAL_NAMES, byRealName, byWireName } from '../pipeline/names.ts';
import type { Names } from '../pipeline/names.ts';
import type { Incarnations } from './incarnations.ts';
import { openPoller } from './kafka-poller.ts';
import type { Poller } from './kafka-poller.ts';
import type { PollLag } from './poll-lag.ts';

export interface RecordSourceOptions {
  /** The broker itself, not a worker's relay. */
  readonly address: KafkaAddress;
  readonly record: RecordEvent;
  /** Something could not be read: the source is incomplete from here on. */
  readonly onError: (error: Error) => void;
  /** Where to begin; left out: at the topics' present ends. */
  readonly from?: Offsets;
  /** What the topics are called there; left out: by their real names. */
  readonly names?: Names;
  /** Learns which topics there are, and tells their lives apart. */
  readonly incarnations?: Incarnations;
  /** Only these topics, by their real names: on a broker of somebody else's the others are nobody's business. */
  readonly only?: readonly string[];
  /** Learns how late answers are. */
  readonly lag?: PollLag;
  /** See `PollerOptions`. */
  readonly mayWait?: () => boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * From the body, then the header, then the key, as a history is read. Only a number in the body comes last here, and first there where
 * the pipeline draws numbers: of which pipeline the record is, is not known here.
 */
const correlationOf = (
  json: unknown,
  headers: Readonly<Record<string, string>>,
  key: string | null,
): string | undefined => {
  const meta = isObject(json) ? json['_metadata'] : undefined;
  const said = isObject(meta) ? meta['correlationId'] : undefined;
  return text(said) ?? text(headers['correlationId']) ?? text(key) ?? idOf(said);
};

type Life = Pick<NewEvent<'kafka.record'>, 'incarnation'>;

/** A record as an event of the history. */
export const recordEvent = (
  topic: string,
  partition: number,
  { offset, timestamp, key: keyBytes, value: valueBytes, headers }: KafkaRecord,
  aborted: boolean,
  life: Life = {},
): NewEvent<'kafka.record'> => {
  const key = keyBytes?.toString('utf8') ?? null;
  const value = valueBytes === null ? null : bodyOf(valueBytes);
  const parsed = value === null ? {} : jsonOf(value);
  const correlationId = correlationOf(parsed.json, headers, key);
  return {
    kind: 'kafka.record',
    source: 'kafka',
    ...(correlationId === undefined ? {} : { correlationId }),
    topic,
    partition,
    offset,
    ...life,
    timestamp,
    key,
    headers,
    value,
    ...parsed,
    ...(aborted ? { aborted } : {}),
  };
};

const markerEvent = (
  topic: string,
  partition: number,
  batch: RecordBatch,
  control: 'commit' | 'abort',
  life: Life,
): NewEvent<'kafka.record'> => ({
  kind: 'kafka.record',
  source: 'kafka',
  topic,
  partition,
  offset: batch.lastOffset,
  ...life,
  timestamp: batch.records[0]?.timestamp ?? 0,
  key: null,
  headers: {},
  value: null,
  control,
});

/**
 * Reads all topics but Kafka's own, read_committed: what an open transaction wrote comes when it ends, marked if it was
 * aborted. Topics that appear later are read from their beginning.
 * Errors: Error when the broker does not answer.
 */
export const openRecordSource = async (options: RecordSourceOptions): Promise<Poller> => {
  const { address, record, onError, from, only, incarnations, names = REAL_NAMES } = options;
  const poller = await openPoller({
    address,
    isolation: 'read_committed',
    wanted: ({ internal, name }) => {
      const topic = names.real(name);
      return !internal && topic !== undefined && (only === undefined || only.includes(topic));
    },
    ...(from === undefined ? {} : { from: byWireName(names, from) }),
    onTopic: (name, topicId) => incarnations?.seen(names.real(name) ?? name, topicId),
    onBatch: (name, partition, batch, aborted, topicId) => {
      const topic = names.real(name) ?? name;
      const life = incarnations === undefined ? {} : { incarnation: incarnations.of(topic, topicId) };
      if (batch.control !== undefined) record(markerEvent(topic, partition, batch, batch.control, life));
      else for (const one of batch.records) record(recordEvent(topic, partition, one, aborted, life));
    },
    onError,
    ...(options.lag === undefined ? {} : { lag: options.lag }),
    ...(options.mayWait === undefined ? {} : { mayWait: options.mayWait }),
  });
  return { ...poller, positions: () => byRealName(names, poller.positions()) };
};
