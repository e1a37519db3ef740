import type { History } from '../history/history.ts';
import { perHistory } from '../history/memo.ts';

/** Since when a topic is not there. */
interface Absence {
  /** `seq` from which it is known to be missing; 0: nothing says that it was ever there. */
  readonly since: number;
  readonly evidence: readonly number[];
}

export interface TopicFacts {
  /** Topics of the pipeline's events that do not exist. */
  readonly missing: readonly string[];
  /** False: the history does not say which topics exist. */
  readonly known: boolean;
  readonly evidenceOf: (topics: readonly string[]) => readonly number[];
  /** `seq` since which the topic is missing; undefined: it is not. */
  readonly missingSince: (topic: string) => number | undefined;
}

/** What tells which topics there are, by arrival. */
const tellingOfTopics = (history: History) =>
  [
    ...history.of('kafka.positions'),
    ...history.of('kafka.topics'),
    ...history.of('kafka.topic-deleted'),
    ...history.of('kafka.topic-created'),
  ].sort((a, b) => a.seq - b.seq);

/** Which of the topics that a payment needs exist at the history's end: the last listing, and what was done since. */
export const topicsAt = perHistory((history): TopicFacts => {
  /** Topics through which a payment reaches its end. */
  const needed = history.pipeline.roles.map(history.pipeline.consumedTopic).toReversed();
  const absent = new Map<string, Absence>();
  const seenThere = new Set<string>();
  /** The last word on each topic that is there. */
  const evidence = new Map<string, number>();
  let listed: number | undefined;
  const there = (topic: string, seq: number): void => {
    seenThere.add(topic);
    absent.delete(topic);
    evidence.set(topic, seq);
  };
  const gone = (topic: string, seq: number): void => {
    const known = absent.get(topic);
    const since = known?.since ?? (seenThere.has(topic) ? seq : 0);
    absent.set(topic, { since, evidence: [...(known?.evidence.slice(0, 1) ?? []), seq] });
  };
  const list = (topics: readonly string[], seq: number): void => {
    listed = seq;
    for (const topic of needed)
      if (topics.includes(topic)) there(topic, seq);
      else gone(topic, seq);
  };
  for (const event of tellingOfTopics(history)) {
    if (event.kind === 'kafka.positions') for (const topic of Object.keys(event.ends)) seenThere.add(topic);
    else if (event.kind === 'kafka.topics') list(event.topics, event.seq);
    else if (event.kind === 'kafka.topic-deleted') {
      seenThere.add(event.topic);
      gone(event.topic, event.seq);
    } else there(event.topic, event.seq);
  }
  return {
    missing: needed.filter((topic) => absent.has(topic)),
    known: listed !== undefined,
    evidenceOf: (topics) => [
      ...new Set(topics.flatMap((topic) => absent.get(topic)?.evidence ?? evidence.get(topic) ?? [])),
    ],
    missingSince: (topic) => absent.get(topic)?.since,
  };
});
