/** The state of the tables at a commit, folded from the changes. */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts, fits } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { RowChange } from './events.ts';
import { isOf } from './history.ts';
import type { Commit, History } from './views.ts';
import { idOf, normalId, sameId } from './ids.ts';
import { addTo, folded, foldedFor } from './memo.ts';
import type { Fold } from './memo.ts';
import { heldUnder, idKey, pairKey } from './keys.ts';
import type { Ids } from './subjects.ts';
import { createTables } from './tables.ts';
import type { Row, Tables, Values, WritableTables } from './tables.ts';

export type { Commit, Row, Tables };

/** The guard's rows are a payment's by its id, all others a student's and course's. */
const ownerIn = ({ guard }: Pipeline, table: string, values: Values): string =>
  table === guard.table ? idKey(values[guard.correlation]) : pairKey(values['student_id'], values['course_id']);

const emptyTables = (pipeline: Pipeline): WritableTables =>
  createTables(pipeline.tables, (table, values) => ownerIn(pipeline, table, values));

/** What a transaction did to one row, from the state before it to the state after: what lies between never was. */
export interface NetChange {
  readonly commit: Commit;
  readonly table: string;
  /** Undefined: the row was not there. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

const keyOf = ({ guard }: Pipeline, table: string, values: Values): string => {
  const key = idOf(values[table === guard.table ? guard.key : 'id']);
  return key === undefined ? JSON.stringify(values) : normalId(key);
};

/** Rows as they were when the transaction first touched them. */
interface Touched {
  readonly rows: { readonly table: string; readonly key: string; readonly before: Values | undefined }[];
  /** By table and key; undefined: there are so few that they are looked through. */
  names: Set<string> | undefined;
}

const FEW = 8;

const nameOf = ({ table, key }: Touched['rows'][number]): string => `${table} ${key}`;

const touch = (touched: Touched, table: string, key: string, before: Values | undefined): void => {
  const { rows } = touched;
  const row = { table, key, before };
  if (rows.length >= FEW) touched.names ??= new Set(rows.map(nameOf));
  const isKnown =
    touched.names === undefined
      ? rows.some((each) => each.key === key && each.table === table)
      : touched.names.has(nameOf(row));
  if (isKnown) return;
  rows.push(row);
  touched.names?.add(nameOf(row));
};

/** With the ids that tie it to a subject under the names that the harness has for them. */
const withPair = ({ subject, pair: [student, course] }: Pipeline, values: Values | undefined): Values | undefined =>
  values === undefined || subject.pair === undefined
    ? values
    : { ...values, student_id: values[student.column], course_id: values[course.column] };

/** A row of the guard that marks nothing yet is none: an event that waits in an inbox was not processed. */
const asRow = (pipeline: Pipeline, table: string, values: Values | undefined): Values | undefined => {
  const { guard } = pipeline;
  if (table === guard.table && guard.marks !== undefined && values !== undefined && !fits(values, guard.marks))
    return undefined;
  return withPair(pipeline, values);
};

const apply = (
  pipeline: Pipeline,
  tables: WritableTables,
  commit: Commit,
  { table, op, row: written, old: replaced }: RowChange,
  touched: Touched,
): void => {
  const row = asRow(pipeline, table, written);
  const old = asRow(pipeline, table, replaced);
  // A history may come from elsewhere.
  if (!tables.has(table)) return;
  if (op === 'truncate') {
    for (const [key, { values }] of tables.entries(table)) touch(touched, table, key, values);
    return tables.clear(table);
  }
  const newKey = row === undefined ? undefined : keyOf(pipeline, table, row);
  const oldKey = old === undefined ? undefined : keyOf(pipeline, table, old);
  const before = tables.get(table, oldKey ?? newKey ?? '');
  if (oldKey !== undefined) {
    // A row older than the history is known by what its first change says it was.
    touch(touched, table, oldKey, before?.values ?? old);
    tables.delete(table, oldKey);
  }
  if (op === 'delete' || row === undefined || newKey === undefined) return;
  touch(touched, table, newKey, tables.get(table, newKey)?.values);
  tables.set(table, newKey, { table, values: row, insertedBy: before?.insertedBy ?? commit, changedBy: commit });
};

/** What a row leaves out of whose it is, the row tells that it is via. */
const withOwner = (pipeline: Pipeline, tables: WritableTables, table: string, values: Values): Values => {
  const via = pipeline.entitiesOfTable(table).find((entity) => entity.via !== undefined)?.via;
  const id = idOf(via && values[via.column]);
  const owner =
    via === undefined || id === undefined
      ? undefined
      : tables.get(pipeline.entity(via.entity).table, normalId(id))?.values;
  if (owner === undefined) return values;
  const { student_id: student, course_id: course } = values;
  return { ...values, student_id: student ?? owner['student_id'], course_id: course ?? owner['course_id'] };
};

/** Tells whose the touched rows are, once all of the transaction is there; what others are via comes before them. */
const tellOwners = (pipeline: Pipeline, tables: WritableTables, touched: Touched): void => {
  const indirect = pipeline.entities.filter(({ via }) => via !== undefined);
  // As often as there are such entities: one may be via another that is via a third.
  for (const _ of indirect)
    for (const { table, key } of touched.rows) {
      const row = tables.get(table, key);
      if (row === undefined || !indirect.some((entity) => entity.table === table)) continue;
      tables.set(table, key, { ...row, values: withOwner(pipeline, tables, table, row.values) });
    }
};

/** Applies a whole transaction; returns what it comes to, row by row. */
const applyAll = (pipeline: Pipeline, tables: WritableTables, commit: Commit): readonly NetChange[] => {
  const touched: Touched = { rows: [], names: undefined };
  for (const change of commit.changes) apply(pipeline, tables, commit, change, touched);
  tellOwners(pipeline, tables, touched);
  const changes: NetChange[] = [];
  for (const { table, key, before } of touched.rows) {
    const after = tables.get(table, key)?.values;
    if (before === undefined && after === undefined) continue;
    changes.push({ commit, table, before: before && withOwner(pipeline, tables, table, before), after });
  }
  return changes;
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

/** What every commit came to. */
export interface AppliedCommit {
  readonly commit: Commit;
  readonly changes: readonly NetChange[];
}

interface Applied {
  /** In commit order. */
  readonly commits: readonly AppliedCommit[];
  /** By table, in commit order. */
  readonly changes: ReadonlyMap<string, readonly NetChange[]>;
  readonly tables: Tables;
}

const applied = folded({
  list: (history) => history.commits,
  begin: ({ pipeline }): Fold<Commit, Applied> => {
    const tables = emptyTables(pipeline);
    const commits: AppliedCommit[] = [];
    const byTable = new Map<string, NetChange[]>(pipeline.tables.map((table) => [table, []]));
    return {
      facts: { commits, changes: byTable, tables },
      observe: (commit) => {
        const changes = applyAll(pipeline, tables, commit);
        commits.push({ commit, changes });
        for (const change of changes) byTable.get(change.table)?.push(change);
      },
    };
  },
});

/** The tables after the last commit. */
export const tablesAtEnd = (history: History): Tables => applied(history).tables;

/** What each commit changed, in commit order. The same list for as long as commits come in their order. */
export const appliedCommits = (history: History): readonly AppliedCommit[] => applied(history).commits;

const NONE: readonly never[] = [];

/** What changed in one of the pipeline's tables, in commit order. The same list for as long as commits come in their order. */
export const changesIn = (history: History, table: string | undefined): readonly NetChange[] =>
  (table === undefined ? undefined : applied(history).changes.get(table)) ?? NONE;

interface Owned {
  readonly commit: Commit;
  readonly key: string;
  /** Undefined: from then on it was not there, or somebody else's. */
  readonly values: Values | undefined;
}

/** By owner, what became of the owner's rows of a table, in commit order. */
const rowsByOwner = foldedFor({
  list: changesIn,
  begin: ({ pipeline }, table: string): Fold<NetChange, ReadonlyMap<string, readonly Owned[]>> => {
    const facts = new Map<string, Owned[]>();
    const owners = new Map<string, string>();
    return {
      facts,
      observe: ({ commit, before, after }) => {
        const row = after ?? before;
        if (row === undefined) return;
        const key = keyOf(pipeline, table, row);
        const was = owners.get(key);
        const is = after && ownerIn(pipeline, table, after);
        if (was !== undefined && was !== is) addTo(facts, was, { commit, key, values: undefined });
        if (is === undefined) owners.delete(key);
        else {
          owners.set(key, is);
          addTo(facts, is, { commit, key, values: after });
        }
      },
    };
  },
});

/** Had the student and course a row of the entity that was the effect its stage is for, right after this commit? */
export const hadCountingRow = (history: History, entity: EntityDeclaration, ids: Ids, by: Commit): boolean => {
  const owned = rowsByOwner(history, entity.table).get(pairKey(ids.studentId, ids.courseId)) ?? NONE;
  const later = new Set<string>();
  for (let i = owned.length - 1; i >= 0; i -= 1) {
    const { commit, key, values } = owned[i]!;
    if (commit.lsn > by.lsn || later.has(key)) continue;
    if (values !== undefined && isOf(values, ids) && counts(entity, values)) return true;
    later.add(key);
  }
  return false;
};

/** Tables whose rows are known by numbers. */
export const numberedTables = folded({
  list: appliedCommits,
  begin: (): Fold<AppliedCommit, ReadonlySet<string>> => {
    const facts = new Set<string>();
    return {
      facts,
      observe: ({ changes }) => {
        for (const { table, before, after } of changes)
          if (/^\d+$/.test(idOf((after ?? before)?.['id']) ?? '')) facts.add(table);
      },
    };
  },
});

/** Every row of a table. */
export const rowsIn = (tables: Tables, table: string): readonly Row[] => tables.in(table);

/** Rows of an entity for a student and course, whatever their state. */
export const rowsOf = (tables: Tables, { table }: EntityDeclaration, ids: Ids): readonly Row[] =>
  tables.of(table, pairKey(ids.studentId, ids.courseId)).filter((row) => isOf(row.values, ids));

/** Those that are the effect their stage is for. */
export const countingRowsOf = (tables: Tables, entity: EntityDeclaration, ids: Ids): readonly Row[] =>
  rowsOf(tables, entity, ids).filter(({ values }) => counts(entity, values));

/** The idempotency guard's rows for a payment at the history's end, whoever wrote them. */
export const guardRowsOfPayment = (history: History, correlationId: string): readonly Row[] => {
  const { guard } = history.pipeline;
  return tablesAtEnd(history)
    .of(guard.table, idKey(correlationId))
    .filter(({ values }) => sameId(values[guard.correlation], correlationId));
};

/** Those for an event type: each stage may keep one. */
export const guardRowsOf = (history: History, correlationId: string, type: string): readonly Row[] =>
  guardRowsOfPayment(history, correlationId).filter(({ values }) => values[history.pipeline.guard.type] === type);

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

const versions = foldedFor({
  list: changesIn,
  begin: ({ pipeline }, table: string): Fold<NetChange, ReadonlyMap<string, readonly Version[]>> => {
    const facts = new Map<string, Version[]>();
    return {
      facts,
      observe: ({ commit, after }) => {
        if (after !== undefined) addTo(facts, keyOf(pipeline, table, after), { commit, values: after });
      },
    };
  },
});

/** Every state in which a row of this table and id was ever committed, in commit order. */
export const versionsOf = (history: History, table: string, id: string): readonly Version[] =>
  heldUnder(versions(history, table), id) ?? NONE;

const presence = foldedFor({
  list: changesIn,
  begin: (
    { pipeline },
    table: string,
  ): Fold<NetChange, ReadonlyMap<string, readonly (readonly [Commit, isThere: boolean])[]>> => {
    const facts = new Map<string, [Commit, boolean][]>();
    return {
      facts,
      observe: ({ commit, before, after }) => {
        const values = after ?? before;
        if (values !== undefined) addTo(facts, keyOf(pipeline, table, values), [commit, after !== undefined]);
      },
    };
  },
});

/** Was a row of this table and id there right after the commit, or in the end? */
export const wasThere = (history: History, table: string, id: string, by?: Commit): boolean =>
  heldUnder(presence(history, table), id)?.findLast(([{ lsn }]) => by === undefined || lsn <= by.lsn)?.[1] ?? false;

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
