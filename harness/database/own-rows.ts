/** Rows that workers keep in tables of their own (an inbox, an outbox): what names a trial, and what is declared as open work. */
import { escapeIdentifier, escapeLiteral } from 'pg';
import { FaultlineError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import type { PendingRows } from '../config/types.ts';
import type { OwnRow } from '../history/events.ts';
import { isUuid } from '../history/ids.ts';
import { count } from '../history/names.ts';
import type { RowTest } from '../pipeline/declaration.ts';
import { fits } from '../pipeline/queries.ts';
import type { SlotDatabase } from './slot-database.ts';

type Access = Pick<SlotDatabase, 'read' | 'pipeline'>;

/** So much of a row is kept. */
const SHOWN_CHARACTERS = 300;
/** A table that has more about one trial is told of all the same. */
const ROWS_PER_TABLE = 50;

interface OwnTable {
  readonly schema: string;
  readonly name: string;
  /** A partition is known by the table it is part of. */
  readonly shown: string;
}

/** Tables that hold rows, but for the server's own, the pipeline's and those that the connection may not read. */
const OWN_TABLES = `
  SELECT n.nspname AS schema, c.relname AS name,
         CASE WHEN rn.nspname = 'public' THEN r.relname ELSE rn.nspname || '.' || r.relname END AS shown
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
  JOIN pg_namespace rn ON rn.oid = r.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND NOT (rn.nspname = 'public' AND r.relname = ANY($1))
    AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY 1, 2`;

const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

/** How a row as text may name an id: as it is, or within bytes, which are shown in hex: as text in either case, or as the UUID that it is. */
const patternsOf = (id: string): readonly string[] => [
  `%${id.replace(/[\\%_]/g, '\\$&')}%`,
  ...[id, id.toUpperCase(), id.toLowerCase()].map((text) => `%${hexOf(text)}%`),
  ...(isUuid(id) ? [`%${id.replaceAll('-', '')}%`] : []),
];

/** Of a row, the columns that say whether it marks its event. */
const columnsOf = (marks: RowTest): string =>
  `jsonb_build_object(${Object.keys(marks)
    .map((column) => `${escapeLiteral(column)}, t.${escapeIdentifier(column)}`)
    .join(', ')})`;

/**
 * Rows that name one of the ids in tables that are not the pipeline's, and those of the guard that wait before they mark: such an
 * event is worked on later, as one of an inbox is; undefined when they cannot be read now, because a
 * table is locked or just going away.
 */
export const findOwnRows = async (database: Access, ids: readonly string[]): Promise<readonly OwnRow[] | undefined> => {
  const patterns = [...new Set(ids.flatMap(patternsOf))];
  try {
    return await database.read(async (client) => {
      await client.query('SET LOCAL bytea_output = hex');
      const { tables: known, guard } = database.pipeline;
      const passedOver = known.filter((table) => guard.marks === undefined || table !== guard.table);
      const tables = (await client.query<OwnTable>(OWN_TABLES, [passedOver])).rows;
      const found: OwnRow[] = [];
      for (const { schema, name, shown } of tables) {
        const marks = shown === guard.table ? guard.marks : undefined;
        const { rows } = await client.query<{ xmin: string; text: string; values: Readonly<Record<string, unknown>> }>(
          `SELECT t.xmin::text AS xmin, left(t::text, ${SHOWN_CHARACTERS}) AS text, ${columnsOf(marks ?? {})} AS values
           FROM ${escapeIdentifier(schema)}.${escapeIdentifier(name)} t
           WHERE t::text ILIKE ANY($1) ORDER BY t.ctid ${marks === undefined ? `LIMIT ${ROWS_PER_TABLE}` : ''}`,
          [patterns],
        );
        const own = marks === undefined ? rows : rows.filter(({ values }) => !fits(values, marks));
        found.push(
          ...own.slice(0, ROWS_PER_TABLE).map(({ xmin, text }) => ({ table: shown, xmin, text: redact(text) })),
        );
      }
      return found;
    });
  } catch {
    return undefined;
  }
};

const quotedTable = (table: string): string => table.split('.').map(escapeIdentifier).join('.');

const countPending = (database: Access, { table, where }: PendingRows): Promise<number> =>
  database.read(async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${quotedTable(table)} WHERE ${where}`,
    );
    return rows[0]?.count ?? 0;
  });

/** One phrase for every declaration of open work that has rows. */
export const describePending = async (
  database: Access,
  declared: readonly PendingRows[],
): Promise<readonly string[]> => {
  const phrases = await Promise.all(
    declared.map(async (pending): Promise<readonly string[]> => {
      const { table, where } = pending;
      try {
        const rows = await countPending(database, pending);
        return rows === 0 ? [] : [`${count(rows, 'pending row')} of ${table} where ${where}`];
      } catch (error) {
        return [`the pending rows of ${table} to be readable (${(error as Error).message})`];
      }
    }),
  );
  return phrases.flat();
};

/** Errors: FaultlineError 'config' when a declaration cannot be asked of this database. */
export const checkPending = async (database: Access, declared: readonly PendingRows[]): Promise<void> => {
  for (const pending of declared)
    await countPending(database, pending).catch((error: unknown) => {
      throw new FaultlineError(
        'config',
        `pending: the rows of ${pending.table} where ${pending.where} cannot be counted: ${(error as Error).message}`,
        'Name a table that database.schema makes, with its schema unless that is public, and an SQL condition over its columns.',
      );
    });
};
