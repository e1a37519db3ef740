/** Reads a payment's rows of a live database in one read-only transaction, by key, with a time-out for everything. */
import pg from 'pg';
import type { ClientBase } from 'pg';
import { columnsRead, findColumns } from '../database/columns.ts';
import type { Column } from '../database/columns.ts';
import type { Subject } from '../history/events.ts';
import { idOf, isUuid } from '../history/ids.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { leftOut } from './told.ts';
import type { RowSeen, RowsSeen, Told } from './snapshot.ts';

const { escapeIdentifier } = pg;

/** Nobody waits for us, nor we for anybody: ms each. */
const LIMITS = {
  statement_timeout: 10_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

/** More rows of one payment than this are no payment's. */
const MOST_ROWS = 1000;

/** What else tells of a row when it was and who says to have written it: evidence, and no proof. Nothing that a person wrote. */
const ALSO = ['source', 'created_at', 'updated_at', 'processed_at', 'confirmed_at'] as const;

/** Runs the work in one snapshot of the database; rolled back in any case. */
export const inSnapshot = async <T>(client: ClientBase, work: () => Promise<T>): Promise<T> => {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const [name, ms] of Object.entries(LIMITS)) await client.query(`SET LOCAL ${name} = ${ms}`);
    // Rows that a policy would hide are an error, and not left out.
    await client.query('SET LOCAL row_security = off');
    await client.query("SET LOCAL timezone = 'UTC'");
    await client.query("SET LOCAL datestyle = 'ISO'");
    // Who may make functions and operators there must not be found before the server's own.
    await client.query('SET LOCAL search_path = pg_catalog');
    return await work();
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
};

/** Could the column hold the id at all? One that it cannot hold is in no row, and would be an error to ask for. */
const holds = (type: string, id: string): boolean => {
  if (type === 'uuid') return isUuid(id);
  return /^(?:smallint|integer|bigint|numeric)/.test(type) ? /^\d{1,18}$/.test(id) : true;
};

/** Column and the ids of which it must hold one. */
type By = readonly (readonly [column: string, ids: readonly string[]])[];

interface Asked {
  readonly client: ClientBase;
  readonly pipeline: Pipeline;
  readonly columns: readonly Column[];
}

/** Why its rows may not be read, or not all of them; undefined: they may. */
const refusalOf = async (client: ClientBase, table: string): Promise<string | undefined> => {
  const { rows } = await client.query<{ may: boolean; hides: boolean }>(
    "SELECT has_table_privilege($1::text, 'SELECT') AS may, row_security_active($1::text) AS hides",
    [`public.${escapeIdentifier(table)}`],
  );
  if (rows[0]?.may !== true) return `its user may not read the table ${table} (SELECT)`;
  return rows[0].hides ? `row-level security may hide rows of the table ${table} from its user` : undefined;
};

/** In one order, whatever order they came in: two looks are compared. */
export const inOneOrder = (rows: readonly RowSeen[]): readonly RowSeen[] =>
  rows
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ row }) => row);

