/** The ids by which an event names a trial. */
import type { NewEvent } from './events.ts';
import { idOf, normalId } from './ids.ts';

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return value >= LEAST_ID ? idOf(value) : undefined;
  return typeof value === 'string' && value.length <= LONGEST_ID ? value : undefined;
};

/** Ids are short; what is longer is text about something. */
const LONGEST_ID = 64;

/** Ids that are numbers have eight digits and more; smaller ones count things, or number rows, and name no trial. */
const LEAST_ID = 10_000_000;

/** A body's own values: one of them may be an id, whatever its pipeline calls it. */
const valuesOf = (json: unknown): readonly (string | undefined)[] =>
  typeof json === 'object' && json !== null ? Object.values(json).map(textOf) : [];

const named = (event: NewEvent): readonly (string | undefined)[] => {
  switch (event.kind) {
    case 'kafka.record':
      return [event.correlationId, event.key ?? undefined, ...valuesOf(event.json)];
    case 'postgres.commit':
      return [
        event.correlationId,
        // A row of the subject's own has its id; a row of any other table has one that is nobody else's.
        ...event.changes.flatMap(({ row, old }) => valuesOf(row ?? old)),
      ];
    case 'http.request':
      return [event.correlationId, ...valuesOf(event.json)];
    default:
      return [event.correlationId];
  }
};

/** What of an event may name a trial, normalised. */
export const idsOf = (event: NewEvent): readonly string[] =>
  named(event).flatMap((id) => (id === undefined ? [] : [normalId(id)]));
