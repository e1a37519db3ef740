/** Records, dead letters and offsets of a built history. */
import { DEAD_LETTER_TOPIC, EVENT_TOPICS, PARTITIONS_PER_TOPIC, ROLES, WORKERS } from '../../pipeline/testing.ts';
import type { EventType, WorkerRole } from '../../pipeline/testing.ts';
import type { HistoryEvent, Subject } from '../events.ts';
import { idOf } from '../ids.ts';
import { WALL } from './log.ts';
import type { Log } from './log.ts';
import { isObject, text } from '../values.ts';
import { eventHeaders, eventValue } from './values.ts';

export type KafkaRecord = HistoryEvent<'kafka.record'>;

export interface RecordOptions {
  /** Who produced it; a worker when left out. */
  readonly by?: string;
  /** Put over the fields of the body; undefined removes a field. */
  readonly value?: Readonly<Record<string, unknown>>;
  readonly eventId?: string;
  /** Instead of the event's JSON. */
  readonly raw?: string;
  /** Left out: each subject has a partition of its own, the first one 0. */
  readonly partition?: number;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly aborted?: boolean;
}

/** How often the topic has been deleted. */
const lifeOf = (events: readonly HistoryEvent[], topic: string): number =>
  events.filter((event) => event.kind === 'kafka.topic-deleted' && event.topic === topic).length;

/** Which payment the recorder says it is about. */
const correlationIdOf = (json: unknown, headers: RecordOptions['headers'], key: string | null): string | undefined => {
  const meta = isObject(json) ? json['_metadata'] : undefined;
  const said = isObject(meta) ? meta['correlationId'] : undefined;
  return text(said) ?? text(headers?.['correlationId']) ?? text(key) ?? idOf(said);
};

/** `lives` false: what is written says of no position which life of its topic it belongs to, as in older histories. */
export const kafkaParts = ({ events, subjects, add, subject }: Log, lives: boolean) => {
  const ends = new Map<string, number>();
  let position = 0;
  const incarnationOf = (topic: string): { readonly incarnation?: number } =>
    lives ? { incarnation: lifeOf(events, topic) } : {};

  const raw = (topic: string, of: Subject, options: RecordOptions & { readonly json?: unknown }): KafkaRecord => {
    const partition = options.partition ?? Math.max(subjects.indexOf(of), 0);
    const place = `${topic}-${partition} ${lifeOf(events, topic)}`;
    const offset = ends.get(place) ?? 0;
    ends.set(place, offset + 1);
    const at = { topic, partition, offset, ...incarnationOf(topic) };
    if (options.by !== undefined)
      add({ kind: 'kafka.produced', source: 'harness', correlationId: of.correlationId, ...at, writer: options.by });
    const json = options.raw === undefined ? options.json : undefined;
    const key = options.key === undefined ? of.correlationId : options.key;
    const correlationId = correlationIdOf(json, options.headers, key);
    const seq = add({
      kind: 'kafka.record',
      source: 'kafka',
      ...(correlationId === undefined ? {} : { correlationId }),
      ...at,
      timestamp: WALL + events.length,
      key,
      headers: options.headers ?? {},
      value: { text: options.raw ?? JSON.stringify(json) },
      ...(json === undefined ? {} : { json }),
      ...(options.aborted === true ? { aborted: true } : {}),
    });
    return events[seq - 1] as KafkaRecord;
  };

  /** A record of an event's type about the subject, as the services write it. */
  const emit = (type: EventType, name?: string, options: RecordOptions = {}): KafkaRecord => {
    const of = subject(name);
    const json = eventValue(type, of, options.eventId, options.value);
    return raw(EVENT_TOPICS[type], of, { headers: eventHeaders(type, json), ...options, json });
  };

  /** A group's committed offset, as __consumer_offsets has it; -1: a tombstone. */
  const commitAt = (
    group: string,
    { topic, partition }: Pick<KafkaRecord, 'topic' | 'partition'>,
    offset: number,
    by: 'worker' | 'harness' = 'worker',
  ): number => {
    position += 1;
    const at = { topic, partition, offset, ...incarnationOf(topic) };
    return add({ kind: 'offsets.committed', source: 'offsets', position, group, ...at, by });
  };

  /** The worker of that role (or the harness) commits past the record. */
  const commitOffset = (role: WorkerRole, record: KafkaRecord, by: 'worker' | 'harness' = 'worker'): number =>
    commitAt(WORKERS[role].consumerGroup, record, record.offset + 1, by);

  const deleteTopic = (topic: string, tombstones = true): void => {
    // The coordinator takes with it what groups had committed there, where it is told in time.
    const committed = new Map<string, HistoryEvent<'offsets.committed'>>();
    for (const event of events)
      if (event.kind === 'offsets.committed' && event.topic === topic)
        committed.set(`${event.group} ${event.partition}`, event);
    for (const { group, partition, offset } of committed.values())
      if (tombstones && offset >= 0) commitAt(group, { topic, partition }, -1);
    add({ kind: 'kafka.topic-deleted', source: 'harness', topic });
  };

  const createTopic = (topic: string): number =>
    add({ kind: 'kafka.topic-created', source: 'harness', topic, partitions: PARTITIONS_PER_TOPIC });

  /** Deleted and made anew: its positions begin again. */
  const recreateTopic = (topic: string, tombstones = true): void => {
    deleteTopic(topic, tombstones);
    createTopic(topic);
  };

  /** The record's dead letter, as its worker writes it after all attempts. */
  const deadLetter = (
    origin: KafkaRecord,
    options: RecordOptions & { readonly attempts?: number } = {},
  ): KafkaRecord => {
    const meta = (origin.json as { _metadata?: { correlationId?: string; eventId?: string } } | undefined)?._metadata;
    const role = ROLES.find((each) => EVENT_TOPICS[WORKERS[each].consumes] === origin.topic) ?? 'allocation-worker';
    const repeated = {
      originalTopic: origin.topic,
      originalOffset: String(origin.offset),
      failureReason: 'Admin service answered 500: boom',
      correlationId: meta?.correlationId ?? origin.key ?? '',
      ...(meta?.eventId === undefined ? {} : { eventId: meta.eventId }),
    };
    const json = {
      originalEvent: origin.json ?? origin.value?.text ?? null,
      originalPartition: origin.partition,
      failureTimestamp: WALL,
      attempts: options.attempts ?? WORKERS[role].attempts,
      ...repeated,
      ...options.value,
    };
    const headers = { ...repeated, originalPartition: String(origin.partition) };
    const { partition, key } = origin;
    return raw(DEAD_LETTER_TOPIC, subject(), { headers, partition, key, ...options, json });
  };

  return { raw, emit, commitAt, commitOffset, deleteTopic, createTopic, recreateTopic, deadLetter };
};
