import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../harness/base/package-root.ts';
import { startEmbedded } from '../harness/environment/embedded/embedded.ts';
import { startKafka } from '../harness/environment/embedded/kafka.ts';
import { startPostgres } from '../harness/environment/embedded/postgres.ts';
import { makePremises } from '../harness/environment/embedded/premises.ts';
import { reservePort } from '../harness/environment/embedded/ports.ts';
import { runtimePlaces } from '../harness/environment/embedded/runtime-folder.ts';
import type { StartContext } from '../harness/environment/embedded/start-context.ts';
import { startToxiproxy } from '../harness/environment/embedded/toxiproxy.ts';
import { reachableBy } from '../harness/environment/embedded/unprivileged.ts';
import { ensureSetup } from '../harness/environment/setup/setup.ts';
import type { Parts } from '../harness/environment/setup/parts.ts';
import type { Address, Environment } from '../harness/environment/types.ts';
import { descendantsOf, eventually, survivorsOf } from './support/processes.ts';

const cacheDir = join(packageRoot, '.faultline');
const options = { cacheDir, env: process.env, progress: () => undefined };
const isRoot = process.getuid?.() === 0;
const child = join(packageRoot, 'test/support/environment-child.ts');

const foldersOf = (pid: number): string[] =>
  runtimePlaces().flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.includes(`faultline-${pid}-`))
      .map((name) => join(folder, name)),
  );

