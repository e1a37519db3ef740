/** What the history says about one stage of the pipeline for one payment: its event and what that brings about. */
import { effectsHadBy, hadEffectBy, isOverFor } from '../history/effects.ts';
import { bareConnectionsOf } from '../history/connections.ts';
import type { BareConnections } from '../history/connections.ts';
import { isLive, isPatienceOver } from '../history/completeness.ts';
import type { HistoryEvent, Subject } from '../history/events.ts';
import { isThere } from '../history/groups.ts';
import type { Call, DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { deadLettersOf, lettersOf, originOf } from '../history/letters.ts';
import { livenessOf } from '../history/liveness.ts';
import type { Liveness } from '../history/liveness.ts';
import { guardRowOfStage } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { callsOf, callsOfStage, eventsOf } from '../history/subjects.ts';
import { eventsOnce, tellingsOf } from '../history/tellings.ts';
import type { EntityDeclaration, StageDeclaration } from '../pipeline/declaration.ts';
import type { OnTheWay } from '../pipeline/queries.ts';
import { takingsOf } from '../history/taken.ts';
import type { Effect } from '../history/turns.ts';
import { standsPast } from './standing.ts';

/** A worker's commit past an event at which its group still stands. */
type Commit = HistoryEvent<'offsets.committed'>;

export interface StageFacts {
  /** Of what it brings about: `allocation`. */
  readonly name: string;
  readonly role: string;
  readonly declared: StageDeclaration;
  /** What it brings about; undefined: no rows. */
  readonly entity: EntityDeclaration | undefined;
  /** What its event is read from. */
  readonly topic: string;
  readonly worker: Liveness;
  /** The stage's event, as often as it was told. */
  readonly events: readonly PipelineEvent[];
  /** Rows by which the event had its effect, whatever became of them later. */
  readonly effects: readonly Effect[];
  /** The event had its effect, or none is owed any more: by those rows; by what a stage announces that brings about none; else it was read at all. */
  readonly isThrough: boolean;
  /** Commits past the event, one for each telling that the group stands past. */
  readonly passed: readonly Commit[];
  /** The event is committed past, and patience has shown that nothing more comes of that. */
  readonly isPassedForGood: boolean;
  /** The event was dealt with for good: so, or dead-lettered. Its worker will not come back to it. */
  readonly isOver: boolean;
  readonly deadLetters: readonly DeadLetter[];
  /** The idempotency guard's row, whoever wrote it. */
  readonly guard: Row | undefined;
  /** What shows the event taken and not to be taken again, by seq. */
  readonly taken: readonly number[];
  /** Of a stage that calls a service; of others none. */
  readonly calls: readonly Call[];
  readonly connections: BareConnections;
}

/**
 * What shows the event taken and not to be taken again, by seq: a group that was rewound has it to read again. And without
 * the event a line shows nothing: one program may play several parts, and tell of the payment for another.
 */
const takenBy = (
  history: History,
  subject: Subject,
  role: string,
  events: readonly PipelineEvent[],
): readonly number[] =>
  [...takingsOf(history, subject, role)]
    .filter(({ by, telling }) =>
      telling === undefined
        ? by !== 'line' || events.length > 0
        : standsPast(history, role, telling.record) !== undefined,
    )
    .map(({ seq }) => seq);

/** Found when it is first asked for: with most payments nothing is wrong, and of them hardly anything is asked. */
const lazily = <T>(find: () => T): (() => T) => {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
};

/** Reads the facts about one stage from a history that ends at the moment of observation. */
export const stageFactsOf = (
  history: History,
  subject: Subject,
  { role, stage: declared, name, entity }: OnTheWay,
): StageFacts => {
  const { consumes, calls: service } = declared;
  const events = eventsOf(history, subject, consumes);
  const deadLetters = lazily(() => deadLettersOf(history, subject, consumes));
  const standing = (event: PipelineEvent): Commit | undefined => standsPast(history, role, event.record);
  const isForGood = (event: PipelineEvent): boolean =>
    tellingsOf(history, event).some((telling) => {
      const commit = standing(telling);
      return commit !== undefined && isPatienceOver(history, commit);
    });
  // A letter whose event was never read speaks for the payment's only one.
  const isLettered = (event: PipelineEvent): boolean =>
    lettersOf(history, event).length > 0 || deadLetters().some((letter) => originOf(history, letter) === undefined);
  const once = lazily(() => eventsOnce(history, events));
  // In a live system nobody saw in which order it was given up, told again, and its group moved: what lies ahead of that will be read.
  const liesAhead = lazily(
    () =>
      isLive(history) &&
      events.some((event) => standing(event) === undefined && isThere(history, event.record) !== 'no'),
  );
  const worker = lazily(() => livenessOf(history, role));
  const passed = lazily(() => events.flatMap((event) => standing(event) ?? []));
  const guard = lazily(() => guardRowOfStage(history, subject.correlationId, role));
  const taken = lazily(() => takenBy(history, subject, role, events));
  const calls = lazily(() => callsOfStage(history, role, callsOf(history, subject)));
  const connections = lazily(() =>
    service === undefined ? { own: [], anyones: [] } : bareConnectionsOf(history, subject, role),
  );
  // What it would work on is over: nothing is missing.
  const isOverForAll = (): boolean => once().length > 0 && once().every((event) => isOverFor(history, role, event));
  const isSilent = entity === undefined && declared.announces.length === 0;
  const isThrough = lazily(() =>
    isSilent ? guard() !== undefined || passed().length > 0 : hadEffectBy(history, role, subject) || isOverForAll(),
  );
  return {
    name,
    role,
    declared,
    entity,
    topic: history.pipeline.consumedTopic(role),
    get worker() {
      return worker();
    },
    events,
    effects: effectsHadBy(history, role, subject),
    get isThrough() {
      return isThrough();
    },
    get passed() {
      return passed();
    },
    get isPassedForGood() {
      return once().length > 0 && once().every(isForGood) && !liesAhead();
    },
    get isOver() {
      return once().length === 0
        ? deadLetters().length > 0
        : once().every((event) => isForGood(event) || isLettered(event)) && !liesAhead();
    },
    get deadLetters() {
      return deadLetters();
    },
    get guard() {
      return guard();
    },
    get taken() {
      return taken();
    },
    get calls() {
      return calls();
    },
    get connections() {
      return connections();
    },
  };
};

/** Was the guard's row inserted by a worker? */
export const isWorkersMark = ({ guard }: StageFacts): boolean =>
  guard !== undefined && guard.insertedBy.writer === null;
