/** The lives of records and of what the harness was told it had written. */
import type { HistoryEvent } from './events.ts';
import { normalId, sameId } from './ids.ts';
import type { TopicsOverTime } from './topics-over-time.ts';

type RecordEvent = HistoryEvent<'kafka.record'>;
type Produced = HistoryEvent<'kafka.produced'>;

export interface RecordLives {
  /** Lives by `seq`. */
  readonly lives: ReadonlyMap<number, readonly number[]>;
  /** The last life that anything shows. */
  last(topic: string): number;
  /** Offset after the last one that a partition had in a life that is over; Infinity: not known. */
  end(topic: string, partition: number, life: number): number;
}

/** Records of one partition between two beginnings: all of one life. */
interface Stretch {
  readonly records: RecordEvent[];
  from: number;
  to: number;
}

/** Splits a partition's records, in the order they were read, where their offsets begin again. */
const stretchesOf = (records: readonly RecordEvent[]): Stretch[] => {
  const stretches: Stretch[] = [];
  let before: RecordEvent | undefined;
  for (const record of records) {
    const begins = before === undefined || record.incarnation !== before.incarnation || record.offset <= before.offset;
    if (begins) stretches.push({ records: [record], from: 0, to: Infinity });
    else stretches.at(-1)?.records.push(record);
    before = record;
  }
  return stretches;
};

const atLeast = (stretch: Stretch, life: number): void => {
  stretch.from = Math.min(Math.max(stretch.from, life), stretch.to);
};
const atMost = (stretch: Stretch, life: number): void => {
  stretch.to = Math.max(Math.min(stretch.to, life), stretch.from);
};

/** Lives follow each other: what bounds one stretch bounds its neighbours. */
const inOrder = (stretches: readonly Stretch[]): void => {
  for (const [i, stretch] of stretches.entries()) if (i > 0) atLeast(stretch, (stretches[i - 1]?.from ?? 0) + 1);
  for (let i = stretches.length - 2; i >= 0; i -= 1) {
    const [stretch, next] = [stretches[i], stretches[i + 1]];
    if (stretch !== undefined && next !== undefined) atMost(stretch, next.to - 1);
  }
};

const known = (stretch: Stretch, life: number): void => {
  stretch.from = life;
  stretch.to = life;
};

/** The harness's acknowledgement of a record at this position, if its life may be the record's. */
const acknowledged = (
  { from, to }: Stretch,
  record: RecordEvent,
  produced: readonly { readonly event: Produced; readonly life: number }[],
): readonly number[] =>
  produced.flatMap(({ event, life }) => {
    const other =
      event.correlationId !== undefined &&
      record.correlationId !== undefined &&
      !sameId(event.correlationId, record.correlationId);
    return !other && event.offset === record.offset && life >= from && life <= to ? [life] : [];
  });

/**
 * When each id was first published by the harness, by `seq`: nobody can have written of it before. Nothing of the kind
 * is known once the harness has written rows, from which a worker may have the id as well.
 */
const firstPublished = (events: readonly HistoryEvent[]): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'postgres.commit' && event.writer !== null) break;
    if (event.kind !== 'kafka.produced' || event.correlationId === undefined) continue;
    const id = normalId(event.correlationId);
    if (!first.has(id)) first.set(id, event.seq);
  }
  return first;
};

/** As many lives with records as stretches of them: each stretch is one of those. */
const areThese = (stretches: readonly Stretch[], lives: ReadonlySet<number> | undefined): void => {
  const shown = [...(lives ?? [])].sort((a, b) => a - b);
  if (shown.length !== stretches.length) return;
  for (const [i, stretch] of stretches.entries()) {
    atLeast(stretch, shown[i] ?? 0);
    atMost(stretch, shown[i] ?? Infinity);
  }
};

export const recordLives = (
  events: readonly HistoryEvent[],
  topics: TopicsOverTime,
  committedIn: ReadonlyMap<string, ReadonlySet<number>>,
): RecordLives => {
  const lives = new Map<number, readonly number[]>();
  const partitions = new Map<string, RecordEvent[]>();
  const produced = new Map<string, { readonly event: Produced; readonly life: number }[]>();
  for (const event of events) {
    if (event.kind !== 'kafka.record' && event.kind !== 'kafka.produced') continue;
    const key = `${event.topic} ${event.partition}`;
    if (event.kind === 'kafka.record') {
      const list = partitions.get(key);
      if (list === undefined) partitions.set(key, [event]);
      else list.push(event);
      continue;
    }
    // Both are the harness's own doing, one after the other.
    const life = event.incarnation ?? topics.deletedBefore(event.topic, event.seq);
    if (life > 0) lives.set(event.seq, [life]);
    produced.set(key, [...(produced.get(key) ?? []), { event, life }]);
  }

  const stretches = new Map<string, readonly Stretch[]>();
  const lasts = new Map<string, number>();
  for (const [key, records] of partitions) {
    const own = stretchesOf(records);
    const topic = records[0]?.topic ?? '';
    stretches.set(key, own);
    // A worker may make topics anew as well, and tell nobody.
    const last = Math.max(lasts.get(topic) ?? 0, own.length - 1, ...records.map(({ incarnation = 0 }) => incarnation));
    lasts.set(topic, Math.max(last, topics.count(topic) - 1));
  }

  let published: ReadonlyMap<string, number> | undefined;
  for (const [key, own] of stretches) {
    const first = own[0]?.records[0];
    if (first === undefined) continue;
    const { topic, partition } = first;
    const last = lasts.get(topic) ?? 0;
    if (last === 0) continue;
    published ??= firstPublished(events);
    own.forEach((stretch) => atMost(stretch, last));
    for (const stretch of own) {
      const { incarnation } = stretch.records[0] ?? {};
      if (incarnation !== undefined) known(stretch, incarnation);
    }
    if (first.incarnation === undefined) {
      const begin = topics.begin(topic, partition);
      // Before the trial's own beginning there was nothing of it, and a topic made anew begins at 0.
      if (first.offset < begin) atLeast(own[0]!, 1);
      else if (first.offset > 0) known(own[0]!, 0);
    }
    inOrder(own);
    for (const stretch of own) {
      for (const record of stretch.records) {
        const acks = new Set(acknowledged(stretch, record, produced.get(key) ?? []));
        const [only] = acks;
        if (acks.size === 1 && only !== undefined) known(stretch, only);
        const since = record.correlationId === undefined ? undefined : published.get(normalId(record.correlationId));
        if (since !== undefined) atLeast(stretch, topics.deletedBefore(topic, since));
        atLeast(stretch, topics.settledBefore(topic, record.seq, 'kafka'));
      }
    }
    inOrder(own);
    areThese(own, committedIn.get(key));
    for (const stretch of own)
      for (const record of stretch.records) atMost(stretch, topics.deletedBefore(topic, record.seq));
    inOrder(own);
    for (const { records, from, to } of own) {
      const possible = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      for (const { seq } of records) lives.set(seq, possible);
    }
  }

  return {
    lives,
    last: (topic) => lasts.get(topic) ?? Math.max(0, topics.count(topic) - 1),
    end: (topic, partition, life) => {
      if (life >= (lasts.get(topic) ?? 0)) return Infinity;
      const own = stretches.get(`${topic} ${partition}`) ?? [];
      const of = own.filter(({ from, to }) => from <= life && life <= to);
      if (of.some(({ from, to }) => from !== to)) return Infinity;
      const highest = of[0]?.records.at(-1)?.offset;
      return highest === undefined ? (life === 0 ? topics.begin(topic, partition) : 0) : highest + 1;
    },
  };
};
