/**
 * A history opened for reading: typed access and the pipeline's view of it. It may still be written: each view is kept up to date
 * with what was added since it was last asked for. Pure: a stored history and one that grew to it are read the same.
 */
import { pipelineOf } from '../pipeline/queries.ts';
import { calledBy } from './called.ts';
import type { EventKind, HistoryEvent } from './events.ts';
import { sameId } from './ids.ts';
import { livesOfGrowing, sameLife } from './lives.ts';
import { addTo, collecting, orNew, reading } from './memo.ts';
import type { Fold } from './memo.ts';
import { readCall } from './reading-calls.ts';
import { readDeadLetter, readEvent } from './reading.ts';
import type { Harness } from './reading.ts';
import { text } from './values.ts';
import type { Call, History } from './views.ts';

export type { Call, DeadLetter, History, PipelineEvent } from './views.ts';
export { text };

/** A position as people write it. */
export const recordPosition = (r: { topic: string; partition: number; offset: number }): string =>
  `${r.topic}-${r.partition}@${r.offset}`;

type Produced = HistoryEvent<'kafka.produced'>;
type ByPosition = Map<string, Map<number, Map<number, Produced[]>>>;

/** By topic, partition and offset: that of every record is asked for, and a text for each would cost more than all else. */
const byPosition = (): Fold<Produced, ByPosition> => {
  const facts: ByPosition = new Map();
  return {
    facts,
    observe: (event) => {
      const partitions = orNew(facts, event.topic, () => new Map<number, Map<number, Produced[]>>());
      addTo(
        orNew(partitions, event.partition, () => new Map<number, Produced[]>()),
        event.offset,
        event,
      );
    },
  };
};

const isData = ({ aborted, control }: HistoryEvent<'kafka.record'>): boolean =>
  aborted !== true && control === undefined;

/** By LSN, which is the order of commits; arrival already follows it, and where it does not the list is made anew. */
const inCommitOrder = (arrived: () => readonly HistoryEvent<'postgres.commit'>[]) => {
  let sorted: HistoryEvent<'postgres.commit'>[] = [];
  let next = 0;
  return (): readonly HistoryEvent<'postgres.commit'>[] => {
    const all = arrived();
    let inOrder = true;
    for (; next < all.length; next += 1) {
      const commit = all[next]!;
      inOrder &&= (sorted.at(-1)?.lsn ?? '') <= commit.lsn;
      sorted.push(commit);
    }
    if (!inOrder) sorted = [...sorted].sort((a, b) => (a.lsn < b.lsn ? -1 : a.lsn > b.lsn ? 1 : 0));
    return sorted;
  };
};

/**
 * Opens events for reading. They must be in ascending `seq` and begin with `trial.started`; events may be added to them afterwards,
 * and every view then tells of them as well.
 */
export const openHistory = (events: readonly HistoryEvent[]): History => {
  const first = events[0];
  if (first?.kind !== 'trial.started') throw new Error('a history begins with trial.started');
  const pipeline = pipelineOf(first.pipeline);
  const called = calledBy(pipeline);
  const subjects = called.called === undefined ? first.subjects : first.subjects.map((one) => ({ ...one, ...called }));
  const kinds = new Map<EventKind, HistoryEvent[]>();
  let parted = 0;
  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] => {
    for (; parted < events.length; parted += 1) {
      const event = events[parted]!;
      addTo(kinds, event.kind, event);
    }
    let list = kinds.get(kind);
    // The list is one and the same from the beginning: who reads on in it finds what was added.
    if (list === undefined) kinds.set(kind, (list = []));
    return list as unknown as readonly HistoryEvent<K>[];
  };

  const lives = livesOfGrowing(events);
  /** Read again only when something has been added since. */
  const latest = <T>(read: () => T): (() => T) => {
    let known: { readonly value: T; readonly length: number } | undefined;
    return () => {
      const { length } = events;
      if (known?.length !== length) known = { value: read(), length };
      return known.value;
    };
  };
  const produced = latest(reading(() => of('kafka.produced'), byPosition));
  const producedAs = (record: HistoryEvent<'kafka.record'>): Produced | undefined => {
    const all = produced().get(record.topic)?.get(record.partition)?.get(record.offset);
    return all?.find(
      (event) =>
        sameLife(lives(), event, record) !== 'no' &&
        (event.correlationId === undefined ||
          record.correlationId === undefined ||
          sameId(event.correlationId, record.correlationId)),
    );
  };
  const harness: Harness = { known: () => events.length, wrote: (record) => producedAs(record) !== undefined };
  const committedData = reading(
    () => of('kafka.record'),
    () => collecting((record: HistoryEvent<'kafka.record'>) => (isData(record) ? record : undefined)),
  );
  /** That the harness wrote a record may be told after the record. */
  const eventsIn = (isWanted: (topic: string) => boolean) =>
    reading(
      committedData,
      () =>
        collecting((record: HistoryEvent<'kafka.record'>) =>
          isWanted(record.topic) ? readEvent(pipeline, record, harness) : undefined,
        ),
      lives,
    );
  const isPipelines = (topic: string): boolean => pipeline.topics.includes(topic);
  const pipelineEvents = latest(eventsIn(isPipelines));
  const eventsElsewhere = latest(eventsIn((topic) => !isPipelines(topic)));
  const deadLetters = latest(
    reading(
      committedData,
      () =>
        collecting((record: HistoryEvent<'kafka.record'>) =>
          record.topic === pipeline.deadLetterTopic ? readDeadLetter(first, record, harness) : undefined,
        ),
      lives,
    ),
  );
  const responses = latest(
    reading(
      () => of('http.response'),
      () => {
        const facts = new Map<number, HistoryEvent<'http.response'>>();
        return { facts, observe: (event) => void facts.set(event.call, event) };
      },
    ),
  );
  const requests = reading(
    () => of('http.request'),
    () => collecting((request: HistoryEvent<'http.request'>) => readCall(pipeline, request, responses)),
  );
  const calls = latest(
    reading(requests, () => collecting((call: Call) => (call.service === undefined ? undefined : call))),
  );
  const commits = latest(inCommitOrder(() => of('postgres.commit')));

  return {
    events,
    started: first,
    subjects,
    pipeline,
    of,
    get pipelineEvents() {
      return pipelineEvents();
    },
    get eventsElsewhere() {
      return eventsElsewhere();
    },
    get deadLetters() {
      return deadLetters();
    },
    get calls() {
      return calls();
    },
    get requests() {
      return requests();
    },
    get lives() {
      return lives();
    },
    producedAs,
    get commits() {
      return commits();
    },
    kept: [],
    upTo: (seq) => openHistory(events.filter((event) => event.seq <= seq)),
  };
};

/** Is this row change about the student and course? Rows carry no correlation id. */
export const isOf = (
  row: Readonly<Record<string, unknown>> | undefined,
  ids: { readonly studentId?: string | undefined; readonly courseId?: string | undefined },
): boolean => row !== undefined && sameId(row['student_id'], ids.studentId) && sameId(row['course_id'], ids.courseId);
