/** The database of a slot: made once, shared by many trials, told apart by their ids. */
import type { QueryResultRow } from 'pg';
import { redact } from '../base/redact.ts';
import { toldWhenLong } from '../base/told-when-long.ts';
import type { SchemaSource } from '../config/types.ts';
import type { PostgresAddress } from '../addresses/address.ts';
import type { RecordEvent } from '../history/events.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { connectionTo, openPool, workerUrl } from './access.ts';
import { openTransactions, terminateBackends } from './activity.ts';
import { copyTemplate, describeSchema, dropDatabase, makeTemplate } from './template.ts';
import type { Template } from './template.ts';
import { readIn } from './read-in.ts';
import { unrecordedTables } from './recorded.ts';
import { lookAround } from './seen.ts';
import type { SlotDatabase } from './slot-database.ts';
import { writeAs } from './write-as.ts';

/** Connections for quick questions: a barrier and a count at once. */
const MONITOR_SIZE = 2;

/** Connections the harness holds for its own writes; the stub writes for as many calls at once. */
const POOL_SIZE = 8;

export interface SlotDatabaseOptions {
  readonly environment: { readonly postgres: PostgresAddress };
  readonly schema: SchemaSource;
  /** Whose tables are recorded. */
  readonly pipeline: PipelineDeclaration;
  /** Name of the new database; must not exist. */
  readonly name: string;
  /** Environment a schema command inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears of the harness's own connections breaking. */
  readonly record: RecordEvent;
  /** Hears what takes long: a team's migrations may. */
  readonly progress?: (line: string) => void;
}

/** Templates already made, by server, schema and tables: a second database is then a copy. */
const templates = new WeakMap<PostgresAddress, Map<string, Promise<Template>>>();

const templateFor = (
  { environment, schema, env, pipeline }: SlotDatabaseOptions,
  say: (line: string) => void,
): Promise<Template> => {
  const server = environment.postgres;
  const known = templates.get(server) ?? new Map<string, Promise<Template>>();
  templates.set(server, known);
  const tables = pipelineOf(pipeline);
  const key = JSON.stringify([schema, tables.tables]);
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const made = makeTemplate(server, { schema, pipeline: tables }, { env, say });
  known.set(key, made);
  // A failure is told once to whoever waits for it; the next attempt applies the schema again.
  made.catch(() => known.delete(key));
  return made;
};

/**
 * Makes a database owned by the worker role, with the schema, REPLICA IDENTITY FULL and a publication of those of the
 * pipeline's tables that exist. Throws FaultlineError 'config' when the schema cannot be applied or lacks a table.
 */
export const createSlotDatabase = async (options: SlotDatabaseOptions): Promise<SlotDatabase> => {
  const { name, record, schema, progress = () => undefined } = options;
  const server = options.environment.postgres;
  const making = `making the tables with ${redact(describeSchema(schema))}`;
  const template = await toldWhenLong(progress, making, templateFor(options, progress));
  await copyTemplate(server, template, name);

  // Whatever a worker has hung on its tables runs as this role.
  const settings = connectionTo(server, 'writer', name);
  let closed: Promise<void> | undefined;
  const broken = (error: Error): void => {
    if (closed === undefined)
      record({
        kind: 'trial.harness-error',
        source: 'trial',
        message: `the harness lost a connection to PostgreSQL (${error.message})`,
      });
  };
  const pool = openPool(settings, POOL_SIZE, broken);
  const monitor = openPool(settings, MONITOR_SIZE, broken);
  // The first write and the first question of a trial should not pay for a connection (11 ms).
  await Promise.all([monitor.query('SELECT 1'), pool.query('SELECT 1')]);

  const close = (): Promise<void> => (closed ??= Promise.all([pool.end(), monitor.end()]).then(() => undefined));

  const database: SlotDatabase = {
    name,
    server,
    pipeline: pipelineOf(options.pipeline),
    tables: template.tables,
    columns: template.columns,
    workerUrl: (address) => workerUrl(server, name, address),
    query: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<R>(text, [...values])).rows,
    ask: async <R extends QueryResultRow>(statement: string, text: string, values: readonly unknown[]) =>
      (await monitor.query<R>({ name: statement, text, values: [...values] })).rows,
    writeAs: (writer, work) => writeAs(pool, writer, work),
    read: (work) => readIn(pool, work),
    openTransactions: () => openTransactions(database),
    unrecorded: () => unrecordedTables(database),
    lookAround: () => lookAround(database),
    terminateWorkerBackends: () => terminateBackends(database),
    close,
    drop: async () => {
      await close();
      await dropDatabase(server, name);
    },
  };
  return database;
};
