/** Rows of tables while transactions are applied to them: found by their key, and by whose they are. */
import type { HistoryEvent } from './events.ts';

type Commit = HistoryEvent<'postgres.commit'>;

export type Values = Readonly<Record<string, unknown>>;

export interface Row {
  readonly table: string;
  readonly values: Values;
  /** The transaction that made it; of a row older than the history, the first one that changed it. */
  readonly insertedBy: Commit;
  /** The latest transaction that touched it. */
  readonly changedBy: Commit;
}

/** The rows of each of the pipeline's tables. */
export interface Tables {
  /** Every row of a table, the one that was touched last at the end. */
  in(table: string): readonly Row[];
  /** Those of one owner, in the same order. */
  of(table: string, owner: string): readonly Row[];
  /** By its primary key. */
  get(table: string, key: string): Row | undefined;
}

export interface WritableTables extends Tables {
  /** A table that is not the pipeline's is of no interest. */
  has(table: string): boolean;
  entries(table: string): Iterable<readonly [key: string, row: Row]>;
  set(table: string, key: string, row: Row): void;
  delete(table: string, key: string): void;
  clear(table: string): void;
}

/** A row with its place: one that is written again without having been taken away keeps it. */
interface Placed {
  readonly row: Row;
  readonly place: number;
}

interface Table {
  readonly rows: Map<string, Placed>;
  readonly byOwner: Map<string, Map<string, Placed>>;
}

/** `ownerOf`: whose a row is, as a text that is the same for all of one owner's. */
export const createTables = (
  names: readonly string[],
  ownerOf: (table: string, values: Values) => string,
): WritableTables => {
  const tables = new Map<string, Table>(names.map((name) => [name, { rows: new Map(), byOwner: new Map() }]));
  let places = 0;
  const remove = (table: Table, key: string, placed: Placed | undefined): void => {
    if (placed === undefined) return;
    table.rows.delete(key);
    table.byOwner.get(ownerOf(placed.row.table, placed.row.values))?.delete(key);
  };
  const own = ({ byOwner }: Table, key: string, placed: Placed): void => {
    const owner = ownerOf(placed.row.table, placed.row.values);
    const group = byOwner.get(owner);
    if (group === undefined) byOwner.set(owner, new Map([[key, placed]]));
    else group.set(key, placed);
  };
  return {
    has: (name) => tables.has(name),
    in: (name) => Array.from(tables.get(name)?.rows.values() ?? [], ({ row }) => row),
    of: (name, owner) =>
      [...(tables.get(name)?.byOwner.get(owner)?.values() ?? [])]
        .sort((a, b) => a.place - b.place)
        .map(({ row }) => row),
    get: (name, key) => tables.get(name)?.rows.get(key)?.row,
    entries: function* (name) {
      for (const [key, { row }] of tables.get(name)?.rows ?? []) yield [key, row];
    },
    set: (name, key, row) => {
      const table = tables.get(name);
      if (table === undefined) return;
      const before = table.rows.get(key);
      const placed = { row, place: before?.place ?? (places += 1) };
      if (before !== undefined) table.byOwner.get(ownerOf(name, before.row.values))?.delete(key);
      table.rows.set(key, placed);
      own(table, key, placed);
    },
    delete: (name, key) => {
      const table = tables.get(name);
      if (table !== undefined) remove(table, key, table.rows.get(key));
    },
    clear: (name) => {
      tables.get(name)?.rows.clear();
      tables.get(name)?.byOwner.clear();
    },
  };
};
