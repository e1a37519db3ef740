/** What can be seen of the database at one moment that belongs to no event: tables that changed, locks, connections. */
import { redact } from '../base/redact.ts';
import { APPLICATION_NAME } from './access.ts';
import { workersOf } from './activity.ts';
import { changedColumns, findColumns } from './columns.ts';
import type { Change } from './columns.ts';
import type { Seen, SlotDatabase } from './slot-database.ts';

type Access = Pick<SlotDatabase, 'read' | 'name' | 'server' | 'tables' | 'columns'>;

/** From this share of the server's connections on it is worth a word. */
const MANY = 0.8;
const SHOWN_CHARACTERS = 120;

interface Lock {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly mode: string;
  readonly table: string;
  readonly query: string;
  readonly waiting: number;
}

/** Locks on tables that keep others from writing, and any that somebody waits for; not the harness's own. */
const LOCKS = `
  SELECT a.pid, a.application_name AS application, coalesce(a.state, 'unknown') AS state, l.mode, c.relname AS table,
         coalesce(a.query, '') AS query,
         (SELECT count(*)::int FROM pg_stat_activity w WHERE a.pid = ANY(pg_blocking_pids(w.pid))) AS waiting
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_class c ON c.oid = l.relation
  WHERE a.datname = $1 AND ($3 AND a.usename = $2 OR a.application_name <> '${APPLICATION_NAME}') AND l.granted AND l.locktype = 'relation'
    AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    AND c.relkind IN ('r', 'p')
    AND (l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      OR EXISTS (SELECT 1 FROM pg_stat_activity w WHERE a.pid = ANY(pg_blocking_pids(w.pid))))
  ORDER BY a.pid, c.relname`;

const CONNECTIONS = `
  SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE datid IS NOT NULL) AS taken,
         current_setting('max_connections')::int AS most`;

const lockPhrase = ({ pid, application, state, mode, table, query, waiting }: Lock): string => {
  const text = redact(query).replace(/\s+/g, ' ').trim().slice(0, SHOWN_CHARACTERS);
  const name = application === '' ? '' : ` (${application})`;
  return `connection ${pid}${name} holds ${mode} on ${table}, ${state}, ${waiting} waiting for it; last query: ${text}`;
};

/** What there is to see; that the server does not say is a note as well. */
export const lookAround = async (database: Access): Promise<Seen> => {
  try {
    return await database.read(async (client) => {
      const columns = await findColumns(client, database.tables);
      const locks = (await client.query<Lock>(LOCKS, [...workersOf(database)])).rows;
      const [connections] = (await client.query<{ taken: number; most: number }>(CONNECTIONS)).rows;
      const { taken = 0, most = Infinity } = connections ?? {};
      const seen: readonly Change[] = [
        ...changedColumns(database.columns, columns),
        ...locks.map((lock) => ({ text: lockPhrase(lock), hinders: lock.waiting > 0 })),
        ...(taken >= most * MANY
          ? [{ text: `${taken} of PostgreSQL's ${most} connections are taken`, hinders: true }]
          : []),
      ];
      const textsOf = (some: readonly Change[]): readonly string[] => some.map(({ text }) => text);
      return { notes: textsOf(seen), hinders: textsOf(seen.filter(({ hinders }) => hinders)) };
    });
  } catch (error) {
    return { notes: [`PostgreSQL could not be looked at: ${redact((error as Error).message)}`], hinders: [] };
  }
};
