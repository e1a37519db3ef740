/** The ids by which an event names a trial. */
import type { NewEvent } from '../history/events.ts';
import { normalId } from '../history/ids.ts';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const studentOf = (json: unknown): string | undefined =>
  typeof json === 'object' && json !== null ? textOf((json as Record<string, unknown>)['studentId']) : undefined;

const named = (event: NewEvent): readonly (string | undefined)[] => {
  switch (event.kind) {
    case 'kafka.record':
      return [event.correlationId, event.key ?? undefined, studentOf(event.json)];
    case 'postgres.commit':
      return [
        event.correlationId,
        // A row of the subject's own has its id; a row of any other table has one that is nobody else's.
        ...event.changes.flatMap(({ row, old }) => {
          const values = row ?? old;
          return ['id', 'student_id', 'correlation_id'].map((column) => textOf(values?.[column]));
        }),
      ];
    case 'http.request':
      return [event.correlationId, studentOf(event.json)];
    default:
      return [event.correlationId];
  }
};

/** What of an event may name a trial, normalised. */
export const idsOf = (event: NewEvent): readonly string[] =>
  named(event).flatMap((id) => (id === undefined ? [] : [normalId(id)]));
