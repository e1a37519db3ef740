/** Who connects to PostgreSQL, and how the harness's own connections are set up. */
import { Client, Pool } from 'pg';
import type { ClientConfig } from 'pg';
import { hostAndPort } from '../base/host-and-port.ts';
import { wayTo } from '../base/sealed-socket.ts';
import type { Address, PostgresAddress } from '../addresses/address.ts';

/** The database that databases are created and dropped from: one that is there, and that no run makes. */
export const maintenanceDatabase = (server: PostgresAddress): string => server.database ?? 'postgres';

/** By this name the server knows the harness's own connections. */
export const APPLICATION_NAME = 'faultline';

/**
 * Settings of every connection of the harness. synchronous_commit: with it off a commit reaches the recorder up to
 * 200 ms late. TimeZone and DateStyle: the replication stream sends values as text.
 */
const SESSION = '-c synchronous_commit=on -c timezone=UTC -c datestyle=ISO';

/**
 * Where each role looks for names. The owner of a database may set another path for everybody who connects to it, and
 * functions and operators of its own there: the admin looks for none but the server's.
 */
const PATHS = { admin: ' -c search_path=pg_catalog', writer: ' -c search_path=public', worker: '' } as const;

/** ms until a connection attempt gives up. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Connection settings for one of the server's roles. */
export const connectionTo = (server: PostgresAddress, role: keyof typeof PATHS, database: string): ClientConfig => ({
  ...wayTo(server),
  user: server[role].user,
  password: server[role].password,
  database,
  application_name: APPLICATION_NAME,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  options: `${SESSION}${PATHS[role]}`,
});

/**
 * What DATABASE_URL holds for a worker that reaches the server at `address` (its own proxy); left out: for another program.
 * Holds a password.
 */
export const workerUrl = (
  server: PostgresAddress,
  database: string,
  address: Address = server.forPrograms ?? server,
): string => {
  const { user, password } = server.worker;
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${credentials}@${hostAndPort(address)}/${encodeURIComponent(database)}`;
};

/** Runs `work` on a connection of its own, which is closed afterwards. */
export const withClient = async <T>(config: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(config);
  // Without a listener a connection that breaks outside a query ends the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** A pool that keeps its connections; `onError` hears of one that broke while idle. */
export const openPool = (config: ClientConfig, max: number, onError: (error: Error) => void): Pool => {
  const pool = new Pool({ ...config, max, idleTimeoutMillis: 0 });
  pool.on('error', onError);
  return pool;
};
