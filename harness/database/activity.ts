/** What the workers have open in the database, as PostgreSQL sees it. */
import { FaultlineError } from '../base/errors.ts';
import { APPLICATION_NAME } from './access.ts';
import type { SlotDatabase } from './database.ts';

type Access = Pick<SlotDatabase, 'ask' | 'query' | 'name' | 'server'>;

/** ms that the server gets to end backends. */
const TERMINATE_DEADLINE_MS = 5000;

/** On a server of somebody else's the workers may have the harness's own role: then its connections are told by their name. */
const WORKER_BACKENDS = `FROM pg_stat_activity
  WHERE datname = $1 AND usename = $2 AND backend_type = 'client backend' AND ($3 OR application_name <> '${APPLICATION_NAME}')`;

const workersOf = ({ name, server }: Access): readonly [string, string, boolean] => [
  name,
  server.worker.user,
  server.worker.user !== server.admin.user,
];

/** Transactions that the worker role has open at this moment, working or idle (0.3 ms). */
export const countOpenTransactions = async (database: Access): Promise<number> => {
  const rows = await database.ask<{ count: number }>(
    'open-transactions',
    `SELECT count(*)::int AS count ${WORKER_BACKENDS} AND xact_start IS NOT NULL`,
    workersOf(database),
  );
  return rows[0]?.count ?? 0;
};

/**
 * Ends every backend of the worker role in this database and waits until they are gone; returns how many there were.
 * Before that an open transaction of a killed worker may still commit (facts.md: Break points).
 */
export const terminateBackends = async (database: Access): Promise<number> => {
  const workers = workersOf(database);
  // Without its second argument: with it the server looks again only after 100 ms.
  const ended = await database.query<{ pid: number }>(
    `SELECT pid, pg_terminate_backend(pid) ${WORKER_BACKENDS}`,
    workers,
  );
  const pids = ended.map((row) => row.pid);
  const deadline = performance.now() + TERMINATE_DEADLINE_MS;
  for (;;) {
    // By pid: a worker that lives connects again at once.
    const left = await database.query(`SELECT 1 ${WORKER_BACKENDS} AND pid = ANY($4)`, [...workers, pids]);
    if (left.length === 0) return pids.length;
    if (performance.now() > deadline)
      throw new FaultlineError(
        'environment',
        `${left.length} connection(s) of ${database.server.worker.user} to ${database.name} are still there ${TERMINATE_DEADLINE_MS} ms after they were terminated`,
        'Look for them in pg_stat_activity.',
      );
  }
};
