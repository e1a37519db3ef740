/** `--env external` against a Kafka and a PostgreSQL that are somebody else's. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultlineError } from '../harness/base/errors.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import { loadConfig } from '../harness/config/load.ts';
import type { WorkerSet } from '../harness/config/types.ts';
import { connectionTo, withClient } from '../harness/database/access.ts';
import { lookAtCluster, startExternal } from '../harness/environment/external/external.ts';
import { joinPostgres } from '../harness/environment/external/postgres-server.ts';
import type { Address } from '../harness/addresses/address.ts';
import { reservePort } from '../harness/environment/embedded/ports.ts';
import { AUTO_ASSIGN_PATH, PARTITIONS_PER_TOPIC, TOPICS } from '../harness/pipeline/testing.ts';
import { notApplicable } from '../harness/runner/applicability.ts';
import type { Scenario } from '../harness/scenario/types.ts';
import type { TrialResult } from '../harness/verdict/result.ts';
import { openKafkaConnection } from '../harness/wire/kafka/connection.ts';
import { openProducer } from '../harness/wire/kafka/producer.ts';
import { describeGroup } from '../harness/wire/kafka/requests/describe-groups.ts';
import { listGroups } from '../harness/wire/kafka/requests/list-groups.ts';
import { metadata } from '../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../harness/wire/kafka/requests/offset-commit.ts';
import { createTopics, deleteTopics } from '../harness/wire/kafka/topics.ts';
import { scenario as apiSilentFailure } from '../scenarios/api-silent-failure.ts';
import { scenario as databaseAway } from '../scenarios/database-away.ts';
import { scenario as healthy } from '../scenarios/healthy.ts';
import { scenario as newGroup } from '../scenarios/group-misconfigured-new-group.ts';
import { scenario as topicMissing } from '../scenarios/topic-missing.ts';
import { scenario as workerDown } from '../scenarios/worker-down.ts';
import { faultline, startFaultline } from './support/cli.ts';
import { whileLooking } from './support/command-lines.ts';
import { playAll, verdicts, withExternalHost } from './support/external-host.ts';
import type { Variables } from './support/external-host.ts';
import { findToxiproxy, slowDown } from './support/open-api.ts';
import { eventually } from './support/postgres.ts';
import { ADMIN_PASSWORD, openSomebodysCluster } from './support/somebodys-cluster.ts';
import type { SomebodysCluster } from './support/somebodys-cluster.ts';
import { KAFKA_USER } from './support/somebodys-kafka.ts';
import { firstAnswer, startupWith } from './support/postgres-startup.ts';
import { STRANGER, withStranger } from './support/stranger.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';

// Several trials a test: on a busy machine each takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Of a role with CREATEDB and REPLICATION, and nothing else. */
const LIMITED_PASSWORD = 'limited-secret-4';

const SECRETS = [KAFKA_USER.password, ADMIN_PASSWORD, LIMITED_PASSWORD];

let cluster: SomebodysCluster;
let out: string;

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'faultline-external-'));
  cluster = await openSomebodysCluster();
  await cluster.postgresTls.ask(`CREATE ROLE limited LOGIN CREATEDB REPLICATION PASSWORD '${LIMITED_PASSWORD}'`);
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(out, { recursive: true, force: true });
});

const plain = (): Variables => ({
  FAULTLINE_I_OWN_THIS_CLUSTER: '1',
  FAULTLINE_KAFKA_BROKERS: `127.0.0.1:${cluster.kafka.plain.port}`,
  FAULTLINE_POSTGRES_URL: cluster.postgres.url,
});

const play = (variables: Variables, scenarios: readonly Scenario[], said: string[] = []): Promise<TrialResult[]> =>
  withExternalHost({ out, variables, said }, (host) => playAll(host, scenarios));

/** Over TLS and SASL, as a role that is no superuser. */
const guarded = (mechanism: string, over: Variables = {}): Variables => ({
  ...plain(),
  FAULTLINE_KAFKA_BROKERS: `localhost:${cluster.kafka.sasl.port}`,
  FAULTLINE_KAFKA_CA: cluster.ca,
  FAULTLINE_KAFKA_SASL_MECHANISM: mechanism,
  FAULTLINE_KAFKA_USERNAME: KAFKA_USER.username,
  FAULTLINE_KAFKA_PASSWORD: KAFKA_USER.password,
  FAULTLINE_POSTGRES_URL: `postgres://limited:${LIMITED_PASSWORD}@localhost:${cluster.postgresTls.port}/postgres`,
  FAULTLINE_POSTGRES_CA: cluster.ca,
  ...over,
});

