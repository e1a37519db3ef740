/** Whether a condition holds over a history. Evaluated after every batch of a trial's events: it reads facts, and never the whole history. */
import { stands } from '../pipeline/queries.ts';
import type { Condition } from './conditions.ts';
import type { HistoryEvent, Subject } from './events.ts';
import { passedBy } from './groups.ts';
import type { History } from './history.ts';
import { deadLettersOf } from './letters.ts';
import { livenessOf, workerNames } from './liveness.ts';
import { mayFollow } from './order.ts';
import { hasDecided, hasMet, isMarked, isSkipped, ownExits } from './progress.ts';
import { isTaken } from './taken.ts';
import { guardRowsOfPayment, rowsOf, tablesAtEnd } from './rows.ts';
import { callsOf, eventsOf } from './subjects.ts';

type Forms = Condition extends infer C ? (C extends unknown ? keyof C : never) : never;
type Argument<F extends Forms> = Extract<Condition, Record<F, unknown>> extends Record<F, infer A> ? A : never;

/** By history and condition, the place of the subject for which it did not hold when it was last asked. */
const failing = new WeakMap<History, WeakMap<object, number>>();

/**
 * Does it hold for every subject meant? A name that the scenario does not have is met by nothing. Of a history that grows this is asked
 * again and again: the subject for which it did not hold is tried first, so that each look costs about one subject, however many there are.
 */
const everySubject = (
  history: History,
  argument: { readonly subject?: string },
  holdsFor: (subject: Subject) => boolean,
): boolean => {
  const { subject: name } = argument;
  const { subjects } = history;
  if (name !== undefined) {
    const meant = subjects.filter((subject) => subject.name === name);
    return meant.length > 0 && meant.every(holdsFor);
  }
  const places = failing.get(history) ?? new WeakMap<object, number>();
  failing.set(history, places);
  const first = places.get(argument) ?? 0;
  for (let i = 0; i < subjects.length; i += 1) {
    const place = (first + i) % subjects.length;
    if (holdsFor(subjects[place]!)) continue;
    places.set(argument, place);
    return false;
  }
  return true;
};

/** Connections are counted once each: a refused one may be recorded as an attempt and as refused. */
const attempts = (history: History, of: Argument<'connected'>): number => {
  const { worker: role, upstream, refused = false, since } = of;
  const events = history.subjects.flatMap((subject) => (since === undefined ? [] : eventsOf(history, subject, since)));
  const isSince = (at: HistoryEvent): boolean =>
    since === undefined || events.some((event) => mayFollow(history, at, event));
  const names = workerNames(history, role);
  const seen = new Set<string>();
  const kinds = refused ? (['wire.refused'] as const) : (['wire.connected', 'wire.refused'] as const);
  for (const kind of kinds)
    for (const event of history.of(kind))
      if (event.upstream === upstream && names.includes(event.worker) && isSince(event))
        seen.add(`${event.worker} ${event.connection}`);
  return seen.size;
};

/** An entity's row is the subject's by student and course, the guard's by the correlation id. */
const hasRow = (history: History, subject: Subject, table: string): boolean => {
  const entity = history.pipeline.entityOfTable(table);
  return entity === undefined
    ? table === history.pipeline.guard.table && guardRowsOfPayment(history, subject.correlationId).length > 0
    : rowsOf(tablesAtEnd(history), entity, subject).some(({ values }) => stands(entity, values));
};

const EVALUATORS: { readonly [F in Forms]: (argument: Argument<F>, history: History) => boolean } = {
  always: () => true,
  all: (conditions, history) => conditions.every((condition) => holds(condition, history)),
  any: (conditions, history) => conditions.some((condition) => holds(condition, history)),
  not: (condition, history) => !holds(condition, history),
  decided: (of, history) => everySubject(history, of, (each) => hasDecided(history, each, of.worker)),
  taken: (of, history) => everySubject(history, of, (each) => isTaken(history, each, of.worker)),
  skipped: (of, history) => everySubject(history, of, (each) => isSkipped(history, each, of.worker)),
  met: ({ worker, topic }, history) => hasMet(history, worker, topic),
  marked: (of, history) => everySubject(history, of, (each) => isMarked(history, each, of.event, of.by)),
  passed: (of, history) =>
    everySubject(history, of, (each) => {
      const events = eventsOf(history, each, history.pipeline.stage(of.worker).consumes);
      return events.length > 0 && events.every(({ record }) => passedBy(history, of.worker, record) !== undefined);
    }),
  requested: (of, history) => everySubject(history, of, (each) => callsOf(history, each).length >= (of.atLeast ?? 1)),
  answered: (of, history) =>
    everySubject(
      history,
      of,
      (each) =>
        callsOf(history, each).filter(
          ({ response }) => response !== undefined && (of.status === undefined || response.status === of.status),
        ).length >= (of.atLeast ?? 1),
    ),
  callOpen: (of, history) =>
    everySubject(history, of, (each) => callsOf(history, each).some(({ response }) => response === undefined)),
  connected: (argument, history) => attempts(history, argument) >= (argument.atLeast ?? 1),
  emitted: (of, history) =>
    everySubject(history, of, (each) => eventsOf(history, each, of.event).length >= (of.atLeast ?? 1)),
  deadLettered: (of, history) => everySubject(history, of, (each) => deadLettersOf(history, each).length > 0),
  row: (of, history) => everySubject(history, of, (each) => hasRow(history, each, of.table)),
  exited: ({ worker, by = 'itself' }, history) =>
    by === 'itself'
      ? ownExits(history, worker).length > 0
      : history.of('process.exited').some((event) => workerNames(history, worker).includes(event.worker)),
  running: ({ worker }, history) => ['running', 'stopped'].includes(livenessOf(history, worker).process),
  signalled: ({ worker, signal }, history) =>
    history
      .of('process.signalled')
      .some((event) => event.signal === signal && workerNames(history, worker).includes(event.worker)),
  fired: ({ fault }, history) => history.of('fault.fired').some(({ faultKind }) => faultKind === fault),
  lasted: ({ what, ms }, history) => {
    const now = history.events.at(-1)?.at ?? 0;
    const then = history.events.findLast(({ at }) => at <= now - ms);
    return then !== undefined && holds(what, history) && holds(what, history.upTo(then.seq));
  },
};

/** The one form a condition has, with its argument. */
export const formOf = (condition: Condition): { readonly form: Forms; readonly argument: unknown } => {
  const [form, argument] = Object.entries(condition)[0] as [Forms, unknown];
  return { form, argument };
};

/** Does the condition hold over this history? Pure; a condition that names no subject means every subject. */
export const holds = (condition: Condition, history: History): boolean => {
  const { form, argument } = formOf(condition);
  return EVALUATORS[form](argument as never, history);
};

/** The waits by time that it contains, however deep. */
export const lastingIn = (condition: Condition): readonly Argument<'lasted'>[] => {
  if ('all' in condition) return condition.all.flatMap(lastingIn);
  if ('any' in condition) return condition.any.flatMap(lastingIn);
  if ('not' in condition) return lastingIn(condition.not);
  return 'lasted' in condition ? [condition.lasted, ...lastingIn(condition.lasted.what)] : [];
};
