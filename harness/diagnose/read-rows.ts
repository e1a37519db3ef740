/** Reads a payment's rows of a live database in one read-only transaction, by key, with a time-out for everything. */
import pg from 'pg';
import type { ClientBase } from 'pg';
import { columnsRead, findColumns } from '../database/columns.ts';
import type { Column } from '../database/columns.ts';
import type { Subject } from '../history/events.ts';
import { idOf, isUuid, sameId } from '../history/ids.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { clockBetween } from './clocks.ts';
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

/** Why these columns of all its rows cannot be read; undefined: they can. */
export const whyUnread = async (
  { client, columns }: Pick<Asked, 'client' | 'columns'>,
  table: string,
  needed: readonly string[],
): Promise<string | undefined> => {
  const there = columns.flatMap((one) => (one.table === table ? [one.column] : []));
  if (there.length === 0) return `there is no table ${table} in the schema "public"`;
  const lacking = needed.filter((name) => !there.includes(name));
  if (lacking.length > 0) return `${table} has no column ${[...new Set(lacking)].join(', ')}`;
  return refusalOf(client, table);
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
  most: number = MOST_ROWS,
): Promise<Told<readonly RowSeen[]>> => {
  const there = columns.filter((one) => one.table === table);
  const typeOf = (name: string): string | undefined => there.find(({ column }) => column === name)?.type;
  const why = await whyUnread({ client, columns }, table, [
    ...by.map(([column]) => column),
    ...columnsRead(pipeline, table),
  ]);
  if (why !== undefined) return { why };
  const fitting = by.map(([column, ids]) => [column, ids.filter((id) => holds(typeOf(column) ?? '', id))] as const);
  if (fitting.some(([, ids]) => ids.length === 0)) return { value: [] };
  const wanted = new Set([...columnsRead(pipeline, table), ...by.map(([column]) => column), ...ALSO]);
  // Whose it is stands in columns, or in what it keeps besides.
  if (!pipeline.rowTables.includes(table))
    for (const column of ['id', 'metadata', ...pipeline.pair.map((one) => one.column)]) wanted.add(column);
  const named = there.map(({ column }) => column).filter((column) => wanted.has(column));
  const where = fitting.map(([column], i) => `${escapeIdentifier(column)} = ANY($${i + 1})`).join(' AND ');
  const sql = `SELECT ${named.map(escapeIdentifier).join(', ')} FROM public.${escapeIdentifier(table)} WHERE ${where} LIMIT ${most + 1}`;
  const { rows } = await client.query<Record<string, unknown>>(
    sql,
    fitting.map(([, ids]) => ids),
  );
  return rows.length > most ? { why: `${table} has more than ${most} rows of it` } : { value: inOneOrder(rows) };
};

/** The server's clock, asked for beside ours, and whether it only follows another one. */
export const serverOf = async (client: ClientBase): Promise<Pick<RowsSeen, 'now' | 'clock' | 'standby'>> => {
  const before = Date.now();
  const { rows } = await client.query<{ now: number; standby: boolean }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now, pg_is_in_recovery() AS standby',
  );
  const now = rows[0]?.now ?? NaN;
  return {
    now,
    clock: clockBetween(before, now, Date.now()),
    ...(rows[0]?.standby === false ? {} : { standby: true }),
  };
};

const begin = async (client: ClientBase, pipeline: Pipeline): Promise<Asked> => ({
  client,
  pipeline,
  columns: await findColumns(client, pipeline.tables),
});

/** Tables in an order in which what a row is via comes before it. */
const inOrder = ({ entities }: Pipeline) =>
  [...entities].sort((a, b) => Number(a.via !== undefined) - Number(b.via !== undefined));

/** Whose row is it, among those that were read for several? */
type IsOf = (row: RowSeen, subject: Subject, of: (table: string) => readonly RowSeen[]) => boolean;

