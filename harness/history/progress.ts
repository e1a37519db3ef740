/** How far a worker is with a payment's event: decided, skipped; and whether it has met the fault. */
import { isPatienceOver } from './completeness.ts';
import { effectsByWorkers, effectsEverBy, effectsHadBy, hadEffectBy, passedOnBy } from './effects.ts';
import type { HistoryEvent, Subject } from './events.ts';
import { strikes } from './faults.ts';
import { passedBy } from './groups.ts';
import type { History } from './history.ts';
import { sameId } from './ids.ts';
import { deadLettersOf } from './letters.ts';
import { workerNames } from './liveness.ts';
import { guardRowOfStage, guardRowsOf, isMark } from './rows.ts';
import { callsOf, callsOfStage, eventsNaming, eventsOf, paymentsOf } from './subjects.ts';
import { isOwed } from '../pipeline/queries.ts';

/** Is there a processed_events row: a worker's, or anybody's? */
export const isMarked = (
  history: History,
  subject: Subject,
  event: string,
  by: 'worker' | 'anyone' = 'worker',
): boolean => {
  const rows = guardRowsOf(history, subject.correlationId, event);
  return by === 'anyone' ? rows.length > 0 : rows.some(isMark);
};

/** A worker's first commit past each telling of the payment's event. */
const passings = (history: History, subject: Subject, role: string): readonly HistoryEvent<'offsets.committed'>[] =>
  eventsOf(history, subject, history.pipeline.stage(role).consumes).flatMap(
    ({ record }) => passedBy(history, role, record) ?? [],
  );

/** Exits of the role's processes that nobody asked for. */
export const ownExits = (history: History, role: string): readonly HistoryEvent<'process.exited'>[] => {
  const names = workerNames(history, role);
  return history.of('process.exited').filter((event) => !event.requested && names.includes(event.worker));
};

/**
 * A worker that is gone decides nothing more; one that was started again is judged by what it did since. One that leaves
 * and is started at once, as after each event, goes on.
 */
const hasExitedOver = (history: History, subject: Subject, role: string): boolean => {
  const events = eventsOf(history, subject, history.pipeline.stage(role).consumes);
  return ownExits(history, role).some(
    (exit) =>
      exit.restarts !== true &&
      (events.some(({ record }) => record.seq < exit.seq) ||
        !history.of('process.started').some(({ worker, seq }) => worker === exit.worker && seq > exit.seq)),
  );
};

/** A second request, or, of one that calls nobody, the same announcement again. */
const beganAgain = (history: History, subject: Subject, role: string): boolean =>
  history.pipeline.stage(role).calls !== undefined
    ? callsOfStage(history, role, callsOf(history, subject)).length > 1
    : history.pipeline
        .stage(role)
        .announces.some((type) => eventsOf(history, subject, type).filter((e) => !e.byHarness).length > 1);

/** The event is in the dead-letter queue; of several stages that consume it nothing tells which one gave it up. */
const gaveUp = (history: History, subject: Subject, role: string): boolean => {
  const { consumes } = history.pipeline.stage(role);
  return history.pipeline.consumersOf(consumes).length === 1 && deadLettersOf(history, subject, consumes).length > 0;
};

/** Is the stage's event there, for this payment or another one of the same student and course? */
const isTold = (history: History, subject: Subject, role: string): boolean =>
  eventsNaming(history, history.pipeline.stage(role).consumes, subject).some(
    ({ studentId, courseId }) => sameId(studentId, subject.studentId) && sameId(courseId, subject.courseId),
  );

/** Nobody is told of what an earlier stage brought about before a person decides on it: the worker gets no event. */
const isSpared = (history: History, subject: Subject, role: string): boolean => {
  const { consumes } = history.pipeline.stage(role);
  return history.pipeline.announcersOf(consumes).some((earlier) => {
    const entity = history.pipeline.broughtAboutBy(earlier);
    const effects = effectsHadBy(history, earlier, subject);
    return entity !== undefined && effects.length > 0 && effects.every(({ values }) => !isOwed(entity, values));
  });
};

/**
 * The worker has decided on the event, or will get none. An offset past it alone decides nothing until patience is over: an inbox, an
 * outbox or a retry topic passes it on before anything has been done about it.
 */
export const hasDecided = (history: History, subject: Subject, role: string): boolean => {
  const { unasked } = history.pipeline.stage(role);
  const guard = guardRowOfStage(history, subject.correlationId, role);
  return (
    (guard !== undefined && isMark(guard)) ||
    gaveUp(history, subject, role) ||
    beganAgain(history, subject, role) ||
    // What is brought about unasked decides on no event that is not there yet.
    ((unasked === undefined || isTold(history, subject, role)) &&
      effectsByWorkers(history, role, subject).length > 0) ||
    passedOnBy(history, role, subject).length > 0 ||
    hasExitedOver(history, subject, role) ||
    isSpared(history, subject, role) ||
    passings(history, subject, role).some((commit) => isPatienceOver(history, commit))
  );
};

/** The worker went past the event and did nothing about it, and patience is over. */
export const isSkipped = (history: History, subject: Subject, role: string): boolean => {
  const { consumes } = history.pipeline.stage(role);
  return (
    passings(history, subject, role).some((commit) => isPatienceOver(history, commit)) &&
    !hadEffectBy(history, role, subject) &&
    deadLettersOf(history, subject, consumes).length === 0
  );
};

/** From when on the worker may meet what the scenario has in store: the latest fault that strikes it, else the act. */
const struckAt = (history: History, names: readonly string[], topic: string | undefined): number | undefined => {
  const fault = history
    .of('fault.fired')
    .findLast((event) => strikes(event, names) || (topic !== undefined && event.topic === topic));
  return (fault ?? history.of('trial.phase').find(({ phase }) => phase === 'act'))?.seq;
};

/**
 * The worker has met it: since then it has exited, or was told that a topic does not exist; or, where no topic is
 * meant, has come as far as the broker. However long it takes to start.
 */
export const hasMet = (history: History, role: string, topic?: string): boolean => {
  const names = workerNames(history, role);
  const since = struckAt(history, names, topic);
  if (since === undefined) return false;
  const mine = (event: { readonly seq: number; readonly worker: string }): boolean =>
    event.seq > since && names.includes(event.worker);
  return (
    ownExits(history, role).some(mine) ||
    history.of('wire.topic-unknown').some((event) => mine(event) && (topic === undefined || event.topic === topic)) ||
    (topic === undefined && history.of('wire.connected').some((event) => mine(event) && event.upstream === 'kafka'))
  );
};

/** When a payment came further at one of its stages. Each of them is the first of its kind and stays it, whatever is done again. */
const stepsForward = (history: History, payment: Subject, role: string): readonly (HistoryEvent | undefined)[] => [
  eventsOf(history, payment, history.pipeline.stage(role).consumes)[0]?.record,
  callsOfStage(history, role, callsOf(history, payment))[0]?.request,
  effectsEverBy(history, role, payment)[0]?.since,
  passings(history, payment, role)[0],
];

/**
 * When a payment last came further than any time before, on the harness's clock, ms: its event was told, a call made, an effect
 * committed, an offset went past it, each for the first time. Who does the same again and again gets nowhere. 0: none ever did.
 */
export const lastStepForward = (history: History): number => {
  let last = 0;
  for (const payment of paymentsOf(history))
    for (const role of history.pipeline.roles)
      for (const step of stepsForward(history, payment, role)) last = Math.max(last, step?.at ?? 0);
  return last;
};
