/** One event may be told more than once: two records with one eventId are the same event. */
import type { History, PipelineEvent } from './history.ts';
import { sameId } from './ids.ts';
import { heldUnder, idKey } from './keys.ts';
import { addTo, folded, orNew } from './memo.ts';
import type { Fold } from './memo.ts';

/** By type and eventId. */
type Told = ReadonlyMap<string, ReadonlyMap<string, readonly PipelineEvent[]>>;

const telling = (): Fold<PipelineEvent, Told> => {
  const facts = new Map<string, Map<string, PipelineEvent[]>>();
  return {
    facts,
    observe: (event) => {
      if (event.eventId === undefined) return;
      addTo(
        orNew(facts, event.type, () => new Map<string, PipelineEvent[]>()),
        idKey(event.eventId),
        event,
      );
    },
  };
};

const inTopics = folded({ list: (history) => history.pipelineEvents, begin: telling });
const elsewhere = folded({ list: (history) => history.eventsElsewhere, begin: telling });

const NONE: readonly never[] = [];

const toldIn = (told: Told, type: string, eventId: string): readonly PipelineEvent[] => {
  const ofType = told.get(type);
  return (ofType && heldUnder(ofType, eventId)) ?? NONE;
};

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
  const { type, eventId } = event;
  if (eventId === undefined) return [event];
  const here = toldIn(inTopics(history), type, eventId);
  const there = toldIn(elsewhere(history), type, eventId);
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