/** Topics with their ids and the groups of the broker, and the databases and roles of a server: what a run must leave as it was. */
const inventory = async (server = cluster.postgres): Promise<unknown> => {
  const connection = openKafkaConnection({ address: cluster.kafka.plain });
  try {
    const { topics } = await connection.send(metadata());
    return {
      topics: topics.map(({ name, id }) => `${name} ${id}`).sort(),
      groups: [...(await connection.send(listGroups()))].sort(),
      databases: await server.ask("SELECT datname FROM pg_database WHERE datname <> 'faultline_of_old' ORDER BY 1"),
      roles: await server.ask("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"),
      slots: await server.ask('SELECT slot_name FROM pg_replication_slots'),
    };
  } finally {
    connection.close();
  }
};

/** Joins and leaves again; says what went wrong. */
const refusal = async (
  variables: Variables,
  groups = ['purchase-creation-workers', 'trainer-allocation-workers'],
): Promise<FaultlineError> => {
  const env = { ...process.env, ...variables };
  const joining = startExternal({
    cacheDir: join(packageRoot, '.faultline'),
    env,
    progress: () => undefined,
    pipeline: shippedPipeline,
    config: { root: out },
    consumerGroups: groups,
  });
  const error: unknown = await joining.then(
    async (environment) => {
      await environment.stop();
      return 'nothing was refused';
    },
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FaultlineError)) throw new Error(String(error), { cause: error });
  const told = `${error.message} ${error.hint}`;
  for (const secret of SECRETS) expect(told).not.toContain(secret);
  return error;
};

const secretsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, 'utf8');
      return SECRETS.some((secret) => text.includes(secret));
    });

describe('a cluster without the topics', () => {
  it('plays scenarios, and is as it was afterwards', async () => {
    await cluster.postgres.ask('CREATE DATABASE faultline_of_old');
    const before = await inventory();
    const said: string[] = [];
    const results = await play(plain(), [healthy, apiSilentFailure, databaseAway, topicMissing], said);
    expect(verdicts(results)).toEqual([
      ['healthy', 'passed', []],
      ['api-silent-failure', 'passed', []],
      ['database-away', 'passed', []],
      ['topic-missing', 'passed', []],
    ]);
    expect(await inventory()).toEqual(before);
    // What another run left is told and stays.
    expect(said.join()).toContain('faultline_of_old');
    expect(await cluster.postgres.ask("SELECT 1 FROM pg_database WHERE datname = 'faultline_of_old'")).toHaveLength(1);
  });
});