const answers = async ({ host, port }: Address): Promise<boolean> => {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const select = async (
  { host, port }: Address,
  who: { user: string; password: string },
  sql: string,
): Promise<unknown[]> => {
  const client = new pg.Client({ host, port, database: 'postgres', ...who });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const topicsOf = async ({ host, port }: Address): Promise<string[]> => {
  const admin = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
};

beforeAll(() => ensureSetup(options), 10 * 60_000);

describe('an embedded environment', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEmbedded(options);
  });
  afterAll(() => environment.stop());

  it('has a broker whose group coordinator is ready, and creates no topic by itself', async () => {
    expect(await topicsOf(environment.kafka)).toEqual(['__consumer_offsets']);
    const kafka = new Kafka({
      brokers: [`${environment.kafka.host}:${environment.kafka.port}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const producer = kafka.producer();
    await producer.connect();
    await expect(producer.send({ topic: 'nobody-made-this', messages: [{ value: 'x' }] })).rejects.toThrow(
      /does not host this topic-partition/,
    );
    await producer.disconnect();
    expect(await topicsOf(environment.kafka)).toEqual(['__consumer_offsets']);
  });

  it("keeps a worker's 100 MB message", async () => {
    const { host, port } = environment.kafka;
    const kafka = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = kafka.admin();
    const producer = kafka.producer();
    await Promise.all([admin.connect(), producer.connect()]);
    await admin.createTopics({ topics: [{ topic: 'large', numPartitions: 1 }], waitForLeaders: true });
    await producer.send({ topic: 'large', messages: [{ value: Buffer.alloc(100 * 1024 * 1024, 'x') }] });
    expect((await admin.fetchTopicOffsets('large'))[0]?.high).toBe('1');
    await admin.deleteTopics({ topics: ['large'] });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });

  it('has a database with a superuser and an ordinary role, whose passwords are needed', async () => {
    const { postgres } = environment;
    expect(
      await select(
        postgres,
        postgres.admin,
        "SELECT rolname, rolsuper, rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1",
      ),
    ).toEqual([
      { rolname: 'app', rolsuper: false, rolcanlogin: true },
      { rolname: 'faultline', rolsuper: true, rolcanlogin: true },
    ]);
    expect(await select(postgres, postgres.worker, 'SELECT current_user AS who')).toEqual([{ who: 'app' }]);
    await expect(select(postgres, { ...postgres.admin, password: 'guessed' }, 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('has a database that is ready for the recorder', async () => {
    const { postgres } = environment;
    const rows = await select(
      postgres,
      postgres.admin,
      `SELECT name, setting FROM pg_settings WHERE name IN ('wal_level', 'track_commit_timestamp', 'max_connections', 'synchronous_commit') ORDER BY 1`,
    );
    expect(rows).toEqual([
      { name: 'max_connections', setting: '200' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'track_commit_timestamp', setting: 'on' },
      { name: 'wal_level', setting: 'logical' },
    ]);
  });

  it('has a Toxiproxy that counts what it carries', async () => {
    const { host, port } = environment.toxiproxy;
    const response = await fetch(`http://${host}:${port}/metrics`);
    expect(response.status).toBe(200);
    const upstream = `${environment.kafka.host}:${environment.kafka.port}`;
    const body = JSON.stringify({ name: 'counted', listen: '127.0.0.1:0', upstream });
    const made = (await (await fetch(`http://${host}:${port}/proxies`, { method: 'POST', body })).json()) as {
      listen: string;
    };
    const [proxyHost = '', proxyPort] = made.listen.split(':');
    expect(await topicsOf(environment.kafka)).toEqual(['__consumer_offsets']);
    expect(await answers({ host: proxyHost, port: Number(proxyPort) })).toBe(true);
  });

  it('stands beside a second one, and stopping that leaves nothing of it', async () => {
    const before = foldersOf(process.pid);
    const earlier = descendantsOf(process.pid);
    const second = await startEmbedded(options);
    const started = descendantsOf(process.pid).filter(({ pid }) => !earlier.some((one) => one.pid === pid));
    expect(started.map(({ command }) => command).join('\n')).toMatch(
      /kafka\.Kafka[^]*postgres|postgres[^]*kafka\.Kafka/,
    );
    expect(foldersOf(process.pid).length).toBeGreaterThan(before.length);
    const addresses = [second.kafka, second.postgres, second.toxiproxy];
    expect(await Promise.all(addresses.map(answers))).toEqual([true, true, true]);

    await second.stop();
    await second.stop();

    expect(await Promise.all(addresses.map(answers))).toEqual([false, false, false]);
    expect(foldersOf(process.pid)).toEqual(before);
    expect(
      await eventually(
        () => survivorsOf(started),
        (left) => left.length === 0,
        1000,
      ),
    ).toEqual([]);
    expect(await topicsOf(environment.kafka)).toEqual(['__consumer_offsets']);
  });

  it('tells when a part ends by itself, and can be stopped all the same', async () => {
    const second = await startEmbedded(options);
    const broker = descendantsOf(process.pid).find(
      ({ command }) =>
        command.includes('kafka.Kafka') &&
        readFileSync(command.split(' ').at(-1) ?? '', 'utf8').includes(`:${second.kafka.port}\n`),
    );
    process.kill(broker?.pid ?? 0, 'SIGKILL');
    expect((await second.died).message).toMatch(/^Kafka ended by itself \(signal SIGKILL\)/);
    await second.stop();
    expect(await answers(second.postgres)).toBe(false);
  });
});

interface Started {
  readonly process: ChildProcess;
  readonly addresses: readonly Address[];
  readonly pid: number;
}

const startChild = async (root: string, cache: string, user?: { uid: number; gid: number }): Promise<Started> => {
  const script = join(root, child.slice(packageRoot.length));
  const env = { ...process.env, ...(user === undefined ? {} : { HOME: '/nonexistent', JITI_FS_CACHE: 'false' }) };
  const started = spawn(process.execPath, ['--import', 'jiti/register', script, cache], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...user,
  });
  let said = '';
  started.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  for await (const line of createInterface({ input: started.stdout })) {
    const message = JSON.parse(line) as { progress?: string } & Record<'kafka' | 'postgres' | 'toxiproxy', Address>;
    if (message.progress !== undefined) said += `${message.progress}\n`;
    else
      return {
        process: started,
        addresses: [message.kafka, message.postgres, message.toxiproxy],
        pid: started.pid ?? 0,
      };
  }
  throw new Error(`the child ended: ${said}`);
};

describe('a harness that ends', () => {
  const nothingIsLeft = async ({ pid, addresses }: Started, tree: ReturnType<typeof descendantsOf>): Promise<void> => {
    expect(
      await eventually(
        () => survivorsOf(tree),
        (left) => left.length === 0,
        5000,
      ),
    ).toEqual([]);
    expect(
      await eventually(
        () => foldersOf(pid),
        (left) => left.length === 0,
        2000,
      ),
    ).toEqual([]);
    expect(await Promise.all(addresses.map(answers))).toEqual([false, false, false]);
  };

  it('by SIGKILL leaves nothing after 5 s', async () => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    expect(tree.length).toBeGreaterThan(6);
    started.process.kill('SIGKILL');
    await nothingIsLeft(started, tree);
  });

  it('by SIGKILL together with its reaper leaves no process, and its folder to the next start', async () => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    const reaper = tree.find(({ command }) => command.startsWith('/bin/sh -c'));
    process.kill(reaper?.pid ?? 0, 'SIGKILL');
    started.process.kill('SIGKILL');
    expect(
      await eventually(
        () => survivorsOf(tree),
        (left) => left.length === 0,
        5000,
      ),
    ).toEqual([]);
    // Other tests' starts sweep too.
    await makePremises(process.env).end();
    expect(foldersOf(started.pid)).toEqual([]);
  });

  it.each(['kill', 'stop'])('by itself after %s() leaves nothing', async (order) => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    started.process.stdin?.write(`${order}\n`);
    await once(started.process, 'exit');
    await nothingIsLeft(started, tree);
  });
});

