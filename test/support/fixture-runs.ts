/**
 * Controls and mutants of one test file: two at a time, as they wait more than they compute, each on a host of its own in one of
 * two environments that all of them share, one after the other.
 */
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { folderOf } from '../../fixtures/catalogue.ts';
import type { Fixture } from '../../fixtures/catalogue.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { chooseTrials } from '../../harness/run/choose.ts';
import { loadConfig } from '../../harness/config/load.ts';
import { findWorkerSet } from '../../harness/config/worker-sets.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { namesUnder } from '../../harness/pipeline/names.ts';
import { jsonDocument } from '../../harness/reporters/json-document.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { summarizeFailure } from '../../harness/reporters/failure.ts';
import { withEarlier } from '../../harness/runner/attempts.ts';
import type { PlannedTrial } from '../../harness/runner/plan.ts';
import { createGroupAdmin } from '../../harness/slot/group-admin.ts';
import { openHost } from '../../harness/trial/host.ts';
import type { TrialHost } from '../../harness/trial/types.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';
import { NO_PREMISES } from '../../harness/verdict/premises.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { allGroups } from '../../harness/wire/kafka/groups.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { deleteTopics } from '../../harness/wire/kafka/topics.ts';
import { temporaryFolder } from './cli.ts';
import { openEnvironment } from './kafka.ts';

const AT_ONCE = 2;
const SEED = 11;

export interface Played {
  readonly rows: readonly JsonScenario[];
  /** What a run would say of those that did not pass, for a test that fails. */
  readonly said: string;
}

/** Topics of the fixture's own, and its groups, are nothing to the next one. Its workers are gone, what they were members of is not. */
const clear = async ({ kafka }: Environment): Promise<void> => {
  const connection = openKafkaConnection({ address: kafka });
  try {
    const groups = createGroupAdmin({ connection, record: () => 0, names: namesUnder(), partitions: 0 });
    const found = await allGroups(connection);
    for (const group of found) await groups.empty(group);
    await groups.delete(found);
    const topics = (await connection.send(metadata())).topics.map(({ name }) => name);
    await deleteTopics(
      kafka,
      topics.filter((topic) => !topic.startsWith('__')),
    );
  } finally {
    connection.close();
  }
};

/** As a run does it: what is unknown is tried once more. */
const play = async (host: TrialHost, { scenario, seed }: PlannedTrial): Promise<TrialResult> => {
  const first = await host.run({ scenario, seed });
  return first.verdict.outcome === 'unknown' ? withEarlier(await host.run({ scenario, seed }), [first]) : first;
};

const playIn = async (environment: Environment, fixture: Fixture, names: readonly string[]): Promise<Played> => {
  const config = await loadConfig({ cwd: join(packageRoot, folderOf(fixture)) });
  const workers = await findWorkerSet(config, fixture.name);
  const choice = { names, tags: [], cwd: process.cwd(), seed: SEED, repeat: 1, shard: undefined, durations: '' };
  const { plan } = await chooseTrials(config, workers, choice);
  const began = performance.now();
  const host = await openHost({
    config,
    workers,
    within: environment,
    fresh: false,
    outDir: await temporaryFolder(),
    progress: () => undefined,
    env: process.env,
  });
  try {
    const results: TrialResult[] = [];
    for (const trial of plan) results.push(await play(host, trial));
    const { scenarios } = jsonDocument({
      environment: host.environment,
      workers: workers.name,
      results,
      premises: NO_PREMISES,
      replayOf: ({ name }) => `faultline run ${name} --workers ${workers.name} --seed ${SEED}`,
      durationMs: performance.now() - began,
    });
    const said = results
      .filter(({ verdict }) => verdict.outcome !== 'passed')
      .map((result) => `${result.name}: ${result.verdict.outcome}\n${summarizeFailure(result, result.runDir)}`);
    return { rows: scenarios, said: said.join('\n') };
  } finally {
    await host.close();
    await clear(environment);
  }
};

/** Registers the hook that ends the environments; call it at the top of the file. */
export const useFixtures = () => {
  const started: Promise<Environment>[] = [];
  const free: Environment[] = [];
  const waiting: ((environment: Environment) => void)[] = [];

  const take = async (): Promise<Environment> => {
    const there = free.pop();
    if (there !== undefined) return there;
    if (started.length === AT_ONCE) return new Promise((resolve) => waiting.push(resolve));
    const environment = openEnvironment();
    started.push(environment);
    return environment;
  };

  afterAll(async () => {
    for (const environment of started) await (await environment).stop();
  }, 120_000);

  return {
    /** The set of that name, in these scenarios. */
    play: async (fixture: Fixture, scenarios: readonly string[]): Promise<Played> => {
      const environment = await take();
      try {
        return await playIn(environment, fixture, scenarios);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(environment);
        else next(environment);
      }
    },
  };
};
