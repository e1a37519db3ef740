/** The state of the tables at a commit, folded from the changes. */
import type { EventType, Table } from '../pipeline/pipeline.ts';
import type { HistoryEvent, RowChange } from './events.ts';
import { isActivePurchase, isAllocationEffect, isOf } from './history.ts';
import type { History } from './history.ts';
import { perHistory } from './memo.ts';
import type { Ids } from './subjects.ts';

export type Commit = HistoryEvent<'postgres.commit'>;

export interface Row {
  readonly table: Table;
  readonly values: Readonly<Record<string, unknown>>;
  /** The transaction that made it; of a row older than the history, the first one that changed it. */
  readonly insertedBy: Commit;
  /** The latest transaction that touched it. */
  readonly changedBy: Commit;
}

/** Rows of each table by their primary key. */
export type Tables = Readonly<Record<Table, ReadonlyMap<string, Row>>>;
type WritableTables = Record<Table, Map<string, Row>>;

const emptyTables = (): WritableTables => ({
  student_course_purchases: new Map(),
  trainer_allocations: new Map(),
  processed_events: new Map(),
  payments: new Map(),
});

const keyOf = (table: Table, values: Readonly<Record<string, unknown>>): string => {
  const key = values[table === 'processed_events' ? 'event_id' : 'id'];
  return typeof key === 'string' ? key : JSON.stringify(values);
};

const apply = (tables: WritableTables, commit: Commit, { table, op, row, old }: RowChange): void => {
  const rows = tables[table];
  // A table that is not the pipeline's is of no interest; a history may come from elsewhere.
  if (rows === undefined) return;
  if (op === 'truncate') return rows.clear();
  const oldKey = old === undefined ? undefined : keyOf(table, old);
  const before = rows.get(oldKey ?? (row === undefined ? '' : keyOf(table, row)));
  if (oldKey !== undefined) rows.delete(oldKey);
  if (op === 'delete' || row === undefined) return;
  rows.set(keyOf(table, row), { table, values: row, insertedBy: before?.insertedBy ?? commit, changedBy: commit });
};

/** Visits every commit in commit order with the tables as they are right after it. */
export const walkCommits = (history: History, visit: (commit: Commit, tables: Tables) => void): Tables => {
  const tables = emptyTables();
  for (const commit of history.commits) {
    for (const change of commit.changes) apply(tables, commit, change);
    visit(commit, tables);
  }
  return tables;
};

/** The tables after the last commit. */
export const tablesAtEnd = perHistory((history): Tables => walkCommits(history, () => {}));

/** The tables right after this commit. */
export const tablesAt = (history: History, commit: Commit): Tables => {
  const tables = emptyTables();
  for (const each of history.commits) {
    if (each.lsn > commit.lsn) break;
    for (const change of each.changes) apply(tables, each, change);
  }
  return tables;
};

const rowsOf = (rows: ReadonlyMap<string, Row>, ids: Ids): Row[] =>
  [...rows.values()].filter((row) => isOf(row.values, ids));

/** Active purchases of a student and course. */
export const activePurchasesOf = (tables: Tables, ids: Ids): readonly Row[] =>
  rowsOf(tables.student_course_purchases, ids).filter((row) => isActivePurchase(row.values));

/** Allocations of a student and course, whatever their status. */
export const allocationsOf = (tables: Tables, ids: Ids): readonly Row[] => rowsOf(tables.trainer_allocations, ids);

/** Allocations that are an effect: assigned with a trainer, or pending. */
export const allocationEffectsOf = (tables: Tables, ids: Ids): readonly Row[] =>
  allocationsOf(tables, ids).filter((row) => isAllocationEffect(row.values));

/** What an event was to bring about, where it brings about rows. */
export const effectsOf = (tables: Tables, type: EventType, ids: Ids): readonly Row[] =>
  type === 'PURCHASE_CONFIRMED'
    ? activePurchasesOf(tables, ids)
    : type === 'PURCHASE_CREATED'
      ? allocationEffectsOf(tables, ids)
      : [];

/** The idempotency guard's row for a payment and event type, whoever wrote it. */
export const guardRowOf = (tables: Tables, correlationId: string, type: EventType): Row | undefined =>
  [...tables.processed_events.values()].find(
    ({ values }) => values['correlation_id'] === correlationId && values['event_type'] === type,
  );

/** Is the guard's row a mark: inserted by a worker? */
export const isMark = (row: Row): boolean => row.insertedBy.writer === null;

/** Every state in which a row of this table and id was ever committed, in commit order. */
export const versionsOf = (
  history: History,
  table: Table,
  id: string,
): readonly { readonly commit: Commit; readonly values: Readonly<Record<string, unknown>> }[] =>
  history.changes.flatMap(({ commit, change }) =>
    change.table === table && change.row !== undefined && change.row['id'] === id
      ? [{ commit, values: change.row }]
      : [],
  );
