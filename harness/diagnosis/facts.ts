/**
 * What the history says about one payment at the moment of observation: the answers from which causes are concluded.
 * Two stages look alike: PURCHASE_CONFIRMED brings about a purchase, PURCHASE_CREATED an allocation.
 */
import type { HistoryEvent, Subject } from '../history/events.ts';
import { isComplete } from '../history/completeness.ts';
import { passedBy } from '../history/groups.ts';
import type { Call, DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { livenessOf, workerNames } from '../history/liveness.ts';
import type { Liveness } from '../history/liveness.ts';
import { allocationEffectsOf, activePurchasesOf, guardRowOf, tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { deadLettersOf } from '../history/letters.ts';
import { callsOf, eventsOf } from '../history/subjects.ts';
import { WORKERS } from '../pipeline/pipeline.ts';
import type { WorkerRole } from '../pipeline/pipeline.ts';
import { bareConnectionsOf } from './connections.ts';
import { topicsAt } from './topics.ts';
import type { TopicFacts } from './topics.ts';

/** One stage of the pipeline for one payment. */
export interface StageFacts {
  readonly role: WorkerRole;
  readonly worker: Liveness;
  /** The stage's event, as often as it was told. */
  readonly events: readonly PipelineEvent[];
  /** Rows that are the event's effect. */
  readonly effects: readonly Row[];
  /** A worker's commit past the event. */
  readonly passed: HistoryEvent<'offsets.committed'> | undefined;
  readonly deadLetters: readonly DeadLetter[];
  /** The idempotency guard's row, whoever wrote it. */
  readonly guard: Row | undefined;
  /** Log lines of the stage's worker that name the payment or the event. */
  readonly logs: readonly HistoryEvent<'process.log'>[];
}

export interface Facts {
  readonly history: History;
  readonly subject: Subject;
  readonly topics: TopicFacts;
  readonly purchase: StageFacts;
  readonly allocation: StageFacts;
  readonly calls: readonly Call[];
  /** Connections to admin-service, since the event, that carried no request. */
  readonly bareConnections: readonly HistoryEvent[];
  /**
   * How far the payment has got: its next step is that of the purchase-worker or of the allocation-worker; it is done
   * when it has its allocation, and not begun when nothing of it is there.
   */
  readonly stage: 'not-begun' | 'purchase' | 'allocation' | 'done';
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
    .filter((event) => names.includes(event.worker) && ids.some((id) => event.line.includes(id)));
};

const stageFacts = (history: History, subject: Subject, role: WorkerRole): StageFacts => {
  const { consumes } = WORKERS[role];
  const tables = tablesAtEnd(history);
  const events = eventsOf(history, subject, consumes);
  return {
    role,
    worker: livenessOf(history, role),
    events,
    effects: role === 'purchase-worker' ? activePurchasesOf(tables, subject) : allocationEffectsOf(tables, subject),
    passed: events.map(({ record }) => passedBy(history, role, record)).find((event) => event !== undefined),
    deadLetters: deadLettersOf(history, subject, consumes),
    guard: guardRowOf(tables, subject.correlationId, consumes),
    logs: events.length === 0 ? [] : logsOf(history, role, subject, events),
  };
};

/** Reads the facts about one payment from a history that ends at the moment of observation. */
export const factsOf = (history: History, subject: Subject): Facts => {
  const purchase = stageFacts(history, subject, 'purchase-worker');
  const allocation = stageFacts(history, subject, 'allocation-worker');
  const calls = callsOf(history, subject);
  // A call shows that the event was there, also where its record has not been read yet.
  const begun = allocation.events.length > 0 || (calls.length > 0 && !isComplete(history, 'kafka'));
  return {
    history,
    subject,
    topics: topicsAt(history),
    purchase,
    allocation,
    calls,
    bareConnections: bareConnectionsOf(history, allocation.events[0]),
    stage:
      allocation.effects.length > 0
        ? 'done'
        : begun
          ? 'allocation'
          : purchase.effects.length > 0 || purchase.events.length > 0
            ? 'purchase'
            : 'not-begun',
  };
};

/** The stage that the payment is at. */
export const currentStage = (facts: Facts): StageFacts =>
  facts.stage === 'allocation' || facts.stage === 'done' ? facts.allocation : facts.purchase;

/** The stage's event was dealt with for good: committed past or dead-lettered. Its worker will not come back to it. */
export const isOver = (stage: StageFacts): boolean => stage.passed !== undefined || stage.deadLetters.length > 0;

/** Was the guard's row inserted by a worker? */
export const isWorkersMark = ({ guard }: StageFacts): boolean =>
  guard !== undefined && guard.insertedBy.writer === null;

/** What shows the stage's event taken, by seq; empty: nothing does. */
export const takenBy = (facts: Facts, stage: StageFacts): readonly number[] => [
  ...(stage.passed === undefined ? [] : [stage.passed.seq]),
  ...(isWorkersMark(stage) && stage.guard !== undefined ? [stage.guard.insertedBy.seq] : []),
  ...stage.deadLetters.map(({ record }) => record.seq),
  ...stage.logs.map(({ seq }) => seq),
  ...(stage.role === 'allocation-worker'
    ? [...facts.calls.map(({ request }) => request.seq), ...facts.bareConnections.map(({ seq }) => seq)]
    : // Its own row and announcement show that the purchase-worker had the event.
      stage.effects.flatMap(({ insertedBy }) => (insertedBy.writer === null ? [insertedBy.seq] : []))),
];

/** Everything is recorded up to the observation, so that absence proves. */
export const allIsKnown = ({ history }: Facts): boolean =>
  isComplete(history, 'postgres', 'kafka', 'offsets', 'admin-service');

/**
 * A running member of the group that has not taken an event for so long is not merely about to: kafkajs waits at most
 * 5 s in a fetch, and a record ends that wait.
 */
const LONGEST_FETCH_MS = 5_000;

/** Has something stood unanswered for longer than a fetch can last? */
export const hasStood = (history: History, since: HistoryEvent | undefined): boolean =>
  since !== undefined && (history.events.at(-1)?.at ?? 0) - since.at > LONGEST_FETCH_MS;
