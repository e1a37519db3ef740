/**
 * Judging takes every name from the declaration: histories in which the pipeline's things have other names, told by a
 * declaration with those names, are judged the same but for the names.
 */
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { STORED, STORED_FURTHER, storedFurther, storedHistory } from '../history/testing/stored.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { checkInvariants } from './testing.ts';

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

const renamed = (text: string): string => OTHERWISE.reduce((told, [from, to]) => told.replaceAll(from, to), text);

/** What the stub did is told by the harness, under names of its own. */
const inOurWords = (event: HistoryEvent): HistoryEvent =>
  event.kind === 'http.effect'
    ? (JSON.parse(JSON.stringify(event).replace('appointmentId', 'allocationId')) as HistoryEvent)
    : event;

const underOtherNames = (history: History): History =>
  openHistory(history.events.map((event) => inOurWords(JSON.parse(renamed(JSON.stringify(event))) as HistoryEvent)));

/** What pacts say has the names that they were written with. */
const judged = (history: History) => checkInvariants(history).filter(({ id }) => !id.endsWith('honour-contract'));

test('the declaration is right under other names', () => {
  const { pipeline } = underOtherNames(storedHistory(STORED[0]!)).started;
  expect(declarationProblems(pipeline)).toEqual([]);
  expect(JSON.stringify(pipeline)).not.toMatch(/purchase|allocation/);
});

test.each([
  ...STORED.map((name) => [name, () => storedHistory(name)] as const),
  ...STORED_FURTHER.map((name) => [`further ${name}`, () => storedFurther(name)] as const),
])('%s is judged the same under other names', (_, read) => {
  const history = read();
  expect(judged(underOtherNames(history))).toEqual(JSON.parse(renamed(JSON.stringify(judged(history)))));
});
