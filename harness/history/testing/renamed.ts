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

/** Acts go by names of the harness's, and no judge asks after them. */
const withoutActs = (event: HistoryEvent): HistoryEvent =>
  event.kind === 'trial.started' ? { ...event, pipeline: { ...event.pipeline, acts: {} } } : event;

export const underOtherNames = (history: History): History =>
  openHistory(history.events.map((event) => withoutActs(JSON.parse(renamed(JSON.stringify(event))) as HistoryEvent)));