describe('TLS and SASL', () => {
  it('plays scenarios as a role that is no superuser, and writes no password anywhere', async () => {
    const before = await inventory(cluster.postgresTls);
    const said: string[] = [];
    const [results, shown] = await whileLooking(
      { pid: process.pid, secrets: SECRETS },
      play(guarded('SCRAM-SHA-512'), [healthy, workerDown], said),
    );
    expect(verdicts(results)).toEqual([
      ['healthy', 'passed', []],
      ['worker-down', 'passed', []],
    ]);
    expect(shown.commandLines).toEqual([]);
    // It may make no role for the workers: they have its own.
    expect(shown.variables.filter((name) => !/^(DATABASE|POSTGRES)_URL of /.test(name))).toEqual([]);
    expect(await inventory(cluster.postgresTls)).toEqual(before);
    expect(said.join()).toContain('the workers connect to PostgreSQL as limited');
    expect(secretsIn(out)).toEqual([]);
    // Two scenarios on a cluster that is told everything by one broker: on a very busy machine that takes minutes.
  }, 600_000);

  it('lends a login by certificate to nobody: not on the way of migrations, nor by the relays', async () => {
    const { postgresTls, ca, holder } = cluster;
    await postgresTls.ask('CREATE ROLE holder LOGIN REPLICATION CREATEDB CREATEROLE');
    const [authority = '', cert, key] = [ca, holder.cert, holder.key].map((file) => readFileSync(file, 'utf8'));
    const joined = await joinPostgres(
      {
        host: '127.0.0.1',
        port: postgresTls.port,
        user: 'holder',
        password: '',
        database: 'postgres',
        tls: { ca: authority, cert, key, servername: undefined },
        plaintext: false,
      },
      () => undefined,
      () => undefined,
    );
    const { forPrograms, forProxies, admin, worker } = joined.address;
    const { key: _ours, ...server } = joined.address;
    const whoIsIn = (at: Address, { user, password }: typeof admin): Promise<unknown> =>
      withClient({ ...connectionTo({ ...server, ...at }, 'admin', 'postgres'), user, password }, async (client) => {
        const { rows } = await client.query<{ me: string }>('SELECT current_user AS me');
        return rows[0]?.me;
      });
    try {
      expect(await whoIsIn(joined.address, admin)).toBe('holder');
      for (const way of [forPrograms!, forProxies!]) {
        await expect(whoIsIn(way, admin)).rejects.toThrow(/certificate/);
        expect(await whoIsIn(way, worker)).toBe(worker.user);
      }
      // Of two names the server takes the last one.
      const names = (...users: readonly string[]): Buffer =>
        startupWith(...users.map((user) => ['user', user] as const), ['database', 'postgres']);
      expect(await firstAnswer(forPrograms!, names(worker.user))).toBe('R');
      expect(await firstAnswer(forPrograms!, names(worker.user, 'holder'))).toBe('E');
    } finally {
      await joined.leave();
      await postgresTls.ask('DROP ROLE holder');
    }
  });

  it.each(['PLAIN', 'SCRAM-SHA-256'])('lets %s in', async (mechanism) => {
    const facts = await lookAtCluster({
      config: { root: out },
      pipeline: shippedPipeline,
      consumerGroups: [],
      env: guarded(mechanism),
    });
    expect(facts).toMatchObject({ keptTopics: [], makesTopics: false });
  });

  it('takes TLS without SASL', async () => {
    const { FAULTLINE_KAFKA_CA, ...rest } = guarded('PLAIN');
    const env = {
      FAULTLINE_I_OWN_THIS_CLUSTER: '1',
      FAULTLINE_KAFKA_BROKERS: `127.0.0.1:${cluster.kafka.tls.port}`,
      FAULTLINE_KAFKA_CA: FAULTLINE_KAFKA_CA ?? '',
      FAULTLINE_POSTGRES_URL: rest['FAULTLINE_POSTGRES_URL'] ?? '',
    };
    await expect(
      lookAtCluster({ config: { root: out }, pipeline: shippedPipeline, consumerGroups: [], env }),
    ).resolves.toBeDefined();
  });

  it.each([
    ['a wrong password', { FAULTLINE_KAFKA_PASSWORD: 'not-the-secret' }, /refused the credentials/],
    ['an unknown authority', { FAULTLINE_KAFKA_CA: '', FAULTLINE_KAFKA_TLS: '1' }, /certificate/],
    [
      'no TLS where the listener wants it',
      { FAULTLINE_KAFKA_CA: '', FAULTLINE_KAFKA_TLS: '0' },
      /Kafka cannot be reached/,
    ],
    ['PostgreSQL without its authority', { FAULTLINE_POSTGRES_CA: '', FAULTLINE_POSTGRES_TLS: '1' }, /certificate/],
    ['PostgreSQL without TLS', { FAULTLINE_POSTGRES_CA: '', FAULTLINE_POSTGRES_TLS: '0' }, /no encryption|pg_hba/],
    ['a wrong role', { FAULTLINE_POSTGRES_URL: 'nobody:wrong-pass-word' }, /refused the role nobody/],
  ])('says what is wrong with %s', async (_, over, why) => {
    const variables = guarded('SCRAM-SHA-256', over as Variables);
    const url = variables['FAULTLINE_POSTGRES_URL'] ?? '';
    const error = await refusal({
      ...variables,
      ...(url.startsWith('postgres')
        ? {}
        : { FAULTLINE_POSTGRES_URL: `postgres://${url}@localhost:${cluster.postgresTls.port}/x` }),
    });
    expect(error.code).toBe('environment');
    expect(error.message).toMatch(why);
  });
});

