/** Rows the harness writes itself, as payment-service, as a fault, or to clean up. Every transaction is tagged. */
import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { FaultlineError } from '../base/errors.ts';
import { uuidFrom } from '../base/uuid-from.ts';
import { isUuid } from '../history/ids.ts';
import type { ColumnTest } from '../pipeline/declaration.ts';
import type { Table } from '../pipeline/vocabulary.ts';
import type { Column } from './columns.ts';
import type { SlotDatabase } from './database.ts';

/** The part of a slot's database that rows are read and written through. */
type Access = Pick<SlotDatabase, 'query' | 'writeAs' | 'tables' | 'columns' | 'pipeline'>;

export interface PaymentRow {
  /** Also the correlation id of everything that follows. */
  readonly id: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly amountCents: number;
  /** Joined with courseId, which the column holds in production. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface PurchaseRow {
  readonly id: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly purchaseTier: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Default: active. */
  readonly isActive?: boolean;
}

export interface ProcessedEventRow {
  readonly eventId: string;
  readonly eventType: string;
  readonly correlationId: string;
  readonly payload: unknown;
  /** The service that wrote the row, as its column says. */
  readonly source: string;
}

/** A purchase as it stands in the database. */
export interface FoundPurchase {
  readonly id: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly purchaseTier: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly isActive: boolean;
}

/** A table with the values of one row, keyed by column. */
interface Insert {
  readonly table: Table;
  readonly values: Readonly<Record<string, unknown>>;
}

const insert = (client: Pick<ClientBase, 'query'>, { table, values }: Insert): Promise<unknown> => {
  const columns = Object.keys(values);
  return client.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
};

const write = async (database: Access, writer: string, row: Insert): Promise<void> => {
  await database.writeAs(writer, (client) => insert(client, row));
};

/** Writes a succeeded payment. False, and nothing written, where the schema has no payments table. */
export const insertPayment = async (database: Access, writer: string, row: PaymentRow): Promise<boolean> => {
  if (!database.tables.includes('payments')) return false;
  await write(database, writer, {
    table: 'payments',
    values: {
      id: row.id,
      student_id: row.studentId,
      amount_cents: row.amountCents,
      provider: 'razorpay',
      status: 'succeeded',
      metadata: JSON.stringify({ ...row.metadata, courseId: row.courseId }),
      confirmed_at: new Date(),
    },
  });
  return true;
};

/** Writes a purchase, as payment-service's fallback does. */
export const insertPurchase = (database: Access, writer: string, row: PurchaseRow): Promise<void> =>
  write(database, writer, {
    table: 'student_course_purchases',
    values: {
      id: row.id,
      student_id: row.studentId,
      course_id: row.courseId,
      purchase_tier: row.purchaseTier,
      purchase_date: new Date(),
      metadata: JSON.stringify(row.metadata),
      is_active: row.isActive ?? true,
    },
  });

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

/**
 * Writes a row of the idempotency guard that marks its event. Errors: FaultlineError 'fault', with PostgreSQL's reason, where the
 * schema takes no such row.
 */
export const insertProcessedEvent = async (database: Access, writer: string, row: ProcessedEventRow): Promise<void> => {
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
  await write(database, writer, {
    table,
    values: {
      // Whatever else it must hold.
      ...Object.fromEntries(
        columns.filter(({ required }) => required).map((one) => [one.column, passing('given', one)]),
      ),
      [key]: keyed(row.eventId, columnOf(key)?.type),
      [type]: row.eventType,
      [correlation]: row.correlationId,
      ...Object.fromEntries(further.filter(has)),
      ...Object.fromEntries(marking),
    },
  }).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw new FaultlineError(
      'fault',
      `PostgreSQL takes no row of ${table} that somebody else writes: ${error.message}`,
      'If nobody but its stage can write one, say so in the declaration, guard: { closed: true }: no scenario tries to then.',
    );
  });
};

/** The active purchase of this student and course, else their newest one, else undefined. */
export const findPurchase = async (
  database: Access,
  studentId: string,
  courseId: string,
): Promise<FoundPurchase | undefined> => {
  const rows = await database.query<FoundPurchase>(
    `SELECT id, student_id AS "studentId", course_id AS "courseId", purchase_tier AS "purchaseTier",
            coalesce(metadata, '{}') AS metadata, is_active AS "isActive"
     FROM student_course_purchases WHERE student_id = $1 AND course_id = $2
     ORDER BY is_active DESC, created_at DESC LIMIT 1`,
    [studentId, courseId],
  );
  return rows[0];
};
