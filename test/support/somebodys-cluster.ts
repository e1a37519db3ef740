/** A Kafka and PostgreSQL servers that are somebody else's: started by the tests, with the listeners that a real one has. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { generate } from 'selfsigned';
import { packageRoot } from '../../harness/base/package-root.ts';
import { brokerCommand, brokerSettings, propertiesFile } from '../../harness/environment/embedded/kafka-command.ts';
import { coordinatorAnswers } from '../../harness/environment/embedded/kafka-ready.ts';
import { startPart } from '../../harness/environment/embedded/part.ts';
import { makePremises } from '../../harness/environment/embedded/premises.ts';
import type { StartContext } from '../../harness/environment/embedded/start-context.ts';
import { ROLES } from '../../harness/environment/embedded/postgres-command.ts';
import { unprivilegedUser } from '../../harness/environment/embedded/unprivileged.ts';
import { until } from '../../harness/environment/embedded/until.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import type { Parts } from '../../harness/environment/setup/parts.ts';
import type { Address } from '../../harness/environment/types.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';

const HOST = '127.0.0.1';
const WITHIN_MS = 60_000;

/** The users that the broker's SASL listener knows. */
export const KAFKA_USER = { username: 'harness', password: 'broker-secret-1' } as const;
export const ADMIN_PASSWORD = 'admin-secret-2';

export interface SomebodysServer extends Address {
  /** For FAULTLINE_POSTGRES_URL. */
  readonly url: string;
  /** As the admin, over the server's private socket. */
  ask<R extends pg.QueryResultRow>(sql: string): Promise<R[]>;
}

