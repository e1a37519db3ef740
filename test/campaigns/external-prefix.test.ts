/** `--env external` under a prefix: beside topics and groups of somebody's that are in use, and without a word of consent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { PARTITIONS_PER_TOPIC, TOPICS, WORKERS } from '../../harness/pipeline/testing.ts';
import { judge } from '../../harness/verdict/testing/shipped.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import type { Producer } from '../../harness/wire/kafka/producer.ts';
import type { KafkaConnection } from '../../harness/wire/kafka/request.ts';
import { deleteGroups } from '../../harness/wire/kafka/requests/delete-groups.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../../harness/wire/kafka/requests/offset-fetch.ts';
import { createTopics, deleteTopics } from '../../harness/wire/kafka/topics.ts';
import { scenario as duplicateEvent } from '../../scenarios/duplicate-event.ts';
import { scenario as groupMisconfigured } from '../../scenarios/group-misconfigured.ts';
import { scenario as guardMarkedEarly } from '../../scenarios/guard-marked-early.ts';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { scenario as newGroup } from '../../scenarios/group-misconfigured-new-group.ts';
import { scenario as poisonEvent } from '../../scenarios/poison-event.ts';
import { scenario as topicMissing } from '../../scenarios/topic-missing.ts';
import { scenario as workerDown } from '../../scenarios/worker-down.ts';
import { faultline } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { groupsIn, playAll, verdicts, withExternalHost } from '../support/external-host.ts';
import type { Variables } from '../support/external-host.ts';
import { inventoryOf } from '../support/inventory.ts';
import { eventsIn } from '../support/run-output.ts';
import { openSomebodysCluster } from '../support/somebodys-cluster.ts';
import type { SomebodysCluster } from '../support/somebodys-cluster.ts';
import { STRANGER, openTransaction, withStranger } from '../support/stranger.ts';

// Several trials a test: on a busy machine each takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PREFIX = 'ci-4711.';
const PARTITIONS = Array.from({ length: PARTITIONS_PER_TOPIC }, (_, i) => i);
const GROUP = WORKERS['allocation-worker'].consumerGroup;

/** Workers of a project that cannot be told names, or that are told them by a variable which they do not read. */
const CONFIG = `import { referenceWorkers } from 'faultline';
const over = (names) => {
  const set = referenceWorkers('hardened');
  return { ...set, workers: set.workers.map((worker) => ({ ...worker, ...names(worker) })) };
};
export default {
  defaultWorkers: 'hardened',
  workers: {
    theirs: over(({ role }) => (role === 'purchase-worker' ? {} : { names: { topics: { 'purchase-created': 'CONSUME_TOPIC' } } })),
    lax: over(({ role, names }) => (role === 'purchase-worker' ? {} : { names: { ...names, topics: { ...names.topics, 'dead-letter-queue': 'NOBODY_READS_THIS' } } })),
    reading: over(({ role, names }) => (role === 'allocation-worker' ? {} : { misconfigured: {}, names: { ...names, topics: { ...names.topics, 'purchase-confirmed': 'NOBODY_READS_THIS' } } })),
    transactional: over(({ role }) => ({ command: ['node', ${JSON.stringify(join(packageRoot, 'dist/fixtures/controls/transactional/worker.js'))}, role] })),
    deaf: over(({ role, names }) => (role === 'purchase-worker' ? {} : { misconfigured: {}, names: { ...names, group: 'NOBODY_READS_THIS' } })),
  },
};`;

let cluster: SomebodysCluster;
let out: string;
let connection: KafkaConnection;
let producer: Producer;

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'faultline-prefix-'));
  writeFileSync(join(out, 'faultline.config.ts'), CONFIG);
  cluster = await openSomebodysCluster();
  connection = openKafkaConnection({ address: cluster.kafka.plain });
  producer = openProducer(cluster.kafka.plain);
  await createTopics(
    cluster.kafka.plain,
    TOPICS.map((name) => ({ name, partitions: PARTITIONS_PER_TOPIC })),
  );
  for (const topic of TOPICS) await producer.send(topic, { key: 'k', value: 'of-somebody-else' });
  await connection.send(
    offsetCommit('purchase-creation-workers', { 'purchase-confirmed': { 0: 0, 1: 0, 2: 0 } }, 'their own'),
  );
});
afterAll(async () => {
  producer?.close();
  connection?.close();
  await cluster?.stop();
  rmSync(out, { recursive: true, force: true });
});

/** Nothing here says that anybody owns this cluster. */
const under = (prefix = PREFIX): Variables => ({
  FAULTLINE_KAFKA_BROKERS: `127.0.0.1:${cluster.kafka.plain.port}`,
  FAULTLINE_KAFKA_PREFIX: prefix,
  FAULTLINE_POSTGRES_URL: cluster.postgres.url,
});

const inventory = (): Promise<unknown> => inventoryOf(connection, cluster.postgres);

