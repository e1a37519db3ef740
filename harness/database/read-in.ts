/** A transaction that only looks. */
import type { ClientBase, Pool } from 'pg';

/** A table may be locked by whoever is looked at. */
const TIMEOUT = '1s';

/** Runs `work` in a read-only transaction of its own, whose statements end after a second; rolled back in any case. */
export const readIn = async <T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let unusable = true;
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(`SET LOCAL statement_timeout = '${TIMEOUT}'`);
    return await work(client);
  } finally {
    unusable = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.release(unusable);
  }
};
