/**
 * Databases made from a template: the schema is applied once, every further database is a copy of files (14 ms).
 * The template also holds what the recorder needs on top: REPLICA IDENTITY FULL and the publication.
 */
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import type { Client } from 'pg';
import { FaultlineError } from '../base/errors.ts';
import { waitUntil } from '../base/waiting.ts';
import { schemaFiles } from '../config/schema-files.ts';
import type { SchemaSource } from '../config/types.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Table } from '../pipeline/vocabulary.ts';
import { connectionTo, maintenanceDatabase, withClient } from './access.ts';
import type { PostgresAddress } from '../addresses/address.ts';
import { findColumns, missingColumns } from './columns.ts';
import type { Column } from './columns.ts';
import { applySchema } from './schema.ts';
import type { Means } from './schema.ts';
import { PUBLICATION } from './tags.ts';

/** ms that the template's own connections may take to be gone. */
const DISCONNECT_DEADLINE_MS = 5000;

export interface Template {
  readonly name: string;
  /** Those of the pipeline's tables that the schema has. */
  readonly tables: readonly Table[];
  /** All columns of those tables, as the schema made them. */
  readonly columns: readonly Column[];
}

/** What a database is made for. */
interface Wanted {
  readonly schema: SchemaSource;
  readonly pipeline: Pipeline;
}

const findTables = async (client: Client, { tables }: Pipeline): Promise<readonly Table[]> => {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relname = any($1) and c.relkind in ('r', 'p') and c.relnamespace = to_regnamespace('public')`,
    [tables],
  );
  return tables.filter((table) => rows.some((row) => row.name === table));
};

/** Where tables come from, for people. A command may hold a secret. */
export const describeSchema = (schema: SchemaSource): string =>
  'file' in schema ? schemaFiles(schema).join(', ') : `\`${schema.command.join(' ')}\``;

const qualified = (table: Table): string => `public.${escapeIdentifier(table)}`;

/** A partitioned table and all its partitions, each of which has a replica identity of its own; else the table alone. */
const withPartitions = async (client: Client, table: Table): Promise<readonly string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tree.relid::regclass::text AS name FROM pg_partition_tree($1::regclass) tree`,
    [qualified(table)],
  );
  return rows.length === 0 ? [qualified(table)] : rows.map(({ name }) => name);
};

const publish = async (client: Client, { schema, pipeline }: Wanted): Promise<Omit<Template, 'name'>> => {
  const tables = await findTables(client, pipeline);
  // Further ones may live in another database.
  const { rowTables, furtherTables } = pipeline;
  const missing = rowTables.filter((table) => !tables.includes(table));
  if (missing.length > 0)
    throw new FaultlineError(
      'config',
      `database.schema: ${describeSchema(schema)} made no table ${missing.join(', ')} in the schema "public"`,
      `It must make ${rowTables.join(', ')}${furtherTables.length === 0 ? '' : `; ${furtherTables.join(', ')} may be missing`}.`,
    );
  const columns = await findColumns(client, tables);
  const lacking = missingColumns(pipeline, tables, columns);
  if (lacking.length > 0)
    throw new FaultlineError(
      'config',
      `database.schema: ${describeSchema(schema)} made no column ${lacking.join(', ')}`,
      'These columns are what the pipeline’s services read and write: the schema must have them under these names.',
    );
  for (const table of tables)
    for (const name of await withPartitions(client, table))
      await client.query(`ALTER TABLE ${name} REPLICA IDENTITY FULL`);
  // Via the root: rows of a partition are the table's, whatever the partition is called.
  await client.query(
    `CREATE PUBLICATION ${PUBLICATION} FOR TABLE ${tables.map(qualified).join(', ')} WITH (publish_via_partition_root = true)`,
  );
  return { tables, columns };
};

/** CREATE DATABASE looks for connections to its template and sleeps 100 ms when it finds one: wait for the real moment. */
const waitUntilUnused = (client: Client, database: string): Promise<void> =>
  waitUntil(
    async () => {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from pg_stat_activity where datname = $1',
        [database],
      );
      return rows[0]?.count === 0 ? undefined : rows[0]?.count;
    },
    {
      ms: DISCONNECT_DEADLINE_MS,
      everyMs: 0,
      late: (count) =>
        new FaultlineError(
          'config',
          `database.schema: ${count} connection(s) to the new database are still open ${DISCONNECT_DEADLINE_MS} ms after the schema was applied`,
          'The schema command must close its connections and leave nothing running.',
        ),
    },
  );

const newDatabase = (client: Client, name: string, owner: string, template: string): Promise<unknown> =>
  client.query(
    `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)} ` +
      // FILE_COPY: 14 ms instead of 40; PostgreSQL knows it from version 15 on.
      `TEMPLATE ${escapeIdentifier(template)} STRATEGY FILE_COPY`,
  );

/** ms. It waits for a checkpoint, and for every process of the server: one that stands still would hold it up for good. */
const DROP_WITHIN_MS = 60_000;

const TIMED_OUT = '57014';

/**
 * Drops a database, whoever is still connected to it. It must have no replication slot in use. Errors: FaultlineError 'environment' when it is
 * not done in 60 s; the server's.
 */
export const dropDatabase = (server: PostgresAddress, name: string): Promise<void> =>
  withClient(connectionTo(server, 'admin', maintenanceDatabase(server)), async (client) => {
    await client.query(`SET statement_timeout = ${DROP_WITHIN_MS}`);
    try {
      await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== TIMED_OUT) throw error;
      throw new FaultlineError(
        'environment',
        `PostgreSQL did not drop the database ${name} within ${DROP_WITHIN_MS / 1000} s`,
        'A process of the server that stands still holds it up: look for one among those of pg_stat_activity.',
      );
    }
  });

/** Makes a template with the schema applied. Throws FaultlineError 'config'; leaves no half-made database behind. */
export const makeTemplate = async (server: PostgresAddress, wanted: Wanted, means: Means): Promise<Template> => {
  // A name of its own: two runs on one server never share a template, and a changed schema never meets an old one.
  const name = `${server.databasePrefix ?? 'faultline_'}template_${randomBytes(6).toString('hex')}`;
  return withClient(connectionTo(server, 'admin', maintenanceDatabase(server)), async (client) => {
    await newDatabase(client, name, server.worker.user, 'template1');
    try {
      await applySchema(server, name, wanted.schema, means);
      const published = await withClient(connectionTo(server, 'admin', name), (inside) => publish(inside, wanted));
      await waitUntilUnused(client, name);
      return { name, ...published };
    } catch (error) {
      await client.query(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
      throw error;
    }
  });
};

/** Makes a database as a copy of the template, owned by the worker role. */
export const copyTemplate = async (server: PostgresAddress, template: Template, name: string): Promise<void> => {
  await withClient(connectionTo(server, 'admin', maintenanceDatabase(server)), (client) =>
    newDatabase(client, name, server.worker.user, template.name),
  );
};
