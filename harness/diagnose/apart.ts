/** How far apart two looks must be, so that what they show together proves what one of them cannot. */
import { currentStage, factsOf } from '../diagnosis/facts.ts';
import { isComplete } from '../history/completeness.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import { PATIENCE_MS } from './to-history.ts';

/** Whether a group moves shows within this, ms: longer than a client waits in a fetch. */
const TREND_MS = 6_000;

/** A timer may ring early, by as long as what ran before it: two looks that are too near to each other prove nothing. */
const EARLY_MS = 1_000;

/** ms; 0: the first look says it all. */
export const lookAgainAfter = (events: readonly HistoryEvent[]): number => {
  const history = openHistory(events);
  const [subject] = history.subjects;
  if (subject === undefined) return 0;
  // Without its rows nothing is concluded of a payment, however often one looks.
  if (!isComplete(history, 'postgres')) return 0;
  const facts = factsOf(history, subject);
  if (facts.at === 'done' || facts.at === 'not-begun') return 0;
  const current = currentStage(facts);
  const isPast = facts.stages.some(({ taken, isThrough }) => taken.length > 0 && !isThrough);
  // What is to follow from a row or an event may only be about to: a relay of an outbox comes by every few seconds.
  const isToFollow = current.isThrough || current.events.length === 0;
  return isPast || isToFollow ? PATIENCE_MS + EARLY_MS : TREND_MS;
};
