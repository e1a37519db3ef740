/** The lives of records and of what the harness was told it had written. */
import { mostOf } from '../base/extremes.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { isServices } from './allocations.ts';
import type { HistoryEvent } from './events.ts';
import { normalId, sameId } from './ids.ts';
import { atLeast, atMost, inOrder, known, stretchesOf } from './stretches.ts';
import type { Stretch } from './stretches.ts';
import type { TopicsOverTime } from './topics-over-time.ts';

type RecordEvent = HistoryEvent<'kafka.record'>;
type Produced = HistoryEvent<'kafka.produced'>;

export interface RecordLives {
  /** Lives by `seq`. */
  readonly lives: ReadonlyMap<number, readonly number[]>;
  /** The last life that anything shows. */
  last(topic: string): number;
  /** Somebody else made the topic anew as well: the harness's deletions do not count its lives. */
  madeUnseen(topic: string): boolean;
  /** Offset after the last one that a partition had in its first life, when that is over; Infinity: not known. */
  firstEnd(topic: string, partition: number): number;
}

interface Acknowledged {
  readonly event: Produced;
  /** Lives that the harness may have written it in; one where only the harness made the topic anew. */
  readonly lives: readonly number[];
}

const upwards = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(to - from, 0) + 1 }, (_, i) => from + i);

const mayBeOf = ({ correlationId, offset }: Produced, record: RecordEvent): boolean =>
  offset === record.offset &&
  (correlationId === undefined || record.correlationId === undefined || sameId(correlationId, record.correlationId));

/**
 * What the harness wrote is in the life in which it wrote it. Only where one stretch alone may hold it: a worker's record
 * about the same payment may have had the same position in another life.
 */
const byAcknowledgement = (stretches: readonly Stretch[], produced: readonly Acknowledged[]): void => {
  for (const { event, lives } of produced) {
    const [life, other] = lives;
    if (life === undefined || other !== undefined) continue;
    const holders = stretches.filter(
      ({ records, from, to }) => from <= life && life <= to && records.some((record) => mayBeOf(event, record)),
    );
    const [holder, another] = holders;
    if (holder === undefined || another !== undefined) continue;
    known(holder, life);
    inOrder(stretches);
  }
};

/**
 * When each id was first published by the harness, by `seq`: nobody can have written of it before. Nothing of the kind
 * is known where the harness has written rows, from which a worker may have the id as well; what the stub writes answers
 * one who has it.
 */
const firstPublished = (events: readonly HistoryEvent[]): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  const [started] = events;
  const pipeline = started?.kind === 'trial.started' ? pipelineOf(started.pipeline) : { services: [] };
  for (const event of events) {
    if (event.kind === 'postgres.commit' && event.writer !== null && !isServices(pipeline, event.writer))
      return new Map();
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

const grouped = <T extends RecordEvent | Produced>(events: readonly T[]): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const key = `${event.topic} ${event.partition}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return groups;
};

export const recordLives = (
  events: readonly HistoryEvent[],
  topics: TopicsOverTime,
  committedIn: ReadonlyMap<string, ReadonlySet<number>>,
): RecordLives => {
  const stretches = new Map<string, readonly Stretch[]>();
  const lasts = new Map<string, number>();
  const unseen = new Set<string>();
  for (const [key, records] of grouped(events.filter((event) => event.kind === 'kafka.record'))) {
    const own = stretchesOf(records);
    const topic = records[0]?.topic ?? '';
    stretches.set(key, own);
    // A worker may make topics anew as well, and tell nobody.
    const shown = Math.max(own.length - 1, mostOf(records.map(({ incarnation = 0 }) => incarnation)));
    const counted = Math.max(0, topics.count(topic) - (topics.exists(topic) ? 1 : 0));
    if (shown > counted) unseen.add(topic);
    lasts.set(topic, Math.max(lasts.get(topic) ?? 0, shown, topics.count(topic) - 1));
  }
  const last = (topic: string): number => lasts.get(topic) ?? Math.max(0, topics.count(topic) - 1);

  const lives = new Map<number, readonly number[]>();
  const acknowledged = new Map<string, readonly Acknowledged[]>();
  for (const [key, produced] of grouped(events.filter((event) => event.kind === 'kafka.produced'))) {
    const own = produced.map((event): Acknowledged => {
      // Both are the harness's own doing, one after the other.
      const life = event.incarnation ?? topics.deletedBefore(event.topic, event.seq);
      const isExact = event.incarnation !== undefined || !unseen.has(event.topic);
      return { event, lives: isExact ? [life] : upwards(life, last(event.topic)) };
    });
    for (const each of own) lives.set(each.event.seq, each.lives);
    acknowledged.set(key, own);
  }

  // Hardly any trial makes a topic anew: it is looked for when it is asked for.
  let published: ReadonlyMap<string, number> | undefined;
  for (const [key, own] of stretches) {
    const first = own[0]?.records[0];
    if (first === undefined || last(first.topic) === 0) continue;
    published ??= firstPublished(events);
    const { topic, partition } = first;
    own.forEach((stretch) => atMost(stretch, last(topic)));
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
    byAcknowledgement(own, acknowledged.get(key) ?? []);
    for (const stretch of own)
      for (const { correlationId, seq } of stretch.records) {
        const since = correlationId === undefined ? undefined : published.get(normalId(correlationId));
        if (since !== undefined) atLeast(stretch, topics.deletedBefore(topic, since));
        atLeast(stretch, topics.settledBefore(topic, seq, 'kafka'));
      }
    inOrder(own);
    areThese(own, committedIn.get(key));
    if (!unseen.has(topic))
      for (const stretch of own) for (const { seq } of stretch.records) atMost(stretch, topics.openBefore(topic, seq));
    inOrder(own);
    for (const { records, from, to } of own) for (const { seq } of records) lives.set(seq, upwards(from, to));
  }

  return {
    lives,
    last,
    madeUnseen: (topic) => unseen.has(topic),
    firstEnd: (topic, partition) => {
      if (last(topic) === 0) return Infinity;
      const [first] = stretches.get(`${topic} ${partition}`) ?? [];
      if (first === undefined || first.from > 0) return topics.begin(topic, partition);
      return first.to > 0 ? Infinity : (first.records.at(-1)?.offset ?? 0) + 1;
    },
  };
};
