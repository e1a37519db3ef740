/** `--env external` against a Kafka of several brokers: topics and groups are led by different ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { lookAtCluster, startExternal } from '../../harness/environment/external/external.ts';
import type { Address, KafkaAddress } from '../../harness/addresses/address.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { WORKERS } from '../../harness/pipeline/testing.ts';
import { openBrokerConnection } from '../../harness/wire/kafka/broker-connection.ts';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import type { Reader } from '../../harness/wire/kafka/codec.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { allGroups } from '../../harness/wire/kafka/groups.ts';
import { encodeBatch } from '../../harness/wire/kafka/record-batch-writer.ts';
import type { KafkaConnection } from '../../harness/wire/kafka/request.ts';
import { fetchRecords } from '../../harness/wire/kafka/requests/fetch.ts';
import { findCoordinator } from '../../harness/wire/kafka/requests/find-coordinator.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import type { TopicMetadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { createTopics } from '../../harness/wire/kafka/topics.ts';
import { openToxiproxy } from '../../harness/wire/toxiproxy.ts';
import { openWorkerWires } from '../../harness/wire/worker-wires.ts';
import type { WorkerWires } from '../../harness/wire/worker-wires.ts';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { scenario as newGroup } from '../../scenarios/group-misconfigured-new-group.ts';
import { scenario as poisonEvent } from '../../scenarios/poison-event.ts';
import { scenario as topicMissing } from '../../scenarios/topic-missing.ts';
import { scenario as workerDown } from '../../scenarios/worker-down.ts';
import { playAll, verdicts, withExternalHost } from '../support/external-host.ts';
import type { Variables } from '../support/external-host.ts';
import { openSomebodysBrokers } from '../support/somebodys-cluster.ts';
import type { SomebodysBrokers } from '../support/somebodys-cluster.ts';
import { eventually } from '../support/postgres.ts';
import { KAFKA_USER } from '../support/somebodys-kafka.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';

// Several trials a test: on a busy machine each takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const GROUPS = Object.values(WORKERS).map(({ consumerGroup }) => consumerGroup);

let cluster: SomebodysBrokers;
let out: string;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'faultline-brokers-'));
  cluster = await openSomebodysBrokers({ count: 3, offsetsPartitions: 12 });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(out, { recursive: true, force: true });
});

const variables = (): Variables => ({
  FAULTLINE_I_OWN_THIS_CLUSTER: '1',
  // One is enough: the others are asked for.
  FAULTLINE_KAFKA_BROKERS: `127.0.0.1:${cluster.brokers[1]!.at.plain.port}`,
  FAULTLINE_POSTGRES_URL: cluster.postgres.url,
});

const guarded = (): Variables => ({
  ...variables(),
  FAULTLINE_KAFKA_BROKERS: `localhost:${cluster.brokers[2]!.at.sasl.port}`,
  FAULTLINE_KAFKA_CA: cluster.ca,
  FAULTLINE_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  FAULTLINE_KAFKA_USERNAME: KAFKA_USER.username,
  FAULTLINE_KAFKA_PASSWORD: KAFKA_USER.password,
});

const address = (brokers = cluster.brokers): KafkaAddress => ({
  ...brokers[0]!.at.plain,
  nodes: new Map(brokers.map(({ nodeId, at }) => [nodeId, at.plain])),
});

/** Topics and groups of the cluster and databases of the server: what a run must leave as it was. */
const inventory = async (brokers = cluster.brokers): Promise<unknown> => {
  const connection = openKafkaConnection({ address: address(brokers) });
  try {
    const { topics } = await connection.send(metadata());
    const groups = await allGroups(connection);
    return {
      topics: topics.map(({ name, id }) => `${name} ${id}`).sort(),
      groups: [...groups].sort(),
      databases: await cluster.postgres.ask('SELECT datname FROM pg_database ORDER BY 1'),
      roles: await cluster.postgres.ask("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"),
    };
  } finally {
    connection.close();
  }
};

