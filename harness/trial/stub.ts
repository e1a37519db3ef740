/** admin-service's stub by itself: for an engineer, for API owners, and for docker-compose.yml. */
import { Pool } from 'pg';
import { openAdminService } from '../admin-service/service.ts';
import { FaultlineError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { writeAs } from '../database/write-as.ts';
import type { NewEvent } from '../history/events.ts';
import { AUTO_ASSIGN } from '../admin-service/operation.ts';

/** Calls at once that each need a connection; more wait. */
const POOL_SIZE = 8;
const CONNECT_TIMEOUT_MS = 10_000;

export interface StubOptions {
  /** A database with the table trainer_allocations. Holds a password: never printed. */
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  /** One line a call, when it has ended. */
  readonly say: (line: string) => void;
}

export interface Stub {
  /** `http://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a reader of the log is told: which call, how it ended. */
const lineTeller = (say: (line: string) => void): ((event: NewEvent) => number) => {
  const asked = new Map<number, string>();
  return (event) => {
    if (event.kind === 'http.request') {
      // Health checks ask for the root again and again.
      if (event.path === '/') return 0;
      asked.set(
        event.call,
        `${event.method} ${event.path}${event.correlationId === undefined ? '' : ` for ${event.correlationId}`}`,
      );
    } else if (event.kind === 'http.response') {
      const call = asked.get(event.call);
      if (call !== undefined) say(redact(`${call}: ${event.status ?? 'no answer'}`));
      asked.delete(event.call);
    } else if (event.kind === 'trial.harness-error') {
      say(redact(event.message));
    }
    return 0;
  };
};

/** Opens it. Errors: FaultlineError 'environment' when the database or the port is not to be had. */
export const openStub = async ({ databaseUrl, host, port, say }: StubOptions): Promise<Stub> => {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'faultline-stub',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A server that goes away is told by the calls that need it.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1 FROM trainer_allocations LIMIT 1');
  } catch (error) {
    await pool.end();
    throw new FaultlineError(
      'environment',
      `the stub cannot use its database: ${redact(error instanceof Error ? error.message : String(error))}`,
      'Give --database-url (or DATABASE_URL) of a database with the table trainer_allocations, e.g. with fixtures/schema.sql.',
    );
  }
  const service = await openAdminService({
    database: () => ({
      query: async (text, values = []) => (await pool.query(text, [...values])).rows,
      writeAs: (writer, work) => writeAs(pool, writer, work),
    }),
    record: lineTeller(say),
    host,
    port,
  });
  try {
    await service.listenFor('admin-service');
  } catch (error) {
    await pool.end();
    throw error;
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  say(`admin-service's stub answers POST ${url}${AUTO_ASSIGN.path}`);
  return {
    url,
    close: async () => {
      await service.close();
      await pool.end();
    },
  };
};
