/**
 * What a team would write without Faultline: the same healthy payment as a plain vitest test that starts its own broker
 * and database from the same binaries, two workers and a small HTTP server, publishes, polls for the row, and tears
 * everything down gracefully. Nothing in it is slowed down on purpose.
 */
import { randomUUID } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import { TOPICS } from '../../harness/pipeline/testing.ts';
import { startAdminStandIn } from '../../test/support/admin-stand-in.ts';

const POLL_MS = 100;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await check().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(POLL_MS);
  }
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
};

test('a paid student gets a trainer', { timeout: 120_000 }, async () => {
  const parts = await ensureSetup({
    cacheDir: process.env['FAULTLINE_HOME'] ?? join(packageRoot, '.faultline'),
    env: process.env,
    progress: () => undefined,
  });
  const folder = await mkdtemp('/tmp/usual-');
  const children: { child: ChildProcess; signal: NodeJS.Signals }[] = [];
  const run = (signal: NodeJS.Signals, command: string, args: readonly string[], env = process.env): void => {
    children.push({ child: spawn(command, args, { stdio: 'ignore', env }), signal });
  };

  // The broker, as its quick start says.
  const [kafkaPort, controllerPort, postgresPort] = [await freePort(), await freePort(), await freePort()];
  const logs = join(folder, 'kafka');
  await cp(parts.kafka.storage, logs, { recursive: true });
  await writeFile(
    join(folder, 'server.properties'),
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
      `listeners=PLAINTEXT://127.0.0.1:${kafkaPort},CONTROLLER://127.0.0.1:${controllerPort}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${kafkaPort}`,
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'controller.listener.names=CONTROLLER',
      `log.dirs=${logs}`,
      'auto.create.topics.enable=false',
      'offsets.topic.replication.factor=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
    ].join('\n'),
  );
  run('SIGTERM', parts.kafka.java.command, [
    '-Xmx1g',
    '-cp',
    parts.kafka.classPath,
    'kafka.Kafka',
    join(folder, 'server.properties'),
  ]);

  // The database: initdb's folder, the server's defaults.
  const data = join(folder, 'postgres');
  await mkdir(data);
  await promisify(execFile)('tar', ['-xf', parts.postgres.template, '-C', data]);
  await writeFile(join(data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n');
  await chmod(folder, 0o755);
  const root = process.getuid?.() === 0;
  if (root) await promisify(execFile)('chown', ['-R', 'nobody', data]);
  await chmod(data, 0o700);
  const server = [join(parts.postgres.home, 'bin/postgres'), '-D', data, '-p', String(postgresPort), '-k', data];
  const [program = '', ...rest] = root
    ? ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', ...server]
    : server;
  run('SIGINT', program, rest);

  try {
    const settings = { host: '127.0.0.1', port: postgresPort, user: 'faultline', database: 'postgres' };
    await until('PostgreSQL', async () => {
      const client = new pg.Client(settings);
      await client.connect();
      await client.end();
      return true;
    });
    const pool = new pg.Pool(settings);
    await pool.query(await readFile(join(packageRoot, 'fixtures/schema.sql'), 'utf8'));

    const brokers = [`127.0.0.1:${kafkaPort}`];
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await until('Kafka', () => admin.connect().then(() => true));
    await admin.createTopics({
      waitForLeaders: true,
      topics: TOPICS.map((topic) => ({ topic, numPartitions: 3 })),
    });

    const stub = await startAdminStandIn(pool);
    const env = {
      ...process.env,
      KAFKA_BROKERS: brokers[0],
      DATABASE_URL: `postgres://faultline@127.0.0.1:${postgresPort}/postgres`,
      ADMIN_SERVICE_URL: stub.url,
    };
    const workers = join(packageRoot, 'dist/fixtures/workers');
    run('SIGTERM', process.execPath, [join(workers, 'purchase-worker/hardened.js')], env);
    run('SIGTERM', process.execPath, [join(workers, 'allocation-worker/hardened.js')], env);
    await until('the workers', async () => {
      const { groups } = await admin.describeGroups(['purchase-creation-workers', 'trainer-allocation-workers']);
      return groups.every((group) => group.state === 'Stable' && group.members.length > 0);
    });

    const [paymentId, studentId, courseId] = [randomUUID(), randomUUID(), randomUUID()];
    const producer = kafka.producer();
    await producer.connect();
    const now = Date.now();
    const meta = { eventId: randomUUID(), correlationId: paymentId, source: 'payment-service', version: '1.0.0' };
    const value = {
      type: 'PURCHASE_CONFIRMED',
      timestamp: now,
      userId: studentId,
      role: 'student',
      paymentId,
      studentId,
      courseId,
      amountCents: 50_000,
      metadata: { purchaseTier: 30 },
      _metadata: { ...meta, timestamp: now },
    };
    await producer.send({
      topic: 'purchase-confirmed',
      messages: [{ key: paymentId, headers: meta, value: JSON.stringify(value) }],
    });
    await until('the allocation', async () => {
      const { rowCount } = await pool.query(
        `select 1 from trainer_allocations where student_id = $1 and course_id = $2 and status = 'approved'`,
        [studentId, courseId],
      );
      return rowCount === 1;
    });
    expect(stub.callsOf({ studentId }).length).toBe(1);

    await producer.disconnect();
    await admin.disconnect();
    stub.close();
    await pool.end();
  } finally {
    // Workers first, each gracefully: that is how such suites leave a clean group behind.
    for (const { child, signal } of [...children].reverse()) await end(child, signal);
    await rm(folder, { recursive: true, force: true });
  }
});