/** The workers' groups, with offsets of somebody's in them: kept, whichever broker coordinates them. */
const leaveGroups = async (): Promise<void> => {
  await createTopics(address(), [{ name: 'somebodys', partitions: 3 }]);
  const connection = openKafkaConnection({ address: address() });
  try {
    for (const group of GROUPS) await connection.send(offsetCommit(group, { somebodys: { 0: 0, 2: 0 } }, 'somebody'));
  } finally {
    connection.close();
  }
};

/** Which brokers lead something of the run's topics, and how many coordinate its groups. */
const spread = async (): Promise<{ readonly leaders: readonly number[]; readonly coordinators: number }> => {
  const connection = openKafkaConnection({ address: address() });
  try {
    const { topics } = await connection.send(metadata());
    const led = topics.filter(({ internal }) => !internal).flatMap(({ partitions }) => partitions);
    const found = await Promise.all(GROUPS.map((group) => connection.send(findCoordinator(group))));
    return {
      leaders: [...new Set(led.map(({ leader }) => leader))].sort(),
      coordinators: new Set(found.map(({ nodeId }) => nodeId)).size,
    };
  } finally {
    connection.close();
  }
};

/** What a broker answers to a request that is for another one, as text. */
const misdirected = (
  connection: KafkaConnection,
  api: 'Produce' | 'Fetch',
  { name, id }: TopicMetadata,
  partition: number,
): Promise<string> => {
  const decode = (reader: Reader): string => reader.raw(reader.remaining).toString('latin1');
  if (api === 'Fetch') {
    const from = [{ topicId: id, partition, offset: 0 }];
    const { body } = fetchRecords({ from, isolation: 'read_committed', maxWaitMs: 1, minBytes: 1, maxBytes: 1024 });
    // Since version 15 the replica is not named in front.
    return connection.send({ api, version: 16, body: body.subarray(4), decode });
  }
  const batch = encodeBatch({ key: null, value: Buffer.from('x'), headers: {}, timestamp: 0 });
  const body = new Writer().string(null, true).int16(1).int32(1000);
  body.array([name], true, (topic) => {
    body.string(topic, true).array([partition], true, (index) => body.int32(index).nullableBytes(batch, true).tags());
    body.tags();
  });
  return connection.send({ api, version: 10, body: body.tags().finish(), decode });
};

describe('three brokers', () => {
  it('plays scenarios, and is as it was afterwards', async () => {
    await leaveGroups();
    const before = await inventory();
    expect(before).toMatchObject({ groups: expect.arrayContaining(GROUPS) });
    const scenarios = [healthy, workerDown, topicMissing, poisonEvent, newGroup];
    const [results, during] = await withExternalHost({ out, variables: variables() }, async (host) => [
      await playAll(host, scenarios),
      await spread(),
    ]);
    expect(verdicts(results)).toEqual(scenarios.map(({ name }) => [name, 'passed', []]));
    // Otherwise nothing was shown.
    expect(during).toEqual({ leaders: [1, 2, 3], coordinators: 2 });
    expect(await inventory()).toEqual(before);
  });

  it('plays over TLS and SASL, for every broker', async () => {
    const results = await withExternalHost({ out, variables: guarded() }, (host) => playAll(host, [healthy]));
    expect(verdicts(results)).toEqual([['healthy', 'passed', []]]);
  });
});

