/**
 * What the history says about one stage of the pipeline for one payment. Two stages look alike: PURCHASE_CONFIRMED
 * brings about a purchase, PURCHASE_CREATED an allocation.
 */
import { effectsHad } from '../history/effects.ts';
import type { Effect } from '../history/effects.ts';
import { isPatienceOver } from '../history/completeness.ts';
import type { HistoryEvent, Subject } from '../history/events.ts';
import type { DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { mentions } from '../history/ids.ts';
import { deadLettersOf, lettersOf, originOf } from '../history/letters.ts';
import { livenessOf, workerNames } from '../history/liveness.ts';
import type { Liveness } from '../history/liveness.ts';
import { guardRowOf } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { eventsOf } from '../history/subjects.ts';
import { eventsOnce, tellingsOf } from '../history/tellings.ts';
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';
import type { WorkerRole } from '../pipeline/pipeline.ts';
import { standsPast } from './standing.ts';

export type StageName = 'purchase' | 'allocation';

export const ROLE_OF: Readonly<Record<StageName, WorkerRole>> = {
  purchase: 'purchase-worker',
  allocation: 'allocation-worker',
};

/** The topic that the stage's event is read from. */
export const topicOf = (name: StageName): string => EVENT_TOPICS[WORKERS[ROLE_OF[name]].consumes];

/** A worker's commit past an event at which its group still stands. */
type Commit = HistoryEvent<'offsets.committed'>;

export interface StageFacts {
  readonly name: StageName;
  readonly role: WorkerRole;
  readonly worker: Liveness;
  /** The stage's event, as often as it was told. */
  readonly events: readonly PipelineEvent[];
  /** Rows by which the event had its effect, whatever became of them later. */
  readonly effects: readonly Effect[];
  /** Commits past the event, one for each telling that the group stands past. */
  readonly passed: readonly Commit[];
  /** The event is committed past, and patience has shown that nothing more comes of that. */
  readonly isPassedForGood: boolean;
  /** The event was dealt with for good: so, or dead-lettered. Its worker will not come back to it. */
  readonly isOver: boolean;
  readonly deadLetters: readonly DeadLetter[];
  /** The idempotency guard's row, whoever wrote it. */
  readonly guard: Row | undefined;
  /** Log lines of the stage's worker that name the payment or the event. */
  readonly logs: readonly HistoryEvent<'process.log'>[];
}

const logsOf = (
  history: History,
  role: WorkerRole,
  subject: Subject,
  events: readonly PipelineEvent[],
): readonly HistoryEvent<'process.log'>[] => {
  const names = workerNames(history, role);
  const ids = [subject.correlationId, ...events.flatMap(({ eventId }) => eventId ?? [])];
  return history
    .of('process.log')
    .filter((event) => names.includes(event.worker) && ids.some((id) => mentions(event.line, id)));
};

/** Reads the facts about one stage from a history that ends at the moment of observation. */
export const stageFactsOf = (history: History, subject: Subject, name: StageName): StageFacts => {
  const role = ROLE_OF[name];
  const { consumes } = WORKERS[role];
  const events = eventsOf(history, subject, consumes);
  const deadLetters = deadLettersOf(history, subject, consumes);
  const standing = (event: PipelineEvent): Commit | undefined => standsPast(history, role, event.record);
  const isForGood = (event: PipelineEvent): boolean =>
    tellingsOf(history, event).some((telling) => {
      const commit = standing(telling);
      return commit !== undefined && isPatienceOver(history, commit);
    });
  // A letter whose event was never read speaks for the payment's only one.
  const isLettered = (event: PipelineEvent): boolean =>
    lettersOf(history, event).length > 0 || deadLetters.some((letter) => originOf(history, letter) === undefined);
  const once = eventsOnce(history, events);
  return {
    name,
    role,
    worker: livenessOf(history, role),
    events,
    effects: effectsHad(history, consumes, subject),
    passed: events.flatMap((event) => standing(event) ?? []),
    isPassedForGood: once.length > 0 && once.every(isForGood),
    isOver: once.length === 0 ? deadLetters.length > 0 : once.every((event) => isForGood(event) || isLettered(event)),
    deadLetters,
    guard: guardRowOf(history, subject.correlationId, consumes),
    logs: events.length === 0 ? [] : logsOf(history, role, subject, events),
  };
};

/** Was the guard's row inserted by a worker? */
export const isWorkersMark = ({ guard }: StageFacts): boolean =>
  guard !== undefined && guard.insertedBy.writer === null;
