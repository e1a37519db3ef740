/** What the history says about one payment at the moment of observation: the answers from which causes are concluded. */
import { bareConnectionsOf } from '../history/connections.ts';
import type { BareConnections } from '../history/connections.ts';
import { isComplete } from '../history/completeness.ts';
import type { BarrierSource, Subject } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { isThere } from '../history/groups.ts';
import { callsOf } from '../history/subjects.ts';
import { ROLE_OF, isWorkersMark, stageFactsOf, topicOf } from './stage.ts';
import type { StageFacts, StageName } from './stage.ts';
import { strayCallsSince } from './stray-calls.ts';
import { topicsAt } from './topics.ts';
import type { TopicFacts } from './topics.ts';

export interface Facts {
  readonly history: History;
  readonly subject: Subject;
  readonly topics: TopicFacts;
  /** Topics that do not exist and that the payment is not past. */
  readonly missing: readonly string[];
  readonly purchase: StageFacts;
  readonly allocation: StageFacts;
  readonly calls: readonly Call[];
  /** Calls since the event of which nothing tells whose they are: with one of them no call is known to be absent. */
  readonly strayCalls: readonly Call[];
  readonly connections: BareConnections;
  /**
   * How far the payment has got: its next step is that of the purchase-worker or of the allocation-worker; it is done
   * when it has its allocation, and not begun when nothing of it is there.
   */
  readonly stage: 'not-begun' | StageName | 'done';
}

/** Conclusions that all answers must agree to rest on every source. */
export const ALL_SOURCES: readonly BarrierSource[] = ['postgres', 'kafka', 'offsets', 'admin-service'];

/** What shows the stage's event taken, by seq; empty: nothing does. */
export const takenBy = (facts: Pick<Facts, 'calls' | 'connections'>, stage: StageFacts): readonly number[] => [
  ...stage.passed.map(({ seq }) => seq),
  ...(isWorkersMark(stage) && stage.guard !== undefined ? [stage.guard.insertedBy.seq] : []),
  ...stage.deadLetters.map(({ record }) => record.seq),
  ...stage.logs.map(({ seq }) => seq),
  ...(stage.name === 'allocation'
    ? [...facts.calls.map(({ request }) => request.seq), ...facts.connections.own.map(({ seq }) => seq)]
    : // Its own row shows that the purchase-worker had the event.
      stage.effects.flatMap(({ since }) => (since.writer === null ? [since.seq] : []))),
];

/**
 * The stage without an event that was never taken and lay in a topic that is deleted and made anew since: it is not there.
 * Where the topic is missing that is what is told.
 */
const withoutLost = (history: History, topics: TopicFacts, stage: StageFacts, isTaken: boolean): StageFacts => {
  const isLost = stage.events.every(({ record }) => isThere(history, record) === 'no');
  return isLost && !isTaken && !topics.missing.includes(topicOf(stage.name)) ? { ...stage, events: [] } : stage;
};

/** Topics that do not exist and that the payment is not past. */
const missingFor = (topics: TopicFacts, isPast: Readonly<Record<StageName, boolean>>): readonly string[] =>
  (['allocation', 'purchase'] as const)
    .filter((name) => !isPast[name])
    .map(topicOf)
    .filter((topic) => topics.missing.includes(topic));

const stageOf = (purchase: StageFacts, allocation: StageFacts, isAtAllocation: boolean): Facts['stage'] => {
  if (allocation.effects.length > 0) return 'done';
  if (isAtAllocation) return 'allocation';
  return purchase.effects.length > 0 || purchase.events.length > 0 ? 'purchase' : 'not-begun';
};

/** Reads the facts about one payment from a history that ends at the moment of observation. */
export const factsOf = (history: History, subject: Subject): Facts => {
  const topics = topicsAt(history);
  const calls = callsOf(history, subject);
  const connections = bareConnectionsOf(history, subject, ROLE_OF.allocation);
  const read = (name: StageName): { readonly stage: StageFacts; readonly isTaken: boolean } => {
    const stage = stageFactsOf(history, subject, name);
    const isTaken = takenBy({ calls, connections }, stage).length > 0;
    return { stage: withoutLost(history, topics, stage, isTaken), isTaken };
  };
  const { stage: purchase, isTaken: isPurchaseTaken } = read('purchase');
  const { stage: allocation, isTaken: isAllocationTaken } = read('allocation');
  // A call shows that the event was there, also where its record has not been read yet.
  const isAtAllocation = allocation.events.length > 0 || (calls.length > 0 && !isComplete(history, 'kafka'));
  return {
    history,
    subject,
    topics,
    missing: missingFor(topics, {
      purchase: isAtAllocation || purchase.effects.length > 0 || isPurchaseTaken,
      allocation: isAllocationTaken,
    }),
    purchase,
    allocation,
    calls,
    strayCalls: strayCallsSince(history, subject, allocation.events[0]),
    connections,
    stage: stageOf(purchase, allocation, isAtAllocation),
  };
};

/** The stage that the payment is at. */
export const currentStage = (facts: Facts): StageFacts =>
  facts.stage === 'allocation' || facts.stage === 'done' ? facts.allocation : facts.purchase;