/** A group of somebody's goes on all the time. */
const whileSomebodyCommits = async <T>(work: () => Promise<T>): Promise<T> => {
  let stop = false;
  const committing = (async () => {
    for (let i = 1; !stop; i += 1, await pause(10))
      await connection.send(offsetCommit('somebodys-reports', { 'purchase-created': { 0: i % 2 } }, ''));
  })();
  try {
    return await work();
  } finally {
    stop = true;
    await committing;
    await connection.send(deleteGroups(['somebodys-reports']));
  }
};

/** What a verdict says, without what is another one each time. */
const gist = ({ verdict }: TrialResult): unknown => ({
  outcome: verdict.outcome,
  unknown: verdict.unknown,
  violated: verdict.invariants.filter((one) => one.verdict === 'violated').map(({ id }) => id),
  causes: verdict.during.causes.map(({ id }) => id),
});

describe('a cluster whose topics and groups are in use', () => {
  it('plays scenarios beside them without consent, and leaves all of it as it was', async () => {
    await withStranger(cluster.kafka.plain, { group: GROUP, topic: 'purchase-created' }, async () => {
      const before = await inventory();
      const scenarios = [healthy, workerDown, poisonEvent, topicMissing, groupMisconfigured, newGroup];
      const results = await withExternalHost({ out, variables: under() }, (host) => playAll(host, scenarios));
      expect(verdicts(results)).toEqual(scenarios.map(({ name }) => [name, 'passed', []]));
      expect(await inventory()).toEqual(before);

      const histories = results.map(({ runDir }) => eventsIn(runDir));
      const named = histories.flat().flatMap((event) => ('topic' in event ? [event.topic] : []));
      expect([...new Set(named)].filter((topic) => !(TOPICS as readonly string[]).includes(topic))).toEqual([]);
      expect(JSON.stringify(histories)).not.toContain('of-somebody-else');
      // The wrong group is seen as well, by its own name.
      expect(groupsIn(histories.at(-1) ?? [])).toContain('allocation-worker-misconfigured');
      expect([...groupsIn(histories.flat())].filter((group) => group.startsWith(PREFIX))).toEqual([]);
    });
  });

  it('keeps what workers wrote as it was, and judges the stored history the same', async () => {
    const [result] = await withExternalHost({ out, variables: under() }, (host) => playAll(host, [poisonEvent]));
    const events = eventsIn(result!.runDir);
    const [first, ...rest] = events;
    expect(first).toMatchObject({ kind: 'trial.started', prefix: PREFIX });
    expect(events.find((event) => event.kind === 'kafka.record' && event.topic === 'dead-letter-queue')).toMatchObject({
      headers: { originalTopic: `${PREFIX}purchase-created` },
      json: { originalTopic: `${PREFIX}purchase-created` },
    });
    expect(judge(events, poisonEvent)).toEqual(result?.verdict);
    // The letter is about no event of the trial for whoever does not know the prefix.
    const { prefix: _, ...started } = first as HistoryEvent<'trial.started'>;
    expect(judge([started, ...rest], poisonEvent).outcome).toBe('failed');
  });

  it('finds in workers that misbehave what it finds without a prefix, where groups of others are nobody’s business', async () => {
    const workers = 'incident';
    const play = async (variables: Variables): Promise<TrialResult> => {
      const [result] = await withExternalHost({ out, variables, workers }, (host) => playAll(host, [guardMarkedEarly]));
      return result!;
    };
    const results = await whileSomebodyCommits(async () => [
      await play(under()),
      await play({ ...under(''), FAULTLINE_I_OWN_THIS_CLUSTER: '1' }),
    ]);
    const [beside, owned] = results.map((result) => ({
      gist: gist(result),
      groups: [...groupsIn(eventsIn(result.runDir))].sort(),
    }));
    expect(beside?.gist).toMatchObject({ outcome: 'failed', causes: ['guard-marked-without-allocation'] });
    expect(beside).toEqual(owned);
    expect(owned?.groups).toEqual(['purchase-creation-workers', 'trainer-allocation-workers']);
  });
});

