/**
 * docker-compose.yml: stands up, is on loopback only, keeps its data, and takes `faultline run --env external`. The Pact
 * Broker is in a profile of its own: its image cannot be had where no registry answers.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { reservePort } from '../../harness/environment/embedded/ports.ts';
import { AUTO_ASSIGN_PATH } from '../../harness/pipeline/testing.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { faultline, temporaryFolder } from '../support/cli.ts';
import { composeWith } from './support/compose.ts';

const HOST = '127.0.0.1';
const STUB_IMAGE = 'faultline-stub:0.1.0';
const PROJECT = `faultline-test-${process.pid}`;
const ATTEMPTS = 4;
const PORT_TAKEN = /port is already allocated|address already in use/i;

let compose: ReturnType<typeof composeWith>;
const ports = { kafka: 0, postgres: 0, toxiproxy: 0, adminService: 0 };
const url = (): string => `postgres://postgres:postgres@${HOST}:${ports.postgres}`;

const docker = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('docker', args, {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout;
};

/**
 * The stub's image as its Dockerfile makes it at the end: Node and one bundled file. Bundled here, in a second, on an
 * image with Node in it; FAULTLINE_TEST_STUB_BUILD=1 builds the Dockerfile itself, some minutes of `npm ci`.
 */
const buildStub = async (): Promise<void> => {
  const folder = await temporaryFolder();
  if (process.env['FAULTLINE_TEST_STUB_BUILD'] === '1') {
    const override = join(folder, 'override.yml');
    writeFileSync(override, 'services: { admin-service: { build: { network: host } } }\n');
    await compose('-f', 'docker-compose.yml', '-f', override, 'build', 'admin-service');
    return;
  }
  const main = join(packageRoot, 'deploy/compose/stub/main.mjs');
  const rolldown = join(packageRoot, 'node_modules/.bin/rolldown');
  const bundle = ['--platform', 'node', '--format', 'esm', '--file', join(folder, 'stub.mjs')];
  const { status, stderr } = spawnSync(rolldown, [main, ...bundle], { encoding: 'utf8', cwd: packageRoot });
  if (status !== 0) throw new Error(stderr);
  const from = 'FROM faultline-reference-workers:local';
  const rest = [
    'COPY stub.mjs /opt/faultline/stub.mjs',
    'USER 10001:10001',
    'ENTRYPOINT ["node", "/opt/faultline/stub.mjs"]',
  ];
  writeFileSync(join(folder, 'Dockerfile'), [from, ...rest, ''].join('\n'));
  docker('build', '--quiet', '--tag', STUB_IMAGE, folder);
};

const ask = async <R extends pg.QueryResultRow>(database: string, sql: string): Promise<R[]> => {
  const client = new pg.Client({ connectionString: `${url()}/${database}` });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
};

const inventory = async (): Promise<unknown> => {
  const connection = openKafkaConnection({ address: { host: HOST, port: ports.kafka }, timeoutMs: 30_000 });
  try {
    const { topics } = await connection.send(metadata());
    return {
      topics: topics.filter(({ internal }) => !internal).map(({ name }) => name),
      groups: await connection.send(listGroups()),
      databases: await ask('postgres', 'SELECT datname FROM pg_database ORDER BY 1'),
      roles: await ask('postgres', "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"),
    };
  } finally {
    connection.close();
  }
};

/** Other ports each time, free until the moment before they are used. */
const choosePorts = async (): Promise<void> => {
  const names = Object.keys(ports) as (keyof typeof ports)[];
  const reserved = await Promise.all(names.map(() => reservePort()));
  for (const [i, name] of names.entries()) ports[name] = reserved[i]?.port ?? 0;
  compose = composeWith(PROJECT, {
    FAULTLINE_KAFKA_PORT: String(ports.kafka),
    FAULTLINE_POSTGRES_PORT: String(ports.postgres),
    FAULTLINE_TOXIPROXY_PORT: String(ports.toxiproxy),
    FAULTLINE_ADMIN_SERVICE_PORT: String(ports.adminService),
  });
  await Promise.all(reserved.map(({ release }) => release()));
};

/** `up`, again when somebody else took a port in the meantime. */
const up = async (before: () => Promise<unknown>, ...services: readonly string[]): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    await before();
    try {
      await compose('up', '--wait', '--no-build', ...services);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !PORT_TAKEN.test(String(error))) throw error;
      await compose('rm', '--stop', '--force', ...services);
    }
  }
};

beforeAll(async () => {
  await choosePorts();
  await buildStub();
  await up(choosePorts);
}, 900_000);

afterAll(async () => {
  await compose('down', '--volumes', '--remove-orphans');
}, 400_000);

interface Service {
  readonly image: string;
  readonly ports?: readonly { readonly host_ip?: string }[];
  readonly healthcheck?: unknown;
}

it('pins every version, looks after every service, and publishes on loopback only', async () => {
  const text = await compose('--profile', 'broker', 'config', '--format', 'json');
  const { services } = JSON.parse(text) as { readonly services: Readonly<Record<string, Service>> };
  expect(Object.keys(services).sort()).toEqual([
    'admin-service',
    'kafka',
    'pact-broker',
    'pact-broker-database',
    'postgres',
    'toxiproxy',
  ]);
  for (const [name, { image, ports: published = [], healthcheck }] of Object.entries(services)) {
    expect(image, name).toMatch(/:\d+\.\d+/);
    for (const { host_ip } of published) expect(host_ip, name).toBe(HOST);
    // Toxiproxy's image has nothing to look with: admin-service's check asks it.
    if (name !== 'toxiproxy') expect(healthcheck, name).toBeDefined();
  }
});

it('takes `faultline run --env external`, and is as it was afterwards', async () => {
  const before = await inventory();
  const run = await faultline(
    [
      'run',
      'healthy',
      'api-silent-failure',
      'broker-away',
      'topic-missing',
      '--env',
      'external',
      '--i-own-this-cluster',
    ],
    {
      env: { FAULTLINE_KAFKA_BROKERS: `${HOST}:${ports.kafka}`, FAULTLINE_POSTGRES_URL: `${url()}/postgres` },
      timeoutMs: 300_000,
    },
  );
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toContain('4 passed, 0 failed, 0 unknown');
  expect(await inventory()).toEqual(before);
});

it('answers as admin-service, with a row that outlives the server', async () => {
  const studentId = randomUUID();
  const body = { studentId, courseId: randomUUID(), timeSlot: '4:00 PM', date: '2026-12-01' };
  const answer = await fetch(`http://${HOST}:${ports.adminService}${AUTO_ASSIGN_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
  const { data } = (await answer.json()) as { readonly data: { readonly id: string } };
  const rows = (): Promise<{ id: string; status: string }[]> =>
    ask('pipeline', `SELECT id, status FROM trainer_allocations WHERE student_id = '${studentId}'`);
  expect(await rows()).toEqual([{ id: data.id, status: 'approved' }]);
  await compose('rm', '--stop', '--force', 'postgres');
  await up(() => pause(1000), 'postgres');
  expect(await rows()).toEqual([{ id: data.id, status: 'approved' }]);
  const version = await fetch(`http://${HOST}:${ports.toxiproxy}/version`);
  expect(await version.text()).toContain('2.12.0');
});