/** The table's rows of which each column holds one of its ids. */
const rowsBy = async (
  { client, pipeline, columns }: Asked,
  table: string,
  by: By,
): Promise<Told<readonly RowSeen[]>> => {
  const there = columns.filter((one) => one.table === table);
  if (there.length === 0) return { why: `there is no table ${table} in the schema "public"` };
  const typeOf = (name: string): string | undefined => there.find(({ column }) => column === name)?.type;
  const lacking = [...by.map(([column]) => column), ...columnsRead(pipeline, table)].filter(
    (name) => typeOf(name) === undefined,
  );
  if (lacking.length > 0) return { why: `${table} has no column ${[...new Set(lacking)].join(', ')}` };
  const refusal = await refusalOf(client, table);
  if (refusal !== undefined) return { why: refusal };
  const fitting = by.map(([column, ids]) => [column, ids.filter((id) => holds(typeOf(column) ?? '', id))] as const);
  if (fitting.some(([, ids]) => ids.length === 0)) return { value: [] };
  const wanted = new Set([...columnsRead(pipeline, table), ...by.map(([column]) => column), ...ALSO]);
  // Whose it is stands in columns, or in what it keeps besides.
  if (!pipeline.rowTables.includes(table))
    for (const column of ['id', 'metadata', ...pipeline.pair.map((one) => one.column)]) wanted.add(column);
  const named = there.map(({ column }) => column).filter((column) => wanted.has(column));
  const where = fitting.map(([column], i) => `${escapeIdentifier(column)} = ANY($${i + 1})`).join(' AND ');
  const sql = `SELECT ${named.map(escapeIdentifier).join(', ')} FROM public.${escapeIdentifier(table)} WHERE ${where} LIMIT ${MOST_ROWS + 1}`;
  const { rows } = await client.query<Record<string, unknown>>(
    sql,
    fitting.map(([, ids]) => ids),
  );
  return rows.length > MOST_ROWS
    ? { why: `${table} has more than ${MOST_ROWS} rows of it` }
    : { value: inOneOrder(rows) };
};

/** The server's clock, and whether it only follows another one. */
const serverOf = async (client: ClientBase): Promise<Pick<RowsSeen, 'now' | 'standby'>> => {
  const { rows } = await client.query<{ now: number; standby: boolean }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now, pg_is_in_recovery() AS standby',
  );
  return { now: rows[0]?.now ?? NaN, ...(rows[0]?.standby === false ? {} : { standby: true }) };
};

const begin = async (client: ClientBase, pipeline: Pipeline): Promise<Asked> => ({
  client,
  pipeline,
  columns: await findColumns(client, pipeline.tables),
});

/** Tables in an order in which what a row is via comes before it. */
const inOrder = ({ entities }: Pipeline) =>
  [...entities].sort((a, b) => Number(a.via !== undefined) - Number(b.via !== undefined));

/**
 * Every row of the payment: by its student and course, or via a row of theirs; the guard's by its id. Of tables that are left out
 * it is said that they are.
 */
export const readRows = (
  client: ClientBase,
  pipeline: Pipeline,
  subject: Subject,
  { effects, guards }: { readonly effects: boolean; readonly guards: boolean },
): Promise<RowsSeen> =>
  inSnapshot(client, async () => {
    const asked = await begin(client, pipeline);
    const { guard, pair, entity: entityNamed } = pipeline;
    const tables = new Map<string, Told<readonly RowSeen[]>>();
    const idsIn = (table: string): readonly string[] => {
      const rows = tables.get(table);
      return rows !== undefined && 'value' in rows ? rows.value.flatMap((row) => idOf(row['id']) ?? []) : [];
    };
    for (const { table, via } of inOrder(pipeline)) {
      if (tables.has(table)) continue;
      if (!effects) {
        tables.set(table, leftOut(`the rows of ${table}`));
        continue;
      }
      const [student, course] = pair;
      const by: By =
        via === undefined
          ? [
              [student.column, [subject.studentId]],
              [course.column, [subject.courseId]],
            ]
          : [[via.column, idsIn(entityNamed(via.entity).table)]];
      tables.set(table, await rowsBy(asked, table, by));
    }
    const ofGuard = guards
      ? await rowsBy(asked, guard.table, [[guard.correlation, [subject.correlationId]]])
      : leftOut(`the rows of ${guard.table}`);
    tables.set(guard.table, ofGuard);
    return { tables: [...tables].map(([table, rows]) => ({ table, rows })), ...(await serverOf(client)) };
  });

/** What tells whose a payment is: its own row, where the pipeline has such a table. */
export const readTraces = (
  client: ClientBase,
  { pipeline, table, column, id }: Traces,
): Promise<Told<readonly RowSeen[]>> =>
  inSnapshot(client, async () => rowsBy(await begin(client, pipeline), table, [[column, [id]]]));

interface Traces {
  readonly pipeline: Pipeline;
  readonly table: string;
  readonly column: string;
  readonly id: string;
}