describe('what is refused', () => {
  it('everything without consent, before a connection is made', async () => {
    const error = await refusal({
      ...plain(),
      FAULTLINE_I_OWN_THIS_CLUSTER: '',
      FAULTLINE_KAFKA_BROKERS: '127.0.0.1:1',
    });
    expect(error).toMatchObject({ code: 'usage' });
    expect(error.message).toContain('--env external needs --i-own-this-cluster');
    expect(error.message).toMatch(/127\.0\.0\.1:1\n +publish test events to purchase-confirmed/);
    expect(error.message).toContain('purchase-creation-workers, trainer-allocation-workers');
  });

  it('a server without logical decoding', async () => {
    const error = await refusal({ ...plain(), FAULTLINE_POSTGRES_URL: cluster.postgresReplica.url });
    expect(error).toMatchObject({ code: 'environment' });
    expect(error.message).toMatch(/wal_level is replica: it must be logical/);
  });

  it('a role that may not replicate, nor make databases', async () => {
    const { port } = cluster.postgres;
    await cluster.postgres.ask("CREATE ROLE powerless LOGIN PASSWORD 'power-less-3'");
    const url = `postgres://powerless:power-less-3@127.0.0.1:${port}/postgres`;
    const error = await refusal({ ...plain(), FAULTLINE_POSTGRES_URL: url });
    expect(error).toMatchObject({ code: 'environment' });
    expect(error.message).toContain('powerless may not replicate');
    expect(error.message).toContain('powerless may not make databases');
    await cluster.postgres.ask('DROP ROLE powerless');
  });

  it('a topic with another number of partitions', async () => {
    await createTopics(cluster.kafka.plain, [{ name: 'purchase-created', partitions: 2 }]);
    try {
      expect((await refusal(plain())).message).toContain('purchase-created has 2 partitions');
    } finally {
      await deleteTopics(cluster.kafka.plain, ['purchase-created']);
    }
  });
});

describe('a cluster that is in use', () => {
  it('keeps topics and groups that were there, and their records', async () => {
    const topics = [...TOPICS, 'somebody-elses'].map((name) => ({ name, partitions: PARTITIONS_PER_TOPIC }));
    await createTopics(cluster.kafka.plain, topics);
    const producer = openProducer(cluster.kafka.plain);
    const connection = openKafkaConnection({ address: cluster.kafka.plain });
    try {
      await producer.send('purchase-created', { key: 'k', value: 'from-before' });
      await connection.send(offsetCommit('trainer-allocation-workers', { 'purchase-created': { 0: 0, 1: 0, 2: 0 } }));
      const before = await inventory();
      const facts = await lookAtCluster({
        config: { root: out },
        pipeline: shippedPipeline,
        consumerGroups: [],
        env: plain(),
      });
      expect(facts.keptTopics).toEqual(expect.arrayContaining([...TOPICS]));
      const workers = (await loadConfig({ cwd: out })).workerSets['hardened'] as WorkerSet;
      expect(notApplicable(topicMissing, workers, facts)).toContain('purchase-created was there before the run');
      expect(notApplicable(newGroup, workers, facts)).toContain('it needs topics without records');
      expect(notApplicable(healthy, workers, facts)).toBeUndefined();

      const results = await withExternalHost({ out, variables: plain() }, async (host) => {
        const running = host.run({ scenario: healthy, seed: 0 });
        let over = false;
        void running.finally(() => (over = true)).catch(() => undefined);
        while (!over) await producer.send('somebody-elses', { key: 'k', value: 'of-somebody-else' });
        // A scenario that deletes a topic is no pass when it is asked for all the same.
        return [
          await running,
          await host.run({ scenario: topicMissing, seed: 1 }),
          await host.run({ scenario: healthy, seed: 2 }),
        ];
      });
      expect(results.map(({ verdict }) => verdict.outcome)).toEqual(['passed', 'unknown', 'passed']);
      expect(results[1]?.verdict.unknown.join()).toContain('was there before this run and is not deleted');
      expect(await inventory()).toEqual(before);
      const history = readFileSync(join(results[0]?.runDir ?? '', 'history.ndjson'), 'utf8');
      expect(history).not.toMatch(/of-somebody-else|from-before/);
    } finally {
      producer.close();
      connection.close();
      await deleteTopics(
        cluster.kafka.plain,
        topics.map(({ name }) => name),
      );
    }
  });

  const ITS_PLACE = { group: 'trainer-allocation-workers', topic: 'purchase-created' };
  const FOREIGN = new RegExp(
    `${ITS_PLACE.group} has a member that this run did not start: ${STRANGER} \\(.+\\) from 127\\.0\\.0\\.1`,
  );

  it('is refused when a group has a member that the run did not start', async () => {
    await createTopics(cluster.kafka.plain, [{ name: 'purchase-created', partitions: PARTITIONS_PER_TOPIC }]);
    try {
      await withStranger(cluster.kafka.plain, ITS_PLACE, async () => {
        const error = await refusal(plain());
        expect(error).toMatchObject({ code: 'environment' });
        expect(error.message).toMatch(FOREIGN);
      });
    } finally {
      await deleteTopics(cluster.kafka.plain, ['purchase-created']);
    }
  });

  it('proves nothing while somebody changes its proxies, and ends when one joins; neither is removed', async () => {
    const connection = openKafkaConnection({ address: cluster.kafka.plain });
    try {
      // By an address that may be another machine's: what its server asks for is looked at all the while.
      const variables = { ...plain(), FAULTLINE_POSTGRES_URL: cluster.postgres.url.replace('127.0.0.1', '0.0.0.0') };
      await withExternalHost({ out, variables }, async (host) => {
        expect(await slowDown(findToxiproxy(), 'allocation-worker-kafka')).toHaveLength(1);
        const { verdict } = await host.run({ scenario: healthy, seed: 0 });
        expect(verdict.outcome).toBe('unknown');
        expect(verdict.unknown.join()).toContain(
          'somebody has changed the proxy on the way of allocation-worker to kafka',
        );
        expect(verdicts([await host.run({ scenario: healthy, seed: 1 })])).toEqual([['healthy', 'passed', []]]);
        await withStranger(cluster.kafka.plain, ITS_PLACE, async (memberId) => {
          await expect(host.run({ scenario: healthy, seed: 2 })).rejects.toThrow(FOREIGN);
          await host.close();
          const { members } = await describeGroup(connection, 'trainer-allocation-workers');
          expect(members.map((member) => member.memberId)).toContain(memberId);
        });
      });
    } finally {
      connection.close();
    }
  });
});