const idsIn = (rows: readonly RowSeen[]): readonly string[] => rows.flatMap((row) => idOf(row['id']) ?? []);

const rowsOf = (told: Told<readonly RowSeen[]> | undefined): readonly RowSeen[] =>
  told !== undefined && 'value' in told ? told.value : [];

interface Read {
  readonly told: Told<readonly RowSeen[]>;
  readonly isOf: IsOf;
}

/** By table, each subject's own. */
const ofOne = (tables: ReadonlyMap<string, Read>, subject: Subject): RowsSeen['tables'] => {
  const own = new Map<string, Told<readonly RowSeen[]>>();
  for (const [table, { told, isOf }] of tables)
    own.set(
      table,
      'why' in told ? told : { value: told.value.filter((row) => isOf(row, subject, (one) => rowsOf(own.get(one)))) },
    );
  return [...own].map(([table, rows]) => ({ table, rows }));
};

/**
 * Every row of each payment: by its student and course, or via a row of theirs; the guard's by its id. Of tables that are left out
 * it is said that they are.
 */
export const readRowsOf = (
  client: ClientBase,
  pipeline: Pipeline,
  subjects: readonly Subject[],
  { effects, guards }: { readonly effects: boolean; readonly guards: boolean },
): Promise<readonly RowsSeen[]> =>
  inSnapshot(client, async () => {
    const asked = await begin(client, pipeline);
    const { guard, pair, entity: entityNamed } = pipeline;
    const [student, course] = pair;
    const most = MOST_ROWS * subjects.length;
    const tables = new Map<string, Read>();
    const read = async (table: string, by: By, isOf: IsOf): Promise<void> =>
      void tables.set(table, { told: await rowsBy(asked, table, by, most), isOf });
    for (const { table, via } of inOrder(pipeline)) {
      if (tables.has(table)) continue;
      if (!effects) tables.set(table, { told: leftOut(`the rows of ${table}`), isOf: () => true });
      else if (via === undefined)
        await read(
          table,
          [
            [student.column, subjects.map(({ studentId }) => studentId)],
            [course.column, subjects.map(({ courseId }) => courseId)],
          ],
          (row, { studentId, courseId }) =>
            sameId(row[student.column], studentId) && sameId(row[course.column], courseId),
        );
      else {
        const owner = entityNamed(via.entity).table;
        await read(table, [[via.column, idsIn(rowsOf(tables.get(owner)?.told))]], (row, _, of) =>
          idsIn(of(owner)).some((id) => sameId(id, row[via.column])),
        );
      }
    }
    const isOfGuard: IsOf = (row, { correlationId }) => sameId(row[guard.correlation], correlationId);
    if (guards) await read(guard.table, [[guard.correlation, subjects.map((one) => one.correlationId)]], isOfGuard);
    else tables.set(guard.table, { told: leftOut(`the rows of ${guard.table}`), isOf: isOfGuard });
    const server = await serverOf(client);
    return subjects.map((subject) => ({ tables: ofOne(tables, subject), ...server }));
  });

/** Those of one payment. */
export const readRows = async (
  client: ClientBase,
  pipeline: Pipeline,
  subject: Subject,
  parts: { readonly effects: boolean; readonly guards: boolean },
): Promise<RowsSeen> => {
  const [rows] = await readRowsOf(client, pipeline, [subject], parts);
  if (rows === undefined) throw new Error('rows of nobody');
  return rows;
};

/** What tells whose a payment is: its own row, where the pipeline has such a table. */
export const readTraces = (
  client: ClientBase,
  { pipeline, table, column, ids }: Traces,
): Promise<Told<readonly RowSeen[]>> =>
  inSnapshot(client, async () => rowsBy(await begin(client, pipeline), table, [[column, ids]]));

interface Traces {
  readonly pipeline: Pipeline;
  readonly table: string;
  readonly column: string;
  /** Rows of each of them. */
  readonly ids: readonly string[];
}
