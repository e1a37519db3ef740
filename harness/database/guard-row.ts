/** The row of the idempotency guard that a fault writes: somebody has marked an event. */
import { randomUUID } from 'node:crypto';
import { FaultlineError } from '../base/errors.ts';
import { uuidFrom } from '../base/uuid-from.ts';
import { isUuid } from '../history/ids.ts';
import type { ColumnTest } from '../pipeline/declaration.ts';
import type { Column } from './columns.ts';
import type { SlotDatabase } from './slot-database.ts';

type Access = Pick<SlotDatabase, 'writeAs' | 'columns' | 'pipeline'>;

export interface ProcessedEventRow {
  readonly eventId: string;
  readonly eventType: string;
  readonly correlationId: string;
  readonly payload: unknown;
  /** The service that wrote the row, as its column says. */
  readonly source: string;
}

/** A value by which a column passes the test: of one that only has to hold something, what its type takes. */
const passing = (test: ColumnTest, { type, values }: Partial<Column> = {}): unknown => {
  if (typeof test === 'object') return test[0];
  if (test !== 'given') return test;
  if (values !== undefined && values !== null) return values[0];
  if (type === 'uuid') return randomUUID();
  if (type?.endsWith('[]') === true) return '{}';
  if (/^time\b/.test(type ?? '')) return '00:00';
  if (/^(?:inet|cidr)$/.test(type ?? '')) return '127.0.0.1';
  return /^(?:timestamp|date)/.test(type ?? '') ? new Date() : '1';
};

/** Nine digits fit into an integer. */
const NUMBERS = { from: 100_000_000, count: 900_000_000 } as const;

/** The id of an event as the guard's key takes it: one that is made up of words becomes what the column is of. */
const keyed = (eventId: string, type: string | undefined): string => {
  const made = uuidFrom(eventId);
  if (type === 'uuid') return isUuid(eventId) ? eventId : made;
  const room = Number(/^character(?: varying)?\((?<room>\d+)\)$/.exec(type ?? '')?.groups?.['room'] ?? Infinity);
  if (eventId.length > room) return made.slice(0, room);
  if (!/^(?:integer|bigint|numeric)/.test(type ?? '') || /^\d+$/.test(eventId)) return eventId;
  return String(NUMBERS.from + (Number.parseInt(made.slice(0, 8), 16) % NUMBERS.count));
};

/** What PostgreSQL says of a row that its schema does not take: a value of a wrong type, or a constraint. */
const isRefusal = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));

export interface GuardRow {
  /** Takes the row away again, as the same writer; one that is not there any more is no error. */
  remove(): Promise<void>;
}

/**
 * Writes a row of the idempotency guard that marks its event. Errors: FaultlineError 'fault', with PostgreSQL's reason, where the
 * schema takes no such row.
 */
export const insertProcessedEvent = async (
  database: Access,
  writer: string,
  row: ProcessedEventRow,
): Promise<GuardRow> => {
  const { table, key, type, correlation, marks = {} } = database.pipeline.guard;
  const columns = database.columns.filter((one) => one.table === table);
  const columnOf = (name: string) => columns.find(({ column }) => column === name);
  const has = ([name]: readonly [string, unknown]): boolean => columnOf(name) !== undefined;
  const marking = Object.entries(marks).map(([name, test]) => [name, passing(test, columnOf(name))] as const);
  // Not every guard tells so much.
  const further: readonly (readonly [string, unknown])[] = [
    ['payload', JSON.stringify(row.payload)],
    ['source', row.source],
    ['version', '1.0.0'],
    ['processed_at', new Date()],
  ];
  const values: Readonly<Record<string, unknown>> = {
    // Whatever else it must hold.
    ...Object.fromEntries(columns.filter(({ required }) => required).map((one) => [one.column, passing('given', one)])),
    [key]: keyed(row.eventId, columnOf(key)?.type),
    [type]: row.eventType,
    [correlation]: row.correlationId,
    ...Object.fromEntries(further.filter(has)),
    ...Object.fromEntries(marking),
  };
  const names = Object.keys(values);
  const statement = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`;
  await database
    .writeAs(writer, (client) => client.query(statement, Object.values(values)))
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      throw new FaultlineError(
        'fault',
        `PostgreSQL takes no row of ${table} that somebody else writes: ${error.message}`,
        'If nobody but its stage can write one, say so in the declaration, guard: { closed: true }: no scenario tries to then.',
      );
    });
  const own = [key, type, correlation];
  const removal = `DELETE FROM ${table} WHERE ${own.map((name, index) => `${name} = $${index + 1}`).join(' AND ')}`;
  return {
    remove: async () => {
      await database.writeAs(writer, (client) =>
        client.query(
          removal,
          own.map((name) => values[name]),
        ),
      );
    },
  };
};
