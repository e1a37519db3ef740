/** Since when the topics of events are known whole: what is not in one is missing, from then on. Pure. */
import type { Pipeline } from '../../pipeline/queries.ts';
import { CLOCK_MARGIN_MS } from '../began.ts';
import type { PartitionSeen, Told, TopicsSeen } from '../snapshot.ts';

/** ms since the epoch; -Infinity: all that ever was; undefined: it is not known whole. */
const ofPartition = ({ first, since, hole, end, written = end }: PartitionSeen): number | undefined => {
  if (hole !== undefined || written > end) return undefined;
  if (first === 0) return -Infinity;
  return since === undefined ? undefined : since + CLOCK_MARGIN_MS;
};

/** By event; one whose topic is not known whole is not among them. */
export const wholeSince = (pipeline: Pipeline, topics: TopicsSeen | undefined): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  // Which topic it is of that something was not read, is said in words.
  if (topics === undefined || topics.unread.length > 0) return found;
  for (const type of pipeline.eventTypes) {
    const partitions = topics.there.find(({ name }) => name === pipeline.topicOf(type))?.partitions ?? [];
    const times = partitions.map(ofPartition);
    if (times.length === 0 || times.includes(undefined)) continue;
    found.set(type, Math.max(...times.flatMap((time) => time ?? [])));
  }
  return found;
};

const unreadIn = (topics: Told<TopicsSeen>): readonly string[] =>
  'why' in topics
    ? [topics.why]
    : [
        ...topics.value.unread,
        ...Object.values(topics.value.hidden),
        ...topics.value.missing.map((topic) => `there is no topic ${topic}`),
      ];

/**
 * Nothing is known to be right in a topic that was not read whole, that may not be seen, or that is not there; each once. Also what only
 * the first look did not read: of what comes later nobody is suspected any more.
 */
export const unreadTopics = (looks: readonly Told<TopicsSeen>[]): readonly string[] => [
  ...new Set(looks.flatMap(unreadIn)),
];
