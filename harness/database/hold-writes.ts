/** A transaction of the harness that keeps everybody from writing to a table for as long as it is open. */
import type { Table } from '../pipeline/vocabulary.ts';
import { terminateEach } from './activity.ts';
import type { SlotDatabase } from './slot-database.ts';

export interface WritesHold {
  /** Backends that wait for it at this moment. */
  waiting(): Promise<readonly number[]>;
  /** Ends backends, so that what they wait to write is not written; resolves when they are gone. */
  end(backends: readonly number[]): Promise<void>;
  /** Ends the transaction. Safe to call twice. */
  release(): Promise<void>;
}

/** What ends the transaction without a commit: nothing of it gets into the stream of changes. */
const RELEASED = new Error('released');

/** How long the lock is waited for: somebody may have the table open for writing. */
const LOCK_TIMEOUT = '10s';

/** SHARE ROW EXCLUSIVE lets everybody read and nobody write; of a partitioned table it holds every partition. */
const LOCK = (table: Table): string => `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`;

const WAITING = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND $1 = ANY(pg_blocking_pids(pid))`;

/** Takes hold. Errors: Error of PostgreSQL's when the lock is not available. */
export const holdWrites = async (
  database: Pick<SlotDatabase, 'writeAs' | 'ask' | 'query' | 'name'>,
  writer: string,
  table: Table,
): Promise<WritesHold> => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let transaction: Promise<unknown> | undefined;
  const holder = await new Promise<number>((resolve, reject) => {
    const holding = database.writeAs(writer, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await client.query(LOCK(table));
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      resolve(rows[0]?.pid ?? 0);
      await released;
      throw RELEASED;
    });
    transaction = holding.catch((error: unknown) => {
      if (error !== RELEASED) throw error;
    });
    transaction.catch(reject);
  });
  return {
    waiting: async () =>
      (await database.ask<{ pid: number }>('waiting-for-writes', WAITING, [holder])).map(({ pid }) => pid),
    end: (backends) => terminateEach(database, backends),
    release: async () => {
      release();
      await transaction;
    },
  };
};
