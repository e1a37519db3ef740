/** The state of the tables at a commit, folded from the changes. */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { HistoryEvent, RowChange } from './events.ts';
import { isOf } from './history.ts';
import type { History } from './history.ts';
import { idOf, normalId, sameId } from './ids.ts';
import { perHistory } from './memo.ts';
import type { Ids } from './subjects.ts';

export type Commit = HistoryEvent<'postgres.commit'>;

export interface Row {
  readonly table: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** The transaction that made it; of a row older than the history, the first one that changed it. */
  readonly insertedBy: Commit;
  /** The latest transaction that touched it. */
  readonly changedBy: Commit;
}

/** Rows of each of the pipeline's tables by their primary key. */
export type Tables = ReadonlyMap<string, ReadonlyMap<string, Row>>;
type WritableTables = ReadonlyMap<string, Map<string, Row>>;

const emptyTables = ({ tables }: Pipeline): WritableTables => new Map(tables.map((table) => [table, new Map()]));

type Values = Readonly<Record<string, unknown>>;

/** What a transaction did to one row, from the state before it to the state after: what lies between never was. */
export interface NetChange {
  readonly table: string;
  /** Undefined: the row was not there. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

const keyOf = ({ guard }: Pipeline, table: string, values: Values): string => {
  const key = idOf(values[table === guard.table ? guard.key : 'id']);
  return key === undefined ? JSON.stringify(values) : normalId(key);
};

/** Rows as they were when the transaction first touched them, by table and key. */
type Touched = Map<string, { readonly table: string; readonly key: string; readonly before: Values | undefined }>;

const touch = (touched: Touched, table: string, key: string, before: Values | undefined): void => {
  const name = `${table} ${key}`;
  if (!touched.has(name)) touched.set(name, { table, key, before });
};

/** With the ids that tie it to a subject under the names that the harness has for them. */
const withPair = ({ subject, pair: [student, course] }: Pipeline, values: Values | undefined): Values | undefined =>
  values === undefined || subject.pair === undefined
    ? values
    : { ...values, student_id: values[student.column], course_id: values[course.column] };

const apply = (
  pipeline: Pipeline,
  tables: WritableTables,
  commit: Commit,
  { table, op, row: written, old: replaced }: RowChange,
  touched: Touched,
): void => {
  const [row, old] = [withPair(pipeline, written), withPair(pipeline, replaced)];
  const rows = tables.get(table);
  // A table that is not the pipeline's is of no interest; a history may come from elsewhere.
  if (rows === undefined) return;
  if (op === 'truncate') {
    for (const [key, { values }] of rows) touch(touched, table, key, values);
    return rows.clear();
  }
  const newKey = row === undefined ? undefined : keyOf(pipeline, table, row);
  const oldKey = old === undefined ? undefined : keyOf(pipeline, table, old);
  const before = rows.get(oldKey ?? newKey ?? '');
  if (oldKey !== undefined) {
    // A row older than the history is known by what its first change says it was.
    touch(touched, table, oldKey, before?.values ?? old);
    rows.delete(oldKey);
  }
  if (op === 'delete' || row === undefined || newKey === undefined) return;
  touch(touched, table, newKey, rows.get(newKey)?.values);
  rows.set(newKey, { table, values: row, insertedBy: before?.insertedBy ?? commit, changedBy: commit });
};

/** What a row leaves out of whose it is, the row tells that it is via. */
const withOwner = (pipeline: Pipeline, tables: WritableTables, table: string, values: Values): Values => {
  const via = pipeline.entitiesOfTable(table).find((entity) => entity.via !== undefined)?.via;
  const id = idOf(via && values[via.column]);
  const owner =
    via === undefined || id === undefined
      ? undefined
      : tables.get(pipeline.entity(via.entity).table)?.get(normalId(id))?.values;
  if (owner === undefined) return values;
  const { student_id: student, course_id: course } = values;
  return { ...values, student_id: student ?? owner['student_id'], course_id: course ?? owner['course_id'] };
};

/** Tells whose the touched rows are, once all of the transaction is there; what others are via comes before them. */
const tellOwners = (pipeline: Pipeline, tables: WritableTables, touched: Touched): void => {
  const indirect = pipeline.entities.filter(({ via }) => via !== undefined);
  // As often as there are such entities: one may be via another that is via a third.
  for (const _ of indirect)
    for (const { table, key } of touched.values()) {
      const row = tables.get(table)?.get(key);
      if (row === undefined || !indirect.some((entity) => entity.table === table)) continue;
      tables.get(table)?.set(key, { ...row, values: withOwner(pipeline, tables, table, row.values) });
    }
};

/** Applies a whole transaction; returns what it comes to, row by row. */
const applyAll = (pipeline: Pipeline, tables: WritableTables, commit: Commit): readonly NetChange[] => {
  const touched: Touched = new Map();
  for (const change of commit.changes) apply(pipeline, tables, commit, change, touched);
  tellOwners(pipeline, tables, touched);
  return [...touched.values()].flatMap(({ table, key, before }) => {
    const after = tables.get(table)?.get(key)?.values;
    if (before === undefined && after === undefined) return [];
    return [{ table, before: before && withOwner(pipeline, tables, table, before), after }];
  });
};

/**
 * Visits every commit in commit order with the tables as they are right after it, and with what it changed. A
 * transaction is one moment: a row that it inserted and deleted is in neither.
 */
export const walkCommits = (
  history: History,
  visit: (commit: Commit, tables: Tables, changes: readonly NetChange[]) => void,
): Tables => {
  const tables = emptyTables(history.pipeline);
  for (const commit of history.commits) visit(commit, tables, applyAll(history.pipeline, tables, commit));
  return tables;
};

/** The tables after the last commit. */
export const tablesAtEnd = perHistory((history): Tables => walkCommits(history, () => {}));

/** The tables right after this commit. */
export const tablesAt = (history: History, commit: Commit): Tables => {
  const tables = emptyTables(history.pipeline);
  for (const each of history.commits) {
    if (each.lsn > commit.lsn) break;
    applyAll(history.pipeline, tables, each);
  }
  return tables;
};

/** Tables whose rows are known by numbers. */
export const numberedTables = perHistory((history): ReadonlySet<string> => {
  const tables = new Set<string>();
  walkCommits(history, (_, __, changes) => {
    for (const { table, before, after } of changes)
      if (/^\d+$/.test(idOf((after ?? before)?.['id']) ?? '')) tables.add(table);
  });
  return tables;
});

/** Every row of a table. */
export const rowsIn = (tables: Tables, table: string): readonly Row[] => [...(tables.get(table)?.values() ?? [])];

/** Rows of an entity for a student and course, whatever their state. */
export const rowsOf = (tables: Tables, { table }: EntityDeclaration, ids: Ids): readonly Row[] =>
  rowsIn(tables, table).filter((row) => isOf(row.values, ids));

/** Those that are the effect their stage is for. */
export const countingRowsOf = (tables: Tables, entity: EntityDeclaration, ids: Ids): readonly Row[] =>
  rowsOf(tables, entity, ids).filter(({ values }) => counts(entity, values));

/** The idempotency guard's rows for a payment and event type at the history's end, whoever wrote them: each stage may keep one. */
export const guardRowsOf = (history: History, correlationId: string, type: string): readonly Row[] => {
  const { guard } = history.pipeline;
  return rowsIn(tablesAtEnd(history), guard.table).filter(
    ({ values }) => values[guard.type] === type && sameId(values[guard.correlation], correlationId),
  );
};

/** Is the guard's row known to be of this stage? Where several keep one for the event, only the row itself may say so. */
const isGuardOf = ({ pipeline }: History, role: string, { values }: Row): boolean => {
  const { consumes, unguarded } = pipeline.stage(role);
  if (unguarded === true) return false;
  const guarded = pipeline.consumersOf(consumes).filter((each) => pipeline.stage(each).unguarded !== true);
  return guarded.length < 2 || (pipeline.guard.writer !== undefined && values[pipeline.guard.writer] === role);
};

/** The guard's row for a payment's event, of this stage and of no other that consumes it. */
export const guardRowOfStage = (history: History, correlationId: string, role: string): Row | undefined =>
  guardRowsOf(history, correlationId, history.pipeline.stage(role).consumes).find((row) =>
    isGuardOf(history, role, row),
  );

/** Is the guard's row a mark: inserted by a worker? */
export const isMark = (row: Row): boolean => row.insertedBy.writer === null;

export interface Version {
  readonly commit: Commit;
  readonly values: Values;
}

const versions = perHistory((history) => {
  const byRow = new Map<string, Version[]>();
  walkCommits(history, (commit, _, changes) => {
    for (const { table, after } of changes) {
      if (after === undefined) continue;
      const name = `${table} ${keyOf(history.pipeline, table, after)}`;
      byRow.set(name, [...(byRow.get(name) ?? []), { commit, values: after }]);
    }
  });
  return byRow;
});

/** Every state in which a row of this table and id was ever committed, in commit order. */
export const versionsOf = (history: History, table: string, id: string): readonly Version[] =>
  versions(history).get(`${table} ${normalId(id)}`) ?? [];

/** The commit with which the row came to be what it is, and stayed so to the end. */
export const sinceWhen = (
  history: History,
  { table, values, insertedBy }: Row,
  isSo: (values: Values) => boolean,
): Commit => {
  const states = versionsOf(history, table, String(values['id']));
  const lastOther = states.findLastIndex((version) => !isSo(version.values));
  return states[lastOther + 1]?.commit ?? insertedBy;
};
