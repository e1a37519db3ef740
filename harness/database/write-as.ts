/** A transaction that says in the replication stream whose it is. */
import { escapeLiteral } from 'pg';
import type { ClientBase, Pool } from 'pg';
import { WRITER_PREFIX } from './tags.ts';

/** Runs `work` in a transaction tagged with its writer before anything else; rolled back when `work` throws. */
export const writeAs = async <T>(pool: Pool, writer: string, work: (client: ClientBase) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let unusable = true;
  try {
    // In one message: every call at a service waits for it.
    await client.query(
      `BEGIN; SELECT pg_logical_emit_message(true, ${escapeLiteral(WRITER_PREFIX)}, ${escapeLiteral(writer)})`,
    );
    const result = await work(client);
    // PostgreSQL answers COMMIT with ROLLBACK, and no error, when a statement before it had failed.
    if ((await client.query('COMMIT')).command !== 'COMMIT')
      throw new Error(`a transaction of ${writer} was rolled back`);
    unusable = false;
    return result;
  } catch (error) {
    unusable = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.release(unusable);
  }
};