describe('users and places', () => {
  let work: string;
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.runIf(isRoot)('works as an ordinary user, from a cache that somebody else made', async () => {
    const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
    chmodSync(work, 0o755);
    let root = packageRoot;
    if (!reachableBy(nobody, packageRoot)) {
      root = join(work, 'checkout');
      for (const name of ['harness', 'test', 'node_modules', 'package.json', 'pom.xml', 'tsconfig.json'])
        cpSync(join(packageRoot, name), join(root, name), { recursive: true, verbatimSymlinks: true });
    }
    const cache = root === packageRoot ? cacheDir : join(root, '.faultline');
    if (cache !== cacheDir)
      cpSync(cacheDir, cache, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    if (cache !== cacheDir) await ensureSetup({ ...options, cacheDir: cache });
    const started = await startChild(root, cache, nobody);
    const tree = descendantsOf(started.pid);
    expect(statSync(foldersOf(started.pid)[0] ?? '').uid).toBe(nobody.uid);
    started.process.kill('SIGKILL');
    expect(
      await eventually(
        () => survivorsOf(tree),
        (left) => left.length === 0,
        5000,
      ),
    ).toEqual([]);
    expect(
      await eventually(
        () => foldersOf(started.pid),
        (left) => left.length === 0,
        2000,
      ),
    ).toEqual([]);
  });

  it.runIf(isRoot)("works where PostgreSQL's user cannot reach the cache", async () => {
    const { postgres } = await ensureSetup(options);
    const closed = mkdtempSync(join(work, 'closed-'));
    const home = join(closed, 'programs');
    cpSync(postgres.home, home, { recursive: true, verbatimSymlinks: true });
    expect(reachableBy({ name: 'nobody', uid: 65534, gid: 65534 }, home)).toBe(false);
    const premises = makePremises(process.env);
    try {
      const { version } = await startPostgres({ ...postgres, home }, premises.context);
      expect(version).toMatch(/^18\./);
    } finally {
      await premises.end();
    }
  });
});

describe('a start that goes wrong', () => {
  let parts: Parts;
  let premises: ReturnType<typeof makePremises>;
  beforeAll(async () => {
    parts = await ensureSetup(options);
  });
  beforeEach(() => {
    premises = makePremises(process.env);
  });
  afterEach(() => premises.end());

  const taken = createServer();
  beforeAll(async () => {
    await once(taken.listen({ host: '127.0.0.1', port: 0 }), 'listening');
  });
  afterAll(() => taken.close());

  it.each([
    ['Kafka', (context: StartContext) => startKafka(parts.kafka, context)],
    ['PostgreSQL', (context: StartContext) => startPostgres(parts.postgres, context)],
    ['Toxiproxy', (context: StartContext) => startToxiproxy(parts.toxiproxy, context)],
  ] as const)('tries another port when %s finds its own taken', async (_name, start) => {
    let asked = 0;
    const reserveTaken = async (): ReturnType<typeof reservePort> =>
      asked++ === 0
        ? { port: (taken.address() as AddressInfo).port, release: () => Promise.resolve() }
        : await reservePort();
    const context = { ...premises.context, reservePort: reserveTaken };
    const { address } = await start(context);
    expect(asked).toBeGreaterThan(1);
    expect(address.port).not.toBe((taken.address() as AddressInfo).port);
    expect(await answers(address)).toBe(true);
  });

  it('names the part that died, with its last lines, and leaves nothing', async () => {
    const broken = { ...parts.kafka, classPath: '/nowhere/kafka.jar', archive: null };
    await expect(startKafka(broken, premises.context)).rejects.toThrow(
      /Kafka ended by itself \(exit code 1\); it said last:\n[^]*kafka\.Kafka/,
    );
  });

  it('gives up the other parts when one cannot start', async () => {
    const folders = foldersOf(process.pid);
    const env = { ...process.env, JAVA_TOOL_OPTIONS: '-XX:NoSuchFlag' };
    const begun = performance.now();
    await expect(startEmbedded({ ...options, env })).rejects.toThrow(/Kafka ended by itself[^]*NoSuchFlag/);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(foldersOf(process.pid)).toEqual(folders);
  });
});
