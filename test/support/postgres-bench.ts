/** The PostgreSQL server of one test file, and what its tests make on it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { FaultlineError } from '../../harness/base/errors.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { SchemaSource } from '../../harness/config/types.ts';
import { connectionTo, withClient } from '../../harness/database/access.ts';
import { createSlotDatabase } from '../../harness/database/database.ts';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { createTape, openPostgres } from './postgres.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';

export const SCHEMA: SchemaSource = { file: join(packageRoot, 'fixtures/schema.sql') };

/** Does it on a connection as the workers have it. */
export const asWorker = <T>(database: SlotDatabase, work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(connectionTo(database.server, 'worker', database.name), work);

/** The error that it must end with. */
export const errorOf = async (work: Promise<unknown>): Promise<FaultlineError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaultlineError);
  return error as FaultlineError;
};

interface Bench {
  readonly server: Environment;
  /** For scripts and schemas that a test writes. */
  readonly folder: string;
}

/** Registers the hooks; the bench is there as soon as tests run. */
export const usePostgres = () => {
  let bench: Bench | undefined;
  let databases = 0;
  const now = (): Bench => {
    if (!bench) throw new Error('the bench is there only inside a test');
    return bench;
  };
  beforeAll(async () => {
    bench = { server: await openPostgres(), folder: mkdtempSync(join(tmpdir(), 'faultline-postgres-test-')) };
  }, 120_000);
  afterAll(async () => {
    const { server, folder } = now();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    now,
    create: (schema: SchemaSource = SCHEMA, record = createTape().record): Promise<SlotDatabase> =>
      createSlotDatabase({
        environment: now().server,
        schema,
        pipeline: shippedPipeline,
        name: `slot_${(databases += 1)}`,
        env: { PATH: process.env['PATH'] },
        record,
      }),
    allDatabases: async (): Promise<string[]> => {
      const client = new Client(connectionTo(now().server.postgres, 'admin', 'postgres'));
      await client.connect();
      const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
      await client.end();
      return rows.map((row) => row.datname);
    },
  };
};

export type PostgresBench = ReturnType<typeof usePostgres>;
