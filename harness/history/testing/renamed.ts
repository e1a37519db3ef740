/** Histories in which the pipeline's things have other names, told by a declaration with those names. */
import type { HistoryEvent } from '../events.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';

/** Parts of topics, tables, event types, roles, groups, entities, fields and words. With the same article before them. */
const OTHERWISE: readonly (readonly [string, string])[] = [
  ['purchase', 'booking'],
  ['Purchase', 'Booking'],
  ['PURCHASE', 'BOOKING'],
  ['allocation', 'appointment'],
  ['ALLOCATED', 'APPOINTED'],
  ['allocated', 'appointed'],
  ['COURSE_ACCESS', 'ROOM_KEY'],
  ['course-access', 'room-key'],
  ['processed_events', 'done_with'],
  ['correlation_id', 'thread'],
  ['dead-letter-queue', 'lost-letters'],
];

export const renamed = (text: string): string =>
  OTHERWISE.reduce((told, [from, to]) => told.replaceAll(from, to), text);

/** What the stub did is told by the harness, under names of its own; and so are acts, after which no judge asks. */
const inOurWords = (event: HistoryEvent): HistoryEvent => {
  if (event.kind === 'trial.started') return { ...event, pipeline: { ...event.pipeline, acts: {} } };
  return event.kind === 'http.effect'
    ? (JSON.parse(JSON.stringify(event).replace('appointmentId', 'allocationId')) as HistoryEvent)
    : event;
};

export const underOtherNames = (history: History): History =>
  openHistory(history.events.map((event) => inOurWords(JSON.parse(renamed(JSON.stringify(event))) as HistoryEvent)));
