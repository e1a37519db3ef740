/** The columns of the pipeline's tables: those that are needed, and those that are there. */
import type { ClientBase } from 'pg';
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Table } from '../pipeline/vocabulary.ts';

export interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** A row must give a value for it: not null, and nothing gives one by itself. */
  readonly required: boolean;
  /** What it takes, where it takes some values only: those of an enum. */
  readonly values?: readonly string[] | null;
}

/** What has become of a column or a table, in words. */
export interface Change {
  readonly text: string;
  /** False: whoever wrote rows before can go on. */
  readonly hinders: boolean;
}

/** Every column of these tables of the schema "public". */
export const findColumns = async (
  client: Pick<ClientBase, 'query'>,
  tables: readonly Table[],
): Promise<readonly Column[]> => {
  const { rows } = await client.query<Column>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
            (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = a.atttypid) AS values
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relname = ANY($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY c.relname, a.attnum`,
    [tables],
  );
  return rows;
};

/** What is read of an entity's row besides its id: whose it is, and every column that its declaration speaks of. */
const declaredOf = ({ pair }: Pipeline, entity: EntityDeclaration): readonly string[] => {
  const { via, counts, done = [], stands, shows, oneOf, requires, owed } = entity;
  const tests = [...counts, ...done, stands?.not, oneOf?.rows, oneOf?.notBeside?.rows, requires?.rows, owed];
  return [
    ...(via === undefined ? pair.map(({ column }) => column) : [via.column]),
    ...tests.flatMap((test) => Object.keys(test ?? {})),
    ...(shows === undefined ? [] : [shows]),
  ];
};

/** What those who judge read of a table's rows. */
export const columnsRead = (pipeline: Pipeline, table: Table): readonly string[] => {
  const { guard } = pipeline;
  if (table === guard.table)
    return [
      ...[guard.key, guard.correlation, guard.type],
      ...(guard.writer === undefined ? [] : [guard.writer]),
      ...Object.keys(guard.marks ?? {}),
    ];
  const entities = pipeline.entitiesOfTable(table);
  if (entities.length === 0) return [];
  const agreeing = pipeline.eventTypes.flatMap((type) => {
    const naming = pipeline.event(type).names;
    return naming !== undefined && entities.includes(pipeline.entity(naming.entity))
      ? Object.values(naming.agrees ?? {})
      : [];
  });
  return ['id', ...entities.flatMap((entity) => declaredOf(pipeline, entity)), ...agreeing];
};

/** `table.column` of what is needed and not there. */
export const missingColumns = (
  pipeline: Pipeline,
  tables: readonly Table[],
  there: readonly Column[],
): readonly string[] => {
  const known = new Set(there.map(({ table, column }) => `${table}.${column}`));
  return tables
    .flatMap((table) =>
      [...new Set([...(pipeline.written[table] ?? []), ...columnsRead(pipeline, table)])].map(
        (column) => `${table}.${column}`,
      ),
    )
    .filter((name) => !known.has(name));
};

const named = (columns: readonly Column[]): ReadonlyMap<string, Column> =>
  new Map(columns.map((one) => [`${one.table}.${one.column}`, one]));

const changeOf = (name: string, before: Column, now: Column | undefined): readonly Change[] => {
  if (now === undefined) return [{ text: `the column ${name} is gone`, hinders: true }];
  return [
    ...(now.type === before.type
      ? []
      : [{ text: `the column ${name} is ${now.type} and was ${before.type}`, hinders: true }]),
    ...(now.required && !before.required ? [{ text: `the column ${name} must have a value now`, hinders: true }] : []),
  ];
};

/** What has become of the columns; a table without any is gone. */
export const changedColumns = (before: readonly Column[], now: readonly Column[]): readonly Change[] => {
  const [known, left] = [named(before), named(now)];
  const tables = new Set(now.map(({ table }) => table));
  const gone = [...new Set(before.map(({ table }) => table))].filter((table) => !tables.has(table));
  return [
    ...gone.map((table) => ({ text: `the table ${table} is gone`, hinders: true })),
    ...[...known].flatMap(([name, was]) => (gone.includes(was.table) ? [] : changeOf(name, was, left.get(name)))),
    ...[...left].flatMap(([name, { required }]) =>
      known.has(name)
        ? []
        : [
            {
              text: `the column ${name} was added${required ? ', and every row must have a value for it' : ''}`,
              hinders: required,
            },
          ],
    ),
  ];
};
