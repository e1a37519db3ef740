/**
 * Which life of its topic a record, an acknowledgement or a committed offset belongs to: a topic that was deleted and
 * made anew is another one, and its positions begin again at 0. What was not recorded is concluded from what proves it:
 * each source's own order, and what the harness did itself. Where that leaves several lives possible, all are kept.
 */
import type { HistoryEvent } from './events.ts';
import { commitLives, livesCommittedIn } from './lives-of-commits.ts';
import { orNew } from './memo.ts';
import { recordLives } from './lives-of-records.ts';
import { topicsOver } from './topics-over-time.ts';
import type { Lives, Placed } from './views.ts';

const FIRST: readonly number[] = [0];

const livesOf = (events: readonly HistoryEvent[]): Lives => {
  const topics = topicsOver(events);
  const records = recordLives(events, topics, livesCommittedIn(events, topics));
  const commits = commitLives(events, topics, records);
  return {
    of: (event) => (event.kind === 'offsets.committed' ? commits : records.lives).get(event.seq) ?? FIRST,
    latest: (topic) => (topics.exists(topic) ? records.last(topic) : undefined),
  };
};

const inFirst = (incarnation: number | undefined): boolean => incarnation === undefined || incarnation === 0;

/** No topic was deleted, and nothing shows that one was: all is of the first life of its topic. */
const PLAIN: Lives = { of: () => FIRST, latest: () => 0 };

export const areAllFirst = (lives: Lives): boolean => lives === PLAIN;

/**
 * The same of events that are still added to: hardly any trial makes a topic anew, and until something shows that, nothing need be
 * concluded, and the value stays the same. From then on it is a new one after every event.
 */
export const livesOfGrowing = (events: readonly HistoryEvent[]): (() => Lives) => {
  const last = new Map<string, Map<number, HistoryEvent<'kafka.record'>>>();
  let isPlain = true;
  let next = 0;
  let concluded: { readonly lives: Lives; readonly length: number } | undefined;
  const staysPlain = (event: HistoryEvent): boolean => {
    switch (event.kind) {
      case 'kafka.topic-deleted':
        return false;
      case 'kafka.produced':
        return inFirst(event.incarnation);
      case 'kafka.record': {
        const partitions = orNew(last, event.topic, () => new Map<number, HistoryEvent<'kafka.record'>>());
        const before = partitions.get(event.partition);
        partitions.set(event.partition, event);
        const follows =
          before === undefined || (event.offset > before.offset && event.incarnation === before.incarnation);
        return inFirst(event.incarnation) && follows;
      }
      default:
        return true;
    }
  };
  return () => {
    for (; isPlain && next < events.length; next += 1) isPlain = staysPlain(events[next]!);
    if (isPlain) return PLAIN;
    if (concluded?.length !== events.length) concluded = { lives: livesOf(events), length: events.length };
    return concluded.lives;
  };
};

/** Are both of one life of their topic? `maybe`: nothing proves either. */
export const sameLife = (lives: Lives, a: Placed, b: Placed): 'yes' | 'no' | 'maybe' => {
  const [ofA, ofB] = [lives.of(a), lives.of(b)];
  // Hardly any trial makes a topic anew.
  if (ofA === ofB && ofA.length === 1) return 'yes';
  const common = ofA.filter((life) => ofB.includes(life));
  if (common.length === 0) return 'no';
  return ofA.length === 1 && ofB.length === 1 ? 'yes' : 'maybe';
};
