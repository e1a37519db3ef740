/** What the workers have open in the database, as PostgreSQL sees it. */
import type { SlotDatabase } from './database.ts';

type Access = Pick<SlotDatabase, 'ask' | 'query' | 'name' | 'server'>;

/** ms that the server gets to end one backend. */
const TERMINATE_TIMEOUT_MS = 5000;

/** Transactions that the worker role has open at this moment, working or idle (0.3 ms). */
export const countOpenTransactions = async (database: Access): Promise<number> => {
  const rows = await database.ask<{ count: number }>(
    'open-transactions',
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = $1 AND usename = $2 AND backend_type = 'client backend' AND xact_start IS NOT NULL`,
    [database.name, database.server.worker.user],
  );
  return rows[0]?.count ?? 0;
};

/**
 * Ends every backend of the worker role in this database and waits until they are gone; returns how many there were.
 * Before that an open transaction of a killed worker may still commit (facts.md: Break points).
 */
export const terminateBackends = async (database: Access): Promise<number> => {
  const rows = await database.query(
    `SELECT pg_terminate_backend(pid, $3) FROM pg_stat_activity
     WHERE datname = $1 AND usename = $2 AND backend_type = 'client backend'`,
    [database.name, database.server.worker.user, TERMINATE_TIMEOUT_MS],
  );
  return rows.length;
};
