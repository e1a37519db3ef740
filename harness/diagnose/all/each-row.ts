/** Goes through all rows of a live table without being in anybody's way: no transaction of it is held for long. */
import pg from 'pg';
import type { ClientBase } from 'pg';
import { inSnapshot } from '../read-rows.ts';
import type { RowSeen } from '../snapshot.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** Rows of one answer. */
export const ROWS_AT_ONCE = 2000;
/** Who wants to change a table waits for a transaction that reads it, and everybody else behind him, ms. */
const TRANSACTION_MS = 2_000;
/** For a table without a key to go on by, which is read in one, ms. */
const WHOLE_MS = 30_000;

/** Types of which the server's text names one value, and which it compares by itself. */
const KEY_TYPE = /^(?:uuid|smallint|integer|bigint|text|character varying(?:\(\d+\))?)$/;

interface Key {
  readonly column: string;
  readonly type: string;
}

/** A column that tells each row of the table from all others, by an index of its own. Undefined: there is none that can be gone on by. */
const keyIn = async (client: ClientBase, table: string): Promise<Key | undefined> => {
  const { rows } = await client.query<Key>(
    `SELECT a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = $1::text::regclass AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL AND a.attnotnull
     ORDER BY i.indisprimary DESC, 1`,
    [`public.${escapeIdentifier(table)}`],
  );
  return rows.find(({ type }) => KEY_TYPE.test(type));
};

export interface Selected {
  readonly table: string;
  /** What is selected, as it stands in SQL. */
  readonly columns: readonly string[];
}

/** The next rows after the last key; from the beginning without one. Pure. */
export const nextRows = ({ table, columns }: Selected, { column, type }: Key, after: string | undefined): string => {
  // Without its table's name it would be what is selected under that name: text, in another order, and without an index.
  const key = `each_row.${escapeIdentifier(column)}`;
  const where = after === undefined ? '' : ` WHERE ${key} > ${escapeLiteral(after)}::${type}`;
  return `SELECT ${[...columns, `${key}::text AS row_key`].join(', ')} FROM public.${escapeIdentifier(table)} AS each_row${where} ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`;
};

/** Values as they come: to read each as a history has it takes longer than all else. */
const ask = async (client: ClientBase, text: string): Promise<readonly RowSeen[]> =>
  (await client.query<Record<string, unknown>>({ text, types: pg.types })).rows;

type OnRow = (row: RowSeen) => void;

/** In many short transactions: what is written meanwhile may be seen or not. */
const byKey = async (client: ClientBase, selected: Selected, key: Key, onRow: OnRow): Promise<number> => {
  let count = 0;
  /** Gives the last key; undefined: there are no more. */
  const some = async (from: string | undefined): Promise<string | undefined> => {
    const until = performance.now() + TRANSACTION_MS;
    let after = from;
    do {
      const rows = await ask(client, nextRows(selected, key, after));
      rows.forEach(onRow);
      count += rows.length;
      if (rows.length < ROWS_AT_ONCE) return undefined;
      after = String(rows.at(-1)?.['row_key']);
    } while (performance.now() < until);
    return after;
  };
  let after = await inSnapshot(client, () => some(undefined));
  while (after !== undefined) {
    const from = after;
    after = await inSnapshot(client, () => some(from));
  }
  return count;
};

/** In one transaction, as far as that may go. */
const inOne = (client: ClientBase, { table, columns }: Selected, onRow: OnRow): Promise<string | number> =>
  inSnapshot(client, async () => {
    const until = performance.now() + WHOLE_MS;
    await client.query(
      `DECLARE each_row NO SCROLL CURSOR FOR SELECT ${columns.join(', ')} FROM public.${escapeIdentifier(table)}`,
    );
    for (let count = 0; ;) {
      const rows = await ask(client, `FETCH FORWARD ${ROWS_AT_ONCE} FROM each_row`);
      rows.forEach(onRow);
      count += rows.length;
      if (rows.length < ROWS_AT_ONCE) return count;
      if (performance.now() >= until)
        return `${table} was read up to row ${count}: it has no key of one column to go on by, and is not held for longer`;
    }
  });

/** Gives how many there were, or why not all of them were read. Errors: those of the server. */
export const eachRow = async (client: ClientBase, selected: Selected, onRow: OnRow): Promise<string | number> => {
  const key = await inSnapshot(client, () => keyIn(client, selected.table));
  return key === undefined ? inOne(client, selected, onRow) : byKey(client, selected, key, onRow);
};