describe("a worker's ways to three brokers", () => {
  let environment: Environment;
  let wires: WorkerWires;
  beforeAll(async () => {
    const env = { ...process.env, ...variables() };
    const config = { root: out };
    const cacheDir = join(packageRoot, '.faultline');
    environment = await startExternal({
      cacheDir,
      env,
      progress: () => undefined,
      config,
      consumerGroups: GROUPS,
      pipeline: shippedPipeline,
    });
    const { kafka, postgres } = environment;
    wires = await openWorkerWires({
      worker: 'worker',
      toxiproxy: openToxiproxy(environment.toxiproxy),
      record: () => 0,
      upstreams: { kafka, postgres, services: { 'admin-service': postgres } },
    });
  });
  afterAll(async () => {
    await wires?.close();
    await environment?.stop();
  });

  const ways = (): readonly Address[] =>
    wires.kafkaBrokers.split(',').map((way) => ({ host: '127.0.0.1', port: Number(way.split(':')[1]) }));

  const brokersBehind = async (way: Address): Promise<readonly string[]> => {
    const connection = openBrokerConnection({ address: way, timeoutMs: 2000 });
    try {
      return (await connection.send(metadata([]))).brokers.map(({ host, port }) => `${host}:${port}`);
    } finally {
      connection.close();
    }
  };

  it('lead to each of them, and name none but themselves', async () => {
    expect(ways()).toHaveLength(3);
    for (const way of ways()) expect(new Set(await brokersBehind(way))).toEqual(new Set(wires.kafkaBrokers.split(',')));
  });

  it.each(['Produce', 'Fetch'] as const)('hide where the leader is that a refused %s names', async (api) => {
    const connection = openKafkaConnection({ address: address() });
    const topic = (await connection.send(metadata(['purchase-created']))).topics[0]!;
    connection.close();
    const { partition, leader } = topic.partitions[0]!;
    const at = cluster.brokers.findIndex(({ nodeId }) => nodeId !== leader);
    const there = cluster.brokers.find(({ nodeId }) => nodeId === leader)!.at.plain;
    const port = new Writer().int32(there.port).finish().toString('latin1');
    const answers: string[] = [];
    for (const one of [cluster.brokers[at]!.at.plain, ways()[at]!]) {
      const broker = openBrokerConnection({ address: one });
      answers.push(await misdirected(broker, api, topic, partition));
      broker.close();
    }
    const [direct = '', hidden = ''] = answers;
    expect(direct).toContain(`${there.host}${port}`);
    // All before the hint is as it was.
    expect(direct.startsWith(hidden.slice(0, -1))).toBe(true);
    expect(hidden).not.toContain(there.host);
  });

  it('are closed and opened again all together', async () => {
    await wires.away('kafka');
    for (const way of ways()) await expect(brokersBehind(way)).rejects.toThrow(/Metadata/);
    await wires.restore('kafka');
    for (const way of ways()) expect(await brokersBehind(way)).toHaveLength(3);
    await wires.withhold('kafka');
    for (const way of ways()) await expect(brokersBehind(way)).rejects.toThrow(/no answer/);
    await wires.restore('kafka');
    for (const way of ways()) expect(await brokersBehind(way)).toHaveLength(3);
    expect(wires.traffic()['kafka']?.bytesUp).toBeGreaterThan(0);
  });
});

describe('a broker that goes away', () => {
  const look = (): Promise<unknown> =>
    lookAtCluster({ config: { root: out }, pipeline: shippedPipeline, consumerGroups: [], env: variables() });

  it('gives no verdict and is named; the others take away what the run made', async () => {
    const [dead, ...others] = cluster.brokers;
    const { nodeId, at, kill } = dead!;
    const before = await inventory();
    const playing = withExternalHost({ out, variables: variables() }, async (host) => {
      await kill();
      // The others count it in for a while.
      const named = `broker ${nodeId} of the cluster, which says that it is at 127.0.0.1:${at.plain.port}`;
      await expect(look()).rejects.toMatchObject({ code: 'environment', message: expect.stringContaining(named) });
      return playAll(host, [healthy]);
    });
    await expect(playing).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringMatching(`^Kafka [A-Za-z]+ v\\d+ to 127.0.0.1:${at.plain.port} failed`),
    });
    expect(await inventory(others)).toEqual(before);
  });

  it('is missed where groups were its business, also when it is gone for good; nothing stays', async () => {
    const others = cluster.brokers.slice(1);
    await eventually(
      'the others to go on without it',
      async () => {
        const connection = openBrokerConnection({ address: others[0]!.at.plain });
        const { brokers } = await connection.send(metadata([]));
        connection.close();
        return brokers.length === others.length;
      },
      30_000,
    );
    const before = await inventory(others);
    const playing = withExternalHost({ out, variables: variables() }, (host) => playAll(host, [healthy]));
    await expect(playing).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining('__consumer_offsets'),
    });
    expect(await inventory(others)).toEqual(before);
  });
});
