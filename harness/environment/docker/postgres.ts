/** PostgreSQL in a container: the same settings as the embedded one, on its command line. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ROLES, makeWriter, serverSettings } from '../embedded/postgres-command.ts';
import { impatient } from '../embedded/postgres-ready.ts';
import { until } from '../embedded/until.ts';
import { INITDB_SETTINGS } from '../setup/postgres-template.ts';
import type { Address, PostgresAddress } from '../../addresses/address.ts';
import { IMAGES } from './images.ts';
import { ANSWER_WITHIN_MS, startPart } from './part.ts';
import type { Part } from './part.ts';
import type { Premises } from './premises.ts';

const PORT = 5432;

export interface RunningPostgres {
  readonly part: Part;
  readonly address: PostgresAddress;
  /** For containers of the run. */
  readonly inside: Address;
  readonly version: string;
}

/** Makes the workers' role and the writer, and reads the version: the server's first answered query. */
const makeRole = async (server: PostgresAddress, patience: number): Promise<string> => {
  const { host, port, admin, worker, writer } = server;
  const client = new pg.Client({ host, port, ...admin, database: 'postgres', ...impatient(patience) });
  // A connection that breaks after the query must not end the harness.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    // May be asked again: an attempt whose answer came too late had made it all the same.
    await client.query(
      `DROP ROLE IF EXISTS ${worker.user}; CREATE ROLE ${worker.user} LOGIN PASSWORD '${worker.password}'`,
    );
    await client.query(makeWriter(writer.user, writer.password, worker.user));
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end();
  }
};

/** Starts the server and waits until it has answered a query. @throws FaultlineError 'environment' */
export const startPostgres = async (premises: Premises): Promise<RunningPostgres> => {
  const password = (): string => randomBytes(18).toString('hex');
  const admin = { user: ROLES.admin, password: password() };
  const worker = { user: ROLES.worker, password: password() };
  const writer = { user: ROLES.writer, password: password() };
  const settings = serverSettings({ inMemory: true });
  const part = await startPart(premises, {
    name: 'PostgreSQL',
    role: 'postgres',
    image: IMAGES.postgres,
    command: ['postgres', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: {
      POSTGRES_USER: admin.user,
      POSTGRES_PASSWORD: admin.password,
      POSTGRES_DB: 'postgres',
      POSTGRES_INITDB_ARGS: INITDB_SETTINGS.join(' '),
      LC_ALL: 'C',
      TZ: 'UTC',
    },
    ports: [PORT],
    // Where the image's versions from 18 on keep their data.
    memory: ['/var/lib/postgresql'],
  });
  const address = { ...part.published(PORT), admin, worker, writer };
  const version = await until((patience) => makeRole(address, patience), {
    what: `PostgreSQL on port ${address.port}`,
    within: ANSWER_WITHIN_MS,
    unless: [part.died, premises.abandoned],
  });
  return { part, address, inside: { host: part.address, port: PORT }, version };
};
