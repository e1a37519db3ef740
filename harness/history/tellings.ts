/** One event may be told more than once: two records with one eventId are the same event. */
import type { History, PipelineEvent } from './history.ts';
import { normalId, sameId } from './ids.ts';
import { addTo, folded } from './memo.ts';
import type { Fold } from './memo.ts';

type ByEventId = ReadonlyMap<string, readonly PipelineEvent[]>;

const keyOf = (type: string, eventId: string): string => `${type} ${normalId(eventId)}`;

const telling = (): Fold<PipelineEvent, ByEventId> => {
  const facts = new Map<string, PipelineEvent[]>();
  return {
    facts,
    observe: (event) => {
      if (event.eventId !== undefined) addTo(facts, keyOf(event.type, event.eventId), event);
    },
  };
};

const inTopics = folded({ list: (history) => history.pipelineEvents, begin: telling });
const elsewhere = folded({ list: (history) => history.eventsElsewhere, begin: telling });

const NONE: readonly never[] = [];

/** A worker that gives all its events one id tells different events all the same. */
const mayBeOne = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || sameId(a, b);

const isSameEvent = (a: PipelineEvent, b: PipelineEvent): boolean =>
  a.record.seq === b.record.seq ||
  (mayBeOne(a.correlationId, b.correlationId) &&
    mayBeOne(a.studentId, b.studentId) &&
    mayBeOne(a.courseId, b.courseId));

/**
 * Every record that tells this event, the given one among them: in its topic, and in topics of a worker's own. What
 * happened to one of them happened to the event.
 */
export const tellingsOf = (history: History, event: PipelineEvent): readonly PipelineEvent[] => {
  if (event.eventId === undefined) return [event];
  const key = keyOf(event.type, event.eventId);
  const [here, there] = [inTopics(history).get(key) ?? NONE, elsewhere(history).get(key) ?? NONE];
  // Most events are told once.
  if (there.length === 0 && here.length === 1 && here[0] === event) return here;
  const told = [...here, ...there];
  return (told.length === 0 ? [event] : told).filter((each) => isSameEvent(each, event));
};

/** Each event once, by its first telling in the list. */
export const eventsOnce = (history: History, events: readonly PipelineEvent[]): readonly PipelineEvent[] => {
  const told = new Set<PipelineEvent>();
  return events.filter((event) => {
    if (told.has(event)) return false;
    for (const each of tellingsOf(history, event)) told.add(each);
    return true;
  });
};