describe('what has the prefix already', () => {
  const topic = `${PREFIX}purchase-created`;

  it('may stand in the way of a topic, and then none of the others stays', async () => {
    const standing = 'clash_trainer-allocated';
    await createTopics(cluster.kafka.plain, [{ name: standing, partitions: 1 }]);
    const before = await inventory();
    // To Kafka dots and underscores are the same in a name.
    const clashing = withExternalHost({ out, variables: under('clash.') }, () => Promise.resolve());
    await expect(clashing).rejects.toThrow('Kafka refused CreateTopics for topic clash.trainer-allocated');
    expect(await inventory()).toEqual(before);
    await deleteTopics(cluster.kafka.plain, [standing]);
  });

  it('also when it is none of the run’s names: another topic, another group, a transactional id', async () => {
    const [topics, group, transactionalId] = [['theirs-of-orders'], 'theirs-of-reports', 'theirs-of-invoices'];
    const standing = await openTransaction(cluster.kafka.plain, transactionalId, 'purchase-created');
    await createTopics(cluster.kafka.plain, [{ name: topics[0]!, partitions: 1 }]);
    await connection.send(offsetCommit(group, { 'purchase-created': { 0: 0 } }));
    const before = await inventory();
    const playing = withExternalHost({ out, variables: under('theirs-') }, () => Promise.resolve());
    await expect(playing).rejects.toThrow(`that begin with theirs-: ${topics[0]}, ${group}, ${transactionalId}`);
    expect(await inventory()).toEqual(before);
    await standing.commit();
    await deleteTopics(cluster.kafka.plain, topics);
    await connection.send(deleteGroups([group]));
  });

  it('is somebody’s: it is used with consent only, and kept', async () => {
    const owned = { ...under(), FAULTLINE_I_OWN_THIS_CLUSTER: '1' };
    await createTopics(cluster.kafka.plain, [{ name: topic, partitions: PARTITIONS_PER_TOPIC }]);
    try {
      await connection.send(offsetCommit(`${PREFIX}${GROUP}`, { [topic]: { 0: 0, 1: 0, 2: 0 } }));
      await expect(withExternalHost({ out, variables: under() }, () => Promise.resolve())).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`already that begin with ${PREFIX}: ${topic}, ${PREFIX}${GROUP}`),
      });
      expect(await connection.send(offsetFetch(`${PREFIX}${GROUP}`, { [topic]: PARTITIONS }))).toEqual({
        [topic]: { 0: 0, 1: 0, 2: 0 },
      });
      const results = await withExternalHost({ out, variables: owned }, (host) => playAll(host, [healthy]));
      expect(verdicts(results)).toEqual([['healthy', 'passed', []]]);
      const { topics } = await connection.send(metadata());
      expect(topics.map(({ name }) => name).filter((name) => name.startsWith(PREFIX))).toEqual([topic]);
      const groups = await connection.send(listGroups());
      expect(groups.filter((group) => group.startsWith(PREFIX))).toEqual([`${PREFIX}${GROUP}`]);
      await withStranger(cluster.kafka.plain, { group: `${PREFIX}${GROUP}`, topic }, () =>
        expect(withExternalHost({ out, variables: owned }, () => Promise.resolve())).rejects.toThrow(
          `the group ${PREFIX}${GROUP} has a member that this run did not start: ${STRANGER}`,
        ),
      );
    } finally {
      await deleteTopics(cluster.kafka.plain, [topic]);
      await connection.send(deleteGroups([`${PREFIX}${GROUP}`]));
    }
  });
});

describe('workers', () => {
  it('that form their transactional id from the name of their group may have transactions', async () => {
    const before = await inventory();
    const twice = { out, variables: under(), workers: 'transactional' };
    // What the first run leaves, transactional ids, is not taken for somebody's.
    for (const scenario of [healthy, duplicateEvent]) {
      const results = await withExternalHost(twice, (host) => playAll(host, [scenario]));
      expect(verdicts(results)).toEqual([[scenario.name, 'passed', []]]);
    }
    expect(await inventory()).toEqual(before);
  });

  const run = (workers: string): Promise<Ended> =>
    faultline(['run', 'healthy', '--env', 'external', '--workers', workers], { cwd: out, env: under() });

  it('that cannot be told their names are refused, before anything is made; the others need no consent', async () => {
    const before = await inventory();
    const refused = await run('theirs');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain(
      [
        'with the prefix ci-4711. the workers theirs must be told what their topics and groups are called, and their configuration does not say how:',
        "  allocation-worker: names.group, names.topics['trainer-allocated'], names.topics['dead-letter-queue']",
      ].join('\n'),
    );
    expect(await run('hardened')).toMatchObject({ code: 0 });
    expect(await inventory()).toEqual(before);
  });

  it('that do not read the variable are found out, and do not stay in a group of somebody’s', async () => {
    const playing = withExternalHost({ out, variables: under(), workers: 'deaf' }, (host) => playAll(host, [healthy]));
    await expect(playing).rejects.toThrow(`allocation-worker asked for the group ${GROUP}, which lacks the prefix`);
    const { members } = await describeGroup(connection, GROUP);
    expect(members).toEqual([]);
  });

  it('that read a topic of somebody’s get nothing of it', async () => {
    await producer.send('purchase-confirmed', { key: 'k', value: 'of-somebody-else' });
    const reading = withExternalHost({ out, variables: under(), workers: 'reading' }, (host) =>
      playAll(host, [healthy]),
    );
    // Its first poll may come a moment after it counts as ready.
    const said = await reading.then(
      ([result]) => [...(result?.verdict.unknown ?? []), JSON.stringify(eventsIn(result!.runDir))],
      (error: Error) => [error.message],
    );
    expect(said[0]).toMatch(/(asked about|read) the topic purchase-confirmed, which lacks the prefix/);
    expect(said.join()).not.toContain('of-somebody-else');
  });

  it('that write to a topic of somebody’s are kept from it, and get no verdict', async () => {
    const before = await inventory();
    const lax = { out, variables: under(), workers: 'lax' };
    const [result] = await withExternalHost(lax, (host) => playAll(host, [poisonEvent]));
    expect(result?.verdict.outcome).toBe('unknown');
    expect(result?.verdict.unknown.join()).toContain(
      'it wrote to the topic dead-letter-queue, which lacks the prefix of this run',
    );
    expect(await inventory()).toEqual(before);
  });
});
