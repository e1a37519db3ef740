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
  /** Had one owner several rows of the table, at any time? */
  wereSeveral(table: string): boolean;
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
  readonly key: string;
  readonly owner: string;
  readonly row: Row;
  readonly place: number;
}

/** Hardly any owner has more than one row of a table, and a map for each of them would take more room than all rows. */
type Owned = Placed | Map<string, Placed>;

interface Table {
  readonly rows: Map<string, Placed>;
  readonly byOwner: Map<string, Owned>;
  wereSeveral: boolean;
}

const disown = ({ byOwner }: Table, { owner, key }: Placed): void => {
  const owned = byOwner.get(owner);
  if (owned instanceof Map) owned.delete(key);
  else if (owned?.key === key) byOwner.delete(owner);
};

const own = (table: Table, placed: Placed): void => {
  const { owner, key } = placed;
  const owned = table.byOwner.get(owner);
  if (owned === undefined || (!(owned instanceof Map) && owned.key === key)) table.byOwner.set(owner, placed);
  else {
    const several =
      owned instanceof Map ? owned.set(key, placed) : new Map([owned, placed].map((each) => [each.key, each]));
    table.byOwner.set(owner, several);
    if (several.size > 1) table.wereSeveral = true;
  }
};

const NONE: readonly never[] = [];

/** `ownerOf`: whose a row is, as a text that is the same for all of one owner's. */
export const createTables = (
  names: readonly string[],
  ownerOf: (table: string, values: Values) => string,
): WritableTables => {
  const tables = new Map<string, Table>(
    names.map((name) => [name, { rows: new Map(), byOwner: new Map(), wereSeveral: false }]),
  );
  let places = 0;
  return {
    has: (name) => tables.has(name),
    in: (name) => Array.from(tables.get(name)?.rows.values() ?? [], ({ row }) => row),
    of: (name, owner) => {
      const owned = tables.get(name)?.byOwner.get(owner);
      if (owned === undefined) return NONE;
      return owned instanceof Map
        ? [...owned.values()].sort((a, b) => a.place - b.place).map(({ row }) => row)
        : [owned.row];
    },
    get: (name, key) => tables.get(name)?.rows.get(key)?.row,
    wereSeveral: (name) => tables.get(name)?.wereSeveral ?? false,
    entries: function* (name) {
      for (const [key, { row }] of tables.get(name)?.rows ?? []) yield [key, row];
    },
    set: (name, key, row) => {
      const table = tables.get(name);
      if (table === undefined) return;
      const before = table.rows.get(key);
      if (before !== undefined) disown(table, before);
      const placed = { key, owner: ownerOf(name, row.values), row, place: before?.place ?? (places += 1) };
      table.rows.set(key, placed);
      own(table, placed);
    },
    delete: (name, key) => {
      const table = tables.get(name);
      const before = table?.rows.get(key);
      if (table === undefined || before === undefined) return;
      table.rows.delete(key);
      disown(table, before);
    },
    clear: (name) => {
      tables.get(name)?.rows.clear();
      tables.get(name)?.byOwner.clear();
    },
  };
};