describe('`faultline stub`', () => {
  const port = async (): Promise<string> => {
    const reserved = await reservePort();
    await reserved.release();
    return String(reserved.port);
  };

  it('answers as admin-service, with a row in the database it was given', async () => {
    await cluster.postgres.ask('CREATE DATABASE for_the_stub');
    const url = cluster.postgres.url.replace(/postgres$/, 'for_the_stub');
    const client = new pg.Client(url);
    await client.connect();
    await client.query(readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8'));
    const listening = await port();
    const running = startFaultline(['stub', '--port', listening], { env: { DATABASE_URL: url } });
    try {
      const body = { studentId: randomUUID(), courseId: randomUUID(), timeSlot: '4:00 PM', date: '2026-12-01' };
      const ask = (): Promise<Response> =>
        fetch(`http://127.0.0.1:${listening}${AUTO_ASSIGN_PATH}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      await eventually('the stub listens', () => running.stdout().includes(AUTO_ASSIGN_PATH), 60_000);
      expect((await ask()).status).toBe(201);
      const { rows } = await client.query('SELECT status FROM trainer_allocations WHERE student_id = $1', [
        body.studentId,
      ]);
      expect(rows).toEqual([{ status: 'approved' }]);
      running.signal('SIGTERM');
      expect(await running.ended).toMatchObject({ code: 0 });
      expect(running.stdout()).toContain(`POST ${AUTO_ASSIGN_PATH}: 201`);
      expect(running.stdout() + running.stderr()).not.toContain(ADMIN_PASSWORD);
    } finally {
      await client.end();
    }
  });

  it('says what is wrong with its database', async () => {
    expect(await faultline(['stub'], { env: { DATABASE_URL: undefined } })).toMatchObject({ code: 2 });
    const without = await faultline(['stub', '--database-url', cluster.postgres.url, '--port', await port()]);
    expect(without).toMatchObject({ code: 4 });
    expect(without.stderr).toContain('relation "trainer_allocations" does not exist');
    expect(without.stderr).not.toContain(ADMIN_PASSWORD);
  });
});