export interface SomebodysCluster {
  readonly kafka: { readonly plain: Address; readonly tls: Address; readonly sasl: Address };
  /** Takes plain connections. */
  readonly postgres: SomebodysServer;
  /** Takes connections with TLS only. */
  readonly postgresTls: SomebodysServer;
  /** wal_level=replica. */
  readonly postgresReplica: SomebodysServer;
  /** From now on the cluster has two brokers. */
  addBroker(): Promise<void>;
  /** The authority that signed the certificates. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** A certificate for localhost and 127.0.0.1, which is its own authority, and its key. */
const makeCertificate = async (folder: string): Promise<{ readonly cert: string; readonly key: string }> => {
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

/** Every broker of a cluster formats its storage for itself. */
const format = (kafka: Parts['kafka'], properties: string, rest: readonly string[] = []): void => {
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', kafka.classPath, 'kafka.tools.StorageTool', 'format'];
  const cluster = ['--cluster-id', 'FkU3OEVBNTcwNTJENDM2Qk', '--config', properties];
  execFileSync(kafka.java.command, [...tool, ...cluster, ...rest], { stdio: 'pipe' });
};

const startBroker = async (
  { kafka }: Parts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  certificate: { readonly cert: string; readonly key: string },
): Promise<Pick<SomebodysCluster, 'kafka' | 'addBroker'>> => {
  const home = join(folder.path, 'somebodys-kafka');
  const [data, temporary] = [join(home, 'data'), join(folder.executable, 'somebodys-kafka-tmp')];
  mkdirSync(data, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  const ports = await Promise.all([reservePort(), reservePort(), reservePort(), reservePort()]);
  const [plain = 0, tls = 0, sasl = 0, controller = 0] = ports.map(({ port }) => port);
  const keystore = join(home, 'keystore.pem');
  writeFileSync(keystore, `${readFileSync(certificate.key, 'utf8')}${readFileSync(certificate.cert, 'utf8')}`);
  const base = brokerSettings({ folder: data, port: plain, controllerPort: controller });
  const { username, password } = KAFKA_USER;
  const listeners = `PLAIN://${HOST}:${plain},TLS://${HOST}:${tls},SASL://${HOST}:${sasl}`;
  const login = (module: string, rest = ''): string => `org.apache.kafka.common.security.${module} required ${rest};`;
  const properties = join(home, 'server.properties');
  writeFileSync(
    properties,
    propertiesFile({
      ...base,
      listeners: `${listeners},CONTROLLER://${HOST}:${controller}`,
      'advertised.listeners': listeners,
      'listener.security.protocol.map': 'PLAIN:PLAINTEXT,TLS:SSL,SASL:SASL_SSL,CONTROLLER:PLAINTEXT',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keystore,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl.plain.sasl.jaas.config': login('plain.PlainLoginModule', `user_${username}="${password}"`),
      'listener.name.sasl.scram-sha-256.sasl.jaas.config': login('scram.ScramLoginModule'),
      'listener.name.sasl.scram-sha-512.sasl.jaas.config': login('scram.ScramLoginModule'),
    }),
  );
  const user = `[name=${username},password=${password}]`;
  format(kafka, properties, ['--add-scram', `SCRAM-SHA-256=${user}`, '--add-scram', `SCRAM-SHA-512=${user}`]);
  await Promise.all(ports.map((port) => port.release()));
  const part = startPart({
    name: "somebody's Kafka",
    command: brokerCommand(kafka, properties, temporary),
    env,
    log: join(home, 'output.log'),
    endsBy: 'KILL',
    reaper,
  });
  started(part);
  await until(() => coordinatorAnswers({ host: HOST, port: plain }), {
    what: "somebody's Kafka",
    within: WITHIN_MS,
    unless: [part.died, abandoned],
  });
  const at = (port: number): Address => ({ host: HOST, port });
  const addBroker = async (): Promise<void> => {
    const second = await reservePort();
    const [folderOfSecond, file] = [join(home, 'second'), join(home, 'second.properties')];
    mkdirSync(folderOfSecond);
    const { 'process.roles': _both, ...rest } = brokerSettings({
      folder: folderOfSecond,
      port: second.port,
      controllerPort: controller,
    });
    const listener = `PLAIN://${HOST}:${second.port}`;
    const own = { 'process.roles': 'broker', 'node.id': 2, listeners: listener, 'advertised.listeners': listener };
    writeFileSync(file, propertiesFile({ ...rest, ...own }));
    format(kafka, file);
    await second.release();
    const another = startPart({
      name: "somebody's second broker",
      command: brokerCommand(kafka, file, temporary),
      env,
      log: join(home, 'second.log'),
      endsBy: 'KILL',
      reaper,
    });
    started(another);
    const connection = openKafkaConnection({ address: { host: HOST, port: plain } });
    const isThere = async (): Promise<void> => {
      const { brokers } = await connection.send(metadata());
      if (brokers.length < 2) throw new Error('the cluster has one broker');
    };
    try {
      await until(isThere, { what: "somebody's second broker", within: WITHIN_MS, unless: [another.died] });
    } finally {
      connection.close();
    }
  };
  return { kafka: { plain: at(plain), tls: at(tls), sasl: at(sasl) }, addBroker };
};

const startServer = async (
  { postgres }: Parts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  name: string,
  { settings, access }: { readonly settings: Readonly<Record<string, string | number>>; readonly access: string },
  certificate: { readonly cert: string; readonly key: string },
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

/** Starts all of it. */
export const openSomebodysCluster = async (): Promise<SomebodysCluster> => {
  const { env } = process;
  const parts = await ensureSetup({ cacheDir: join(packageRoot, '.faultline'), env, progress: () => undefined });
  const premises = makePremises(env);
  try {
    const { context } = premises;
    const certificate = await makeCertificate(context.folder.path);
    const plainAccess = `host all all ${HOST}/32 scram-sha-256`;
    const server = (name: string, settings: Readonly<Record<string, string | number>>, access = plainAccess) =>
      startServer(parts, context, name, { settings, access }, certificate);
    const [{ kafka, addBroker }, postgres, postgresTls, postgresReplica] = await Promise.all([
      startBroker(parts, context, certificate),
      server('somebodys-postgres', {}),
      server('somebodys-postgres-tls', { ssl: 'on' }, `hostssl all all ${HOST}/32 scram-sha-256`),
      server('somebodys-postgres-replica', { wal_level: 'replica' }),
    ]);
    const servers = { kafka, postgres, postgresTls, postgresReplica };
    return { ...servers, addBroker, ca: certificate.cert, stop: () => premises.end() };
  } catch (error) {
    await premises.end();
    throw error;
  }
};
