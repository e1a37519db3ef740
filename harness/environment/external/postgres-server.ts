/** Somebody's PostgreSQL: what it must allow, the role for the workers, and what the run drops again. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresAddress } from '../../addresses/address.ts';
import { withDeadline } from '../../base/waiting.ts';
import { FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import { wayTo } from '../../base/sealed-socket.ts';
import type { ExternalSettings } from '../../config/types.ts';
import type { Gateway } from './gateway.ts';
import { openPostgresGateway, openServer } from './postgres-gateway.ts';
import type { PostgresGatewayOptions } from './postgres-gateway.ts';
import { makeRoles } from './postgres-roles.ts';
import type { Credentials, Roles } from './postgres-roles.ts';
import { refused } from './refused.ts';

/** Databases are copied file by file (STRATEGY), which came with this version; messages in the stream came before. */
const OLDEST_VERSION = 150_000;

const TRY_DEADLINE_MS = 10_000;

/** Every database that any run ever makes on a shared server begins so. */
const DATABASE_PREFIX = 'faultline_';

interface ServerFacts {
  readonly version: string;
  readonly versionNumber: number;
  readonly walLevel: string;
  readonly standby: boolean;
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly createDatabase: boolean;
  readonly createRole: boolean;
  readonly freeSlots: number;
  readonly freeSenders: number;
  /** ms; the server's clock at the moment of the answer. */
  readonly now: number;
  readonly leftovers: readonly string[];
}

const FACTS = `
  SELECT current_setting('server_version') AS "version",
    current_setting('server_version_num')::int AS "versionNumber",
    current_setting('wal_level') AS "walLevel",
    pg_is_in_recovery() AS "standby",
    me.rolsuper AS "superuser",
    me.rolsuper OR me.rolreplication OR EXISTS (
      SELECT 1 FROM pg_roles WHERE rolname = 'rds_replication' AND pg_has_role(current_user, oid, 'member')
    ) AS "replication",
    me.rolsuper OR me.rolcreatedb AS "createDatabase",
    me.rolsuper OR me.rolcreaterole AS "createRole",
    current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots)::int AS "freeSlots",
    current_setting('max_wal_senders')::int - (SELECT count(*) FROM pg_stat_replication)::int AS "freeSenders",
    extract(epoch FROM clock_timestamp())::float8 * 1000 AS "now",
    ARRAY(SELECT datname::text FROM pg_database WHERE datname LIKE 'faultline\\_%' ORDER BY datname) AS "leftovers"
  FROM pg_roles me WHERE me.rolname = current_user`;

/** Each with what would be right. All are told at once. */
const obstaclesOf = (facts: ServerFacts, user: string): readonly string[] => [
  ...(facts.versionNumber < OLDEST_VERSION ? [`it is PostgreSQL ${facts.version}: 15 or later is needed`] : []),
  ...(facts.standby ? ['it is a standby: databases are made on a primary'] : []),
  ...(facts.walLevel === 'logical'
    ? []
    : [`wal_level is ${facts.walLevel}: it must be logical (and the server be restarted)`]),
  ...(facts.replication ? [] : [`the role ${user} may not replicate: ALTER ROLE ${user} REPLICATION`]),
  ...(facts.createDatabase ? [] : [`the role ${user} may not make databases: ALTER ROLE ${user} CREATEDB`]),
  ...(facts.freeSlots > 0 ? [] : ['no replication slot is free: raise max_replication_slots, or drop unused ones']),
  ...(facts.freeSenders > 0 ? [] : ['no sender is free: raise max_wal_senders']),
];

const wayOut = (why: string): string =>
  /certificate|altnames|self.signed/i.test(why)
    ? 'Name its authority in external.postgres.tls.ca (FAULTLINE_POSTGRES_CA), or the name it has in external.postgres.tls.servername.'
    : 'Is it up and reachable from here, and are external.postgres.url (FAULTLINE_POSTGRES_URL) and external.postgres.tls right?';

