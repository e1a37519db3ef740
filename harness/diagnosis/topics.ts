import { perHistory } from '../history/memo.ts';
import { EVENT_TOPICS } from '../pipeline/pipeline.ts';

export interface TopicFacts {
  /** Topics the payment needs that do not exist. */
  readonly missing: readonly string[];
  /** False: the history does not say which topics exist. */
  readonly known: boolean;
  readonly evidence: readonly number[];
}

/** Topics through which a payment reaches its allocation. */
const NEEDED: readonly string[] = [EVENT_TOPICS.PURCHASE_CREATED, EVENT_TOPICS.PURCHASE_CONFIRMED];

/** Which of the topics that a payment needs exist at the history's end: the last listing, and what was done since. */
export const topicsAt = perHistory((history): TopicFacts => {
  let existing: Set<string> | undefined;
  const missing = new Set<string>();
  const evidence = new Map<string, number>();
  let listed: number | undefined;
  for (const event of history.events) {
    if (event.kind === 'kafka.topics') {
      existing = new Set(event.topics);
      listed = event.seq;
      missing.clear();
      for (const topic of NEEDED) if (!existing.has(topic)) missing.add(topic);
    } else if (event.kind === 'kafka.topic-deleted') {
      missing.add(event.topic);
      evidence.set(event.topic, event.seq);
    } else if (event.kind === 'kafka.topic-created') {
      missing.delete(event.topic);
      evidence.set(event.topic, event.seq);
    }
  }
  const needed = NEEDED.filter((topic) => missing.has(topic));
  return {
    missing: needed,
    known: existing !== undefined,
    evidence: [
      ...(listed === undefined ? [] : [listed]),
      ...(needed.length === 0 ? NEEDED : needed).flatMap((topic) => evidence.get(topic) ?? []),
    ],
  };
});
