/** Reference workers as processes. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { until } from './reference-pipeline.ts';
import type { Pipeline } from './reference-pipeline.ts';

export type Program =
  | `allocation-worker/${'incident' | 'report-fix' | 'hardened'}`
  | `${'purchase-worker' | 'session-worker'}/${'incident' | 'hardened'}`;

type Line = Readonly<Record<string, unknown>>;

const TOPIC = {
  'allocation-worker': 'purchase-created',
  'purchase-worker': 'purchase-confirmed',
  'session-worker': 'trainer-allocated',
} as const;

const spawnWorker = (program: Program, env: Readonly<Record<string, string>>) => {
  const started = Date.now();
  const child = spawn(process.execPath, [join(packageRoot, 'dist/fixtures/workers', `${program}.js`)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let rest = '';
  const errors: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((part) => JSON.parse(part) as Line));
  });
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  return { child, lines, errors, exit, started };
};

/** Starts workers, each in a group of its own whose offsets stand at the ends, and ends all of them. */
export const createWorkers = (pipeline: Pipeline, adminServiceUrl: string) => {
  const running: ReturnType<typeof spawnWorker>[] = [];

  const start = async (
    program: Program,
    { env = {}, group = randomUUID() as string, prime = true, firstDelayMs = 20, wait = true } = {} as {
      env?: Readonly<Record<string, string>>;
      group?: string;
      /** False: the group's offsets are left as they are. */
      prime?: boolean;
      firstDelayMs?: number;
      /** False: does not wait until it has joined. */
      wait?: boolean;
    },
  ) => {
    const topic = env['CONSUME_TOPIC'] ?? TOPIC[program.split('/')[0] as keyof typeof TOPIC];
    if (prime) await pipeline.commitEnds(group, topic);
    const worker = spawnWorker(program, {
      KAFKA_BROKERS: pipeline.brokers,
      DATABASE_URL: pipeline.databaseUrl,
      ADMIN_SERVICE_URL: adminServiceUrl,
      CONSUMER_GROUP: group,
      FAULTLINE_RETRY_FIRST_MS: String(firstDelayMs),
      ...env,
    });
    running.push(worker);
    const logged = (message: string) => worker.lines.some((line) => line['message'] === message);
    if (wait)
      await until(`${program} to join`, () => {
        if (worker.child.exitCode !== null)
          throw new Error(`${program} exited: ${JSON.stringify(worker.lines)} ${worker.errors}`);
        return logged('joined');
      });
    return {
      ...worker,
      group,
      topic,
      joinedMs: Date.now() - worker.started,
      logged,
      drained: () => until(`${program} to drain its group`, async () => (await pipeline.lagOf(group, topic)) === 0),
      signal: (signal: NodeJS.Signals) => worker.child.kill(signal),
    };
  };

  return {
    start,
    endAll: async (): Promise<void> => {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all(running.map(({ exit }) => exit));
      running.length = 0;
    },
  };
};

export type Workers = ReturnType<typeof createWorkers>;
