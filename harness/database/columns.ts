/** The columns of the pipeline's tables: those that are needed, and those that are there. */
import type { ClientBase } from 'pg';
import type { Table } from '../pipeline/pipeline.ts';

/** What the harness, as admin-service, payment-service and recorder, reads and writes. */
const NEEDED: Readonly<Record<Table, readonly string[]>> = {
  student_course_purchases: [
    'id',
    'student_id',
    'course_id',
    'purchase_tier',
    'purchase_date',
    'metadata',
    'is_active',
    'created_at',
  ],
  trainer_allocations: [
    'id',
    'student_id',
    'trainer_id',
    'course_id',
    'requested_by',
    'requested_at',
    'status',
    'allocated_by',
    'allocated_at',
    'rejected_by',
    'rejected_at',
    'rejection_reason',
    'notes',
    'metadata',
    'created_at',
    'updated_at',
  ],
  processed_events: ['event_id', 'event_type', 'correlation_id', 'payload', 'source', 'version', 'processed_at'],
  payments: ['id', 'student_id', 'amount_cents', 'provider', 'status', 'metadata', 'confirmed_at'],
};

export interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every column of these tables of the schema "public". */
export const findColumns = async (
  client: Pick<ClientBase, 'query'>,
  tables: readonly Table[],
): Promise<readonly Column[]> => {
  const { rows } = await client.query<Column>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relname = ANY($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY c.relname, a.attnum`,
    [tables],
  );
  return rows;
};

/** `table.column` of what is needed and not there. */
export const missingColumns = (tables: readonly Table[], there: readonly Column[]): readonly string[] => {
  const known = new Set(there.map(({ table, column }) => `${table}.${column}`));
  return tables
    .flatMap((table) => NEEDED[table].map((column) => `${table}.${column}`))
    .filter((name) => !known.has(name));
};

/** What has become of the columns, in words; a table without any is gone. */
export const changedColumns = (before: readonly Column[], now: readonly Column[]): readonly string[] => {
  const left = new Map(now.map((one) => [`${one.table}.${one.column}`, one]));
  const tables = new Set(now.map(({ table }) => table));
  const gone = [...new Set(before.map(({ table }) => table))].filter((table) => !tables.has(table));
  const known = new Map(before.map((one) => [`${one.table}.${one.column}`, one]));
  return [
    ...gone.map((table) => `the table ${table} is gone`),
    ...[...known].flatMap(([name, { table, type }]) => {
      const is = left.get(name);
      if (gone.includes(table)) return [];
      if (is === undefined) return [`the column ${name} is gone`];
      return is.type === type ? [] : [`the column ${name} is ${is.type} and was ${type}`];
    }),
    ...[...left.keys()].filter((name) => !known.has(name)).map((name) => `the column ${name} was added`),
  ];
};
