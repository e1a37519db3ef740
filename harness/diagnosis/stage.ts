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

const NO_CONNECTIONS: BareConnections = { own: [], anyones: [] };

/**
 * Each fact is found when it is first asked for: with most payments nothing is wrong, and of them hardly anything is asked. A class, as a
 * function for each fact of each payment would take more than all that is found.
 */
class StageRead implements StageFacts {
  readonly name: string;
  readonly role: string;
  readonly declared: StageDeclaration;
  readonly entity: EntityDeclaration | undefined;
  readonly topic: string;
  readonly events: readonly PipelineEvent[];
  readonly effects: readonly Effect[];
  readonly #history: History;
  readonly #subject: Subject;
  #once: readonly PipelineEvent[] | undefined;
  #worker: Liveness | undefined;
  #isThrough: boolean | undefined;
  #passed: readonly Commit[] | undefined;
  #liesAhead: boolean | undefined;
  #deadLetters: readonly DeadLetter[] | undefined;
  #guard: { readonly row: Row | undefined } | undefined;
  #taken: readonly number[] | undefined;
  #calls: readonly Call[] | undefined;
  #connections: BareConnections | undefined;

  constructor(history: History, subject: Subject, { role, stage, name, entity }: OnTheWay) {
    this.name = name;
    this.role = role;
    this.declared = stage;
    this.entity = entity;
    this.topic = history.pipeline.consumedTopic(role);
    this.events = eventsOf(history, subject, stage.consumes);
    this.effects = effectsHadBy(history, role, subject);
    this.#history = history;
    this.#subject = subject;
  }

  get worker(): Liveness {
    return (this.#worker ??= livenessOf(this.#history, this.role));
  }

  get isThrough(): boolean {
    return (this.#isThrough ??= this.#isSilent()
      ? this.guard !== undefined || this.passed.length > 0
      : hadEffectBy(this.#history, this.role, this.#subject) || this.#isOverForAll());
  }

  get passed(): readonly Commit[] {
    return (this.#passed ??= this.events.flatMap((event) => this.#standing(event) ?? []));
  }

  get isPassedForGood(): boolean {
    const once = this.#eventsOnce();
    return once.length > 0 && once.every((event) => this.#isForGood(event)) && !this.#isAhead();
  }

  get isOver(): boolean {
    const once = this.#eventsOnce();
    return once.length === 0
      ? this.deadLetters.length > 0
      : once.every((event) => this.#isForGood(event) || this.#isLettered(event)) && !this.#isAhead();
  }

  get deadLetters(): readonly DeadLetter[] {
    return (this.#deadLetters ??= deadLettersOf(this.#history, this.#subject, this.declared.consumes));
  }

  get guard(): Row | undefined {
    return (this.#guard ??= { row: guardRowOfStage(this.#history, this.#subject.correlationId, this.role) }).row;
  }

  get taken(): readonly number[] {
    return (this.#taken ??= takenBy(this.#history, this.#subject, this.role, this.events));
  }

  get calls(): readonly Call[] {
    return (this.#calls ??= callsOfStage(this.#history, this.role, callsOf(this.#history, this.#subject)));
  }

  get connections(): BareConnections {
    return (this.#connections ??=
      this.declared.calls === undefined ? NO_CONNECTIONS : bareConnectionsOf(this.#history, this.#subject, this.role));
  }

  #eventsOnce(): readonly PipelineEvent[] {
    return (this.#once ??= eventsOnce(this.#history, this.events));
  }

  #standing(event: PipelineEvent): Commit | undefined {
    return standsPast(this.#history, this.role, event.record);
  }

  #isForGood(event: PipelineEvent): boolean {
    return tellingsOf(this.#history, event).some((telling) => {
      const commit = this.#standing(telling);
      return commit !== undefined && isPatienceOver(this.#history, commit);
    });
  }

  /** A letter whose event was never read speaks for the payment's only one. */
  #isLettered(event: PipelineEvent): boolean {
    return (
      lettersOf(this.#history, event).length > 0 ||
      this.deadLetters.some((letter) => originOf(this.#history, letter) === undefined)
    );
  }

  /** In a live system nobody saw in which order it was given up, told again, and its group moved: what lies ahead of that will be read. */
  #isAhead(): boolean {
    return (this.#liesAhead ??=
      isLive(this.#history) &&
      this.events.some(
        (event) => this.#standing(event) === undefined && isThere(this.#history, event.record) !== 'no',
      ));
  }

  #isSilent(): boolean {
    return this.entity === undefined && this.declared.announces.length === 0;
  }

  /** What it would work on is over: nothing is missing. */
  #isOverForAll(): boolean {
    const once = this.#eventsOnce();
    return once.length > 0 && once.every((event) => isOverFor(this.#history, this.role, event));
  }
}

/** Reads the facts about one stage from a history that ends at the moment of observation. */
export const stageFactsOf = (history: History, subject: Subject, onTheWay: OnTheWay): StageFacts =>
  new StageRead(history, subject, onTheWay);

/** The same stage, of which all that its event showed stays known, without that event: it is not there. */
export const withoutEvents = (stage: StageFacts): StageFacts => ({
  name: stage.name,
  role: stage.role,
  declared: stage.declared,
  entity: stage.entity,
  topic: stage.topic,
  worker: stage.worker,
  events: [],
  effects: stage.effects,
  isThrough: stage.isThrough,
  passed: stage.passed,
  isPassedForGood: stage.isPassedForGood,
  isOver: stage.isOver,
  deadLetters: stage.deadLetters,
  guard: stage.guard,
  taken: stage.taken,
  calls: stage.calls,
  connections: stage.connections,
});

/** Was the guard's row inserted by a worker? */
export const isWorkersMark = ({ guard }: StageFacts): boolean =>
  guard !== undefined && guard.insertedBy.writer === null;
