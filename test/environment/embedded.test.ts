/** An embedded environment while it is up: what its parts can do, beside a second one, and when one of them ends. */
import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import type { Address } from '../../harness/addresses/address.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { SETUP_MS, answers, foldersOf, options } from '../support/embedded.ts';
import { descendantsOf, leftAfter, survivorsOf } from '../support/processes.ts';

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

beforeAll(() => ensureSetup(options), SETUP_MS);

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

  it('has a database with a superuser and ordinary roles, whose passwords are needed', async () => {
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
      { rolname: 'faultline_writer', rolsuper: false, rolcanlogin: true },
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
    expect(await leftAfter(() => survivorsOf(started))).toEqual([]);
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
