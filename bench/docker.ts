/** Cold start of `--env docker` beside the same images as they come, with their own settings: `npm run bench -- docker`. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { StartedTestContainer } from 'testcontainers';
import { packageRoot } from '../harness/base/package-root.ts';
import { startDocker } from '../harness/environment/docker/docker.ts';
import { IMAGES } from '../harness/environment/docker/images.ts';
import { coordinatorAnswers } from '../harness/environment/embedded/kafka-ready.ts';
import { until } from '../harness/environment/embedded/until.ts';
import { openEngine } from '../scripts/docker/engine.mjs';
import { timed } from './measure.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';

const PASSWORD = 'postgres';
const WITHIN_MS = 180_000;

export interface ColdStarts {
  readonly ours: readonly number[];
  readonly untuned: readonly number[];
}

const tuned = async (): Promise<number> => {
  const environment = await startDocker({ env: process.env, progress: () => undefined, pipeline: shippedPipeline });
  await environment.stop();
  return environment.startedInMs;
};

/** Started all at once and asked what `startDocker` asks: what is compared is the settings. */
const untuned = async (): Promise<number> => {
  const { GenericContainer, Wait } = await import('testcontainers');
  const started: StartedTestContainer[] = [];
  const start = async (image: string, port: number, env: Record<string, string>, command: string[] = []) => {
    const container = await new GenericContainer(image)
      .withAutoCleanup(false)
      .withEnvironment(env)
      .withCommand(command)
      .withExposedPorts(port)
      // Any first line: each is asked for a real answer afterwards.
      .withWaitStrategy(Wait.forLogMessage(/\S/))
      .start();
    started.push(container);
    return container.getMappedPort(port);
  };
  const host = '127.0.0.1';
  const answered = (what: string, attempt: (patience: number) => Promise<unknown>): Promise<unknown> =>
    until(attempt, { what, within: WITHIN_MS, unless: [] });
  const kafka = async (): Promise<unknown> => {
    const port = await start(IMAGES.kafka, 9092, {});
    return answered('Kafka', (patience) => coordinatorAnswers({ host, port }, patience));
  };
  const postgres = async (): Promise<unknown> => {
    const port = await start(IMAGES.postgres, 5432, { POSTGRES_PASSWORD: PASSWORD });
    return answered('PostgreSQL', async () => {
      const client = new pg.Client({ host, port, user: 'postgres', password: PASSWORD });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('SELECT 1').finally(() => client.end());
    });
  };
  const toxiproxy = async (): Promise<unknown> => {
    const port = await start(IMAGES.toxiproxy, 8474, {}, ['-host=0.0.0.0']);
    return answered('Toxiproxy', () => fetch(`http://${host}:${port}/version`));
  };
  let starting: readonly Promise<unknown>[] = [];
  try {
    return await timed(() => Promise.all((starting = [kafka(), postgres(), toxiproxy()])));
  } finally {
    // One that failed does not stop the others.
    await Promise.allSettled(starting);
    for (const container of started) await container.stop({ timeout: 0, removeVolumes: true });
  }
};

/** Both in turn, so many times. Starts an engine if none runs, and builds stand-ins for images that are not there. */
export const dockerColdStarts = async (runs: number): Promise<ColdStarts> => {
  const engine = await openEngine(join(packageRoot, '.faultline'));
  process.env['DOCKER_HOST'] = engine.host;
  try {
    const script = join(packageRoot, 'scripts/docker/build-images.sh');
    const { status } = spawnSync('bash', [script, 'toxiproxy', 'kafka', 'postgres'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the images could not be built');
    const ours: number[] = [];
    const asTheyCome: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      ours.push(await tuned());
      asTheyCome.push(await untuned());
      const [load] = loadavg();
      const took = [ours.at(-1), asTheyCome.at(-1)].map((ms) => `${Math.round(ms ?? 0)} ms`).join(' and ');
      process.stderr.write(`docker, run ${run}: ${took} (load ${load?.toFixed(1)})\n`);
    }
    return { ours, untuned: asTheyCome };
  } finally {
    await engine.stop();
  }
};
