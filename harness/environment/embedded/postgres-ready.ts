/** Asks a server whether it answers queries, by giving its roles the passwords of the run. */
import pg from 'pg';
import { ROLES, makeWriter } from './postgres-command.ts';

/** Of a client that asks whether the server is ready: a server under load may accept connections without serving them. */
export const impatient = (patience: number): pg.ClientConfig => ({
  connectionTimeoutMillis: patience,
  query_timeout: patience,
});

/**
 * Sets fresh passwords, makes the writer, and reads the version: the server's first answered query. May be asked again. `host`: the folder of
 * its private socket.
 */
export const setPasswords = async (
  { host, port }: { readonly host: string; readonly port: number },
  passwords: Readonly<Record<keyof typeof ROLES, string>>,
  patience: number,
): Promise<string> => {
  const client = new pg.Client({ host, port, user: ROLES.admin, database: 'postgres', ...impatient(patience) });
  // A connection that breaks after the query must not end the harness.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const role of ['admin', 'worker'] as const)
      await client.query(`ALTER ROLE ${ROLES[role]} PASSWORD '${passwords[role]}'`);
    await client.query(makeWriter(ROLES.writer, passwords.writer, ROLES.worker));
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
};
