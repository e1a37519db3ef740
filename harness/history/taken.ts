/** What shows that a worker has a payment's event: the one definition of taken. */
import { bareConnectionsOf } from './connections.ts';
import { effectsByWorkers, passedOnBy } from './effects.ts';
import type { HistoryEvent, Subject } from './events.ts';
import { passedBy } from './groups.ts';
import type { History, PipelineEvent } from './history.ts';
import { mentions, uuidsIn } from './ids.ts';
import { deadLettersOf } from './letters.ts';
import { workerNames } from './liveness.ts';
import { addTo, folded } from './memo.ts';
import type { Fold } from './memo.ts';
import { guardRowOfStage, isMark } from './rows.ts';
import { callsOf, callsOfStage, eventsOf } from './subjects.ts';

export interface Taking {
  readonly by: 'offset' | 'mark' | 'letter' | 'call' | 'connection' | 'repetition' | 'effect' | 'line';
  /** What shows it. */
  readonly seq: number;
  /** The telling that an offset is past. */
  readonly telling?: PipelineEvent;
}

/** Announcements of the stage by workers, of each type that was told more than once: it began again. */
const repeatedBy = (history: History, subject: Subject, role: string): readonly PipelineEvent[] =>
  history.pipeline.stage(role).announces.flatMap((type) => {
    const told = eventsOf(history, subject, type).filter(({ byHarness }) => !byHarness);
    return told.length > 1 ? told : [];
  });

type Line = HistoryEvent<'process.log'>;

interface Lines {
  /** By the UUIDs in them. */
  readonly byUuid: ReadonlyMap<string, readonly Line[]>;
  readonly all: readonly Line[];
}

const lines = folded({
  list: (history) => history.of('process.log'),
  begin: (): Fold<Line, Lines> => {
    const byUuid = new Map<string, Line[]>();
    const all: Line[] = [];
    return {
      facts: { byUuid, all },
      observe: (event) => {
        all.push(event);
        for (const uuid of uuidsIn(event.line)) addTo(byUuid, uuid, event);
      },
    };
  },
});

/** Lines that may mention one of the ids: where an id holds a UUID, those in which that stands. */
const linesNear = (history: History, ids: readonly string[]): readonly Line[] => {
  const { byUuid, all } = lines(history);
  const uuids = ids.map((id) => uuidsIn(id)[0]);
  if (uuids.includes(undefined)) return all;
  const near = new Set(uuids.flatMap((uuid = '') => byUuid.get(uuid) ?? []));
  return [...near].sort((a, b) => a.seq - b.seq);
};

/** Lines of the worker's own that name the payment or its event. */
const linesOf = (history: History, subject: Subject, role: string): readonly Line[] => {
  const names = workerNames(history, role);
  const events = eventsOf(history, subject, history.pipeline.stage(role).consumes);
  const ids = [subject.correlationId, ...events.flatMap(({ eventId }) => eventId ?? [])];
  return linesNear(history, ids).filter(
    ({ worker, line }) => names.includes(worker) && ids.some((id) => mentions(line, id)),
  );
};

/** Everything that shows it, what is found fast first: who asks only whether it is taken takes one. */
export function* takingsOf(history: History, subject: Subject, role: string): Generator<Taking, void> {
  const { consumes, calls: service, unasked } = history.pipeline.stage(role);
  for (const telling of eventsOf(history, subject, consumes)) {
    const commit = passedBy(history, role, telling.record);
    if (commit !== undefined) yield { by: 'offset', seq: commit.seq, telling };
  }
  const guard = guardRowOfStage(history, subject.correlationId, role);
  if (guard !== undefined && isMark(guard)) yield { by: 'mark', seq: guard.insertedBy.seq };
  // Of several stages nothing tells which one gave it up.
  if (history.pipeline.consumersOf(consumes).length === 1)
    for (const { record } of deadLettersOf(history, subject, consumes)) yield { by: 'letter', seq: record.seq };
  if (service === undefined) {
    for (const { record } of repeatedBy(history, subject, role)) yield { by: 'repetition', seq: record.seq };
  } else {
    for (const { request } of callsOfStage(history, role, callsOf(history, subject)))
      yield { by: 'call', seq: request.seq };
    for (const { seq } of bareConnectionsOf(history, subject, role).own) yield { by: 'connection', seq };
  }
  // What is brought about unasked shows no event.
  if (unasked === undefined)
    for (const { since } of effectsByWorkers(history, role, subject)) yield { by: 'effect', seq: since.seq };
  for (const { record } of passedOnBy(history, role, subject)) yield { by: 'effect', seq: record.seq };
  for (const { seq } of linesOf(history, subject, role)) yield { by: 'line', seq };
}

/** Something shows that the worker has the event. */
export const isTaken = (history: History, subject: Subject, role: string): boolean =>
  takingsOf(history, subject, role).next().done !== true;
