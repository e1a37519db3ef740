/** What the workers have open in the database, as PostgreSQL sees it. */
import { FaultlineError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { waitUntil } from '../base/waiting.ts';
import { APPLICATION_NAME } from './access.ts';
import type { SlotDatabase } from './slot-database.ts';

type Access = Pick<SlotDatabase, 'ask' | 'query' | 'name' | 'server'>;

/** ms that the server gets to end backends. */
const TERMINATE_DEADLINE_MS = 5000;

/** On a shared server the workers may have the harness's own role: then its connections are told by their name. */
const WORKER_BACKENDS = `FROM pg_stat_activity
  WHERE datname = $1 AND usename = $2 AND backend_type = 'client backend' AND ($3 OR application_name <> '${APPLICATION_NAME}')`;

/** Whose connections are the workers': database, role, and whether that role is theirs alone. */
export const workersOf = ({ name, server }: Pick<Access, 'name' | 'server'>): readonly [string, string, boolean] => [
  name,
  server.worker.user,
  server.worker.user !== server.writer.user,
];

interface OpenTransaction {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly seconds: number;
  readonly query: string;
}

/** So much of a query is told. */
const SHOWN_CHARACTERS = 120;

const phrase = ({ pid, application, state, seconds, query }: OpenTransaction): string => {
  const text = redact(query).replace(/\s+/g, ' ').trim();
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  const name = application === '' ? '' : ` of ${application}`;
  return `the transaction${name} (pid ${pid}, ${state}, open for ${seconds.toFixed(1)} s, last query: ${shown})`;
};

/**
 * Transactions of the worker role that may still come to something (0.5 ms): they have written, or hold a lock that
 * somebody waits for. One that has only read, and idles, holds nobody up.
 */
export const openTransactions = async (database: Access): Promise<readonly string[]> => {
  const rows = await database.ask<OpenTransaction>(
    'open-transactions',
    `SELECT pid, application_name AS application, coalesce(state, 'unknown') AS state, coalesce(query, '') AS query,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
     ${WORKER_BACKENDS} AND xact_start IS NOT NULL
       AND (backend_xid IS NOT NULL OR pid IN (
         SELECT unnest(pg_blocking_pids(w.pid)) FROM pg_stat_activity w WHERE w.datname = $1 AND w.wait_event_type = 'Lock'))
     ORDER BY xact_start`,
    workersOf(database),
  );
  return rows.map(phrase);
};

/** Ends these backends and waits until they are gone. */
export const terminateEach = async (
  database: Pick<SlotDatabase, 'query' | 'name'>,
  pids: readonly number[],
): Promise<void> => {
  // Without its second argument: with it the server looks again only after 100 ms.
  await database.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
  await waitUntil(
    async () => {
      // By pid: a worker that lives connects again at once.
      const left = await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1)', [pids]);
      return left.length === 0 ? undefined : left.length;
    },
    {
      ms: TERMINATE_DEADLINE_MS,
      everyMs: 0,
      late: (count) =>
        new FaultlineError(
          'environment',
          `${count} connection(s) of workers to ${database.name} are still there ${TERMINATE_DEADLINE_MS} ms after they were terminated`,
          'Look for them in pg_stat_activity.',
        ),
    },
  );
};

/**
 * Ends every backend of the worker role in this database and waits until they are gone; returns how many there were.
 * Before that an open transaction of a killed worker may still commit.
 */
export const terminateBackends = async (database: Access): Promise<number> => {
  const found = await database.query<{ pid: number }>(`SELECT pid ${WORKER_BACKENDS}`, workersOf(database));
  const pids = found.map(({ pid }) => pid);
  if (pids.length > 0) await terminateEach(database, pids);
  return pids.length;
};