/** TLS and network speak for themselves before a client that knows only the gateway hears of a closed connection. */
const requireReachable = async ({ host, port, tls }: ExternalSettings['postgres']): Promise<void> => {
  let destroy = (): void => undefined;
  try {
    const open = openServer({ server: { host, port }, tls }, (socket) => (destroy = () => void socket.destroy()));
    await withDeadline(open, TRY_DEADLINE_MS, `connecting to ${hostAndPort({ host, port })}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`PostgreSQL at ${hostAndPort({ host, port })} cannot be reached: ${why}`, wayOut(why));
  } finally {
    destroy();
  }
};

const connected = async <T>(
  gateway: Gateway,
  { user, password }: Credentials,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({
    ...wayTo(gateway.address),
    user,
    password,
    database,
    application_name: 'faultline',
    connectionTimeoutMillis: TRY_DEADLINE_MS,
    // Who may make functions and operators there, the workers in the end as well, must not be found before the server's own.
    options: '-c search_path=pg_catalog',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

export interface JoinedPostgres {
  readonly address: PostgresAddress;
  readonly version: string;
  /** Its clock is this machine's, as far as can be told. */
  readonly sameClock: boolean;
  /** Drops what the run made, and closes the gateway. */
  leave(): Promise<void>;
}

/** Allowed between two readings of one clock, ms: the answer's way is in between. */
const CLOCK_SLACK_MS = 1;

/** For each database, ms. */
const DROP_WITHIN_MS = 60_000;

const { escapeIdentifier } = pg;

const dropMade = async (client: pg.Client, prefix: string, roles: Roles | undefined): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT datname AS name FROM pg_database WHERE starts_with(datname::text, $1::text)',
    [prefix],
  );
  // It waits for every process of the server: one that stands still would hold it up for good.
  await client.query(`SET statement_timeout = ${DROP_WITHIN_MS}`);
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  for (const { user } of roles === undefined ? [] : [roles.writer, roles.worker])
    await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(user)}`);
};

/** Checks the server and its role. Errors: one FaultlineError 'environment' with everything that is not as it must be. */
export const joinPostgres = async (
  settings: ExternalSettings['postgres'],
  progress: (line: string) => void,
  onRefused: (error: Error) => void,
): Promise<JoinedPostgres> => {
  const { host, port, user, password, database, tls, plaintext } = settings;
  const where = hostAndPort({ host, port });
  const admin = { user, password };
  await requireReachable(settings);
  /** Why the gateway ended a connection that its client knows only to have ended. */
  let forbidden: FaultlineError | undefined;
  const upstream = { server: { host, port }, tls, plaintext };
  /** The login of the workers': theirs to use, whoever they are. */
  let ofWorkers: string | undefined;
  const opened: Gateway[] = [];
  const open = async (report: (error: Error) => void, options: PostgresGatewayOptions): Promise<Gateway> => {
    const made = await openPostgresGateway(upstream, report, options);
    opened.push(made);
    return made;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
  };
  const prefix = `${DATABASE_PREFIX}${randomBytes(4).toString('hex')}_`;
  try {
    const gateway = await open(
      (error) => {
        if (error instanceof FaultlineError) forbidden ??= error;
        onRefused(error);
      },
      { sealed: true, lends: () => true },
    );
    const forProxies = await open(onRefused, { sealed: true, lends: (name) => name === ofWorkers });
    // Every program of this machine gets there: the admin's login is not lent, be it the workers' or not.
    const forPrograms = await open(onRefused, { lends: (name) => name === ofWorkers && name !== user });
    const { facts, sameClock, roles } = await connected(gateway, admin, database, async (client) => {
      const before = Date.now();
      const [found] = (await client.query<ServerFacts>(FACTS)).rows;
      const after = Date.now();
      if (found === undefined) throw new Error('it does not know the role that is connected');
      const obstacles = obstaclesOf(found, user);
      if (obstacles.length > 0)
        throw refused(
          [`PostgreSQL at ${where} cannot be used:`, ...obstacles.map((line) => `  ${line}`)].join('\n'),
          'Without them nothing that a trial says could be trusted. docker-compose.yml shows a server as it must be.',
        );
      if (found.leftovers.length > 0)
        progress(`databases of other runs are on ${where}, and stay there: ${found.leftovers.join(', ')}`);
      return {
        facts: found,
        sameClock: found.now >= before - CLOCK_SLACK_MS && found.now <= after + CLOCK_SLACK_MS,
        roles: await makeRoles(client, found, prefix, (made) =>
          connected(gateway, made, database, async () => undefined),
        ),
      };
    });
    if (roles === undefined)
      progress(
        `the workers connect to PostgreSQL as ${user}, and have all its rights: it may not make roles for them (ALTER ROLE ${user} CREATEROLE)`,
      );
    const worker = roles?.worker ?? admin;
    ofWorkers = worker.user;
    return {
      address: {
        ...gateway.address,
        forProxies: forProxies.address,
        forPrograms: forPrograms.address,
        admin,
        worker,
        writer: roles?.writer ?? admin,
        database,
        databasePrefix: prefix,
      },
      version: facts.version,
      sameClock,
      leave: async () => {
        try {
          await connected(gateway, admin, database, (client) => dropMade(client, prefix, roles));
        } finally {
          await close();
        }
      },
    };
  } catch (error) {
    await close();
    if (forbidden !== undefined) throw forbidden;
    if (error instanceof FaultlineError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`PostgreSQL at ${where} refused the role ${user}: ${why}`, wayOut(why));
  }
};
