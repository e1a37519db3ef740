/** A Kafka and PostgreSQL servers that are somebody else's: started by the tests, with the listeners that a real one has. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { generate } from 'selfsigned';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startPart } from '../../harness/environment/embedded/part.ts';
import { makePremises } from '../../harness/environment/embedded/premises.ts';
import type { StartContext } from '../../harness/environment/embedded/start-context.ts';
import { ROLES } from '../../harness/environment/embedded/postgres-command.ts';
import { unprivilegedUser } from '../../harness/environment/embedded/unprivileged.ts';
import { until } from '../../harness/environment/embedded/until.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import type { Parts } from '../../harness/environment/setup/parts.ts';
import type { Address } from '../../harness/addresses/address.ts';
import { startBrokers } from './somebodys-kafka.ts';
import type { BrokersWanted, Listeners, SomebodysBroker } from './somebodys-kafka.ts';

const HOST = '127.0.0.1';
const WITHIN_MS = 60_000;

export const ADMIN_PASSWORD = 'admin-secret-2';

export interface SomebodysServer extends Address {
  /** For FAULTLINE_POSTGRES_URL. */
  readonly url: string;
  /** As the admin, over the server's private socket. */
  ask<R extends pg.QueryResultRow>(sql: string): Promise<R[]>;
}

export interface SomebodysCluster {
  readonly kafka: Listeners;
  /** Takes plain connections. */
  readonly postgres: SomebodysServer;
  /** Takes connections with TLS only: with a password, and of the role `holder` with the certificate alone. */
  readonly postgresTls: SomebodysServer;
  /** wal_level=replica. */
  readonly postgresReplica: SomebodysServer;
  /** The authority that signed the certificates. */
  readonly ca: string;
  /** A certificate that `holder` has. */
  readonly holder: Certificate;
  stop(): Promise<void>;
}

/** Paths of the files. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for localhost and 127.0.0.1, which is its own authority, and its key. */
const makeCertificate = async (folder: string): Promise<Certificate> => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: HOST },
        ],
      },
    ],
  });
  const [cert, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  writeFileSync(cert, made.cert);
  writeFileSync(key, made.private, { mode: 0o600 });
  return { cert, key };
};

const startServer = async (
  { postgres }: Parts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  name: string,
  { settings, access }: { readonly settings: Readonly<Record<string, string | number>>; readonly access: string },
  certificate: Certificate,
): Promise<SomebodysServer> => {
  const user = unprivilegedUser();
  const own = (path: string): void => void (user === null || chownSync(path, user.uid, user.gid));
  const [data, sockets] = [join(folder.path, `${name}-data`), join(folder.path, `${name}-socket`)];
  for (const path of [data, sockets]) {
    mkdirSync(path, { mode: 0o700 });
    own(path);
  }
  const as = user === null ? {} : { uid: user.uid, gid: user.gid };
  execFileSync('tar', ['-xf', '-', '-C', data], { ...as, input: readFileSync(postgres.template) });
  for (const [from, to] of [
    [certificate.cert, 'server.crt'],
    [certificate.key, 'server.key'],
  ] as const) {
    copyFileSync(from, join(data, to));
    chmodSync(join(data, to), 0o600);
    own(join(data, to));
  }
  writeFileSync(join(data, 'pg_hba.conf'), `local all all trust\n${access}\n`);
  writeFileSync(join(data, 'pg_ident.conf'), 'holders localhost holder\n');
  const reserved = await reservePort();
  await reserved.release();
  const { port } = reserved;
  const all: Readonly<Record<string, string | number>> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: sockets,
    wal_level: 'logical',
    fsync: 'off',
    max_wal_size: '256MB',
    dynamic_shared_memory_type: 'mmap',
    ...settings,
  };
  const part = startPart({
    name,
    command: [
      join(postgres.home, 'bin', 'postgres'),
      '-D',
      data,
      ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    env: { PATH: env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    user,
    log: join(folder.path, `${name}.log`),
    endsBy: 'QUIT',
    reaper,
  });
  started(part);
  const ask = async <R extends pg.QueryResultRow>(sql: string): Promise<R[]> => {
    const client = new pg.Client({ host: sockets, port, user: ROLES.admin, database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await until(() => ask(`ALTER ROLE ${ROLES.admin} PASSWORD '${ADMIN_PASSWORD}'`), {
    what: name,
    within: WITHIN_MS,
    unless: [part.died, abandoned],
  });
  return { host: HOST, port, ask, url: `postgres://${ROLES.admin}:${ADMIN_PASSWORD}@${HOST}:${port}/postgres` };
};

export interface SomebodysBrokers {
  readonly brokers: readonly SomebodysBroker[];
  readonly postgres: SomebodysServer;
  readonly ca: string;
  stop(): Promise<void>;
}

/** Starts parts on premises of their own; none stays when one does not start. */
const onPremises = async <T>(
  start: (parts: Parts, context: StartContext, certificate: Certificate) => Promise<T>,
): Promise<T & { readonly ca: string; readonly holder: Certificate; stop(): Promise<void> }> => {
  const { env } = process;
  const parts = await ensureSetup({ cacheDir: join(packageRoot, '.faultline'), env, progress: () => undefined });
  const premises = makePremises(env);
  try {
    const certificate = await makeCertificate(premises.context.folder.path);
    const started = await start(parts, premises.context, certificate);
    return { ...started, ca: certificate.cert, holder: certificate, stop: () => premises.end() };
  } catch (error) {
    await premises.end();
    throw error;
  }
};

const PLAIN_ACCESS = `host all all ${HOST}/32 scram-sha-256`;

/** Starts all of it: one broker. */
export const openSomebodysCluster = (): Promise<SomebodysCluster> =>
  onPremises(async (parts, context, certificate) => {
    const server = (name: string, settings: Readonly<Record<string, string | number>>, access = PLAIN_ACCESS) =>
      startServer(parts, context, name, { settings, access }, certificate);
    const [[broker], postgres, postgresTls, postgresReplica] = await Promise.all([
      startBrokers(parts, context, certificate),
      server('somebodys-postgres', {}),
      server(
        'somebodys-postgres-tls',
        { ssl: 'on', ssl_ca_file: 'server.crt' },
        `hostssl all holder ${HOST}/32 cert map=holders\nhostssl all all ${HOST}/32 scram-sha-256`,
      ),
      server('somebodys-postgres-replica', { wal_level: 'replica' }),
    ]);
    if (broker === undefined) throw new Error('no broker was started');
    return { kafka: broker.at, postgres, postgresTls, postgresReplica };
  });

/** Starts a Kafka of several brokers, and a PostgreSQL. */
export const openSomebodysBrokers = (wanted: BrokersWanted): Promise<SomebodysBrokers> =>
  onPremises(async (parts, context, certificate) => {
    const [brokers, postgres] = await Promise.all([
      startBrokers(parts, context, certificate, wanted),
      startServer(parts, context, 'somebodys-postgres', { settings: {}, access: PLAIN_ACCESS }, certificate),
    ]);
    return { brokers, postgres };
  });
