/** An environment for an engineer to poke at: broker with topics, database with schema, the stub; no workers. */
import { FaultlineError } from '../base/errors.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import type { Config } from '../config/types.ts';
import { createSlotDatabase } from '../database/database.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { serviceVariable } from '../pipeline/variables.ts';
import { openServices } from '../services/services.ts';
import { openGrounds } from '../slot/grounds.ts';
import { createTopics } from '../wire/kafka/topics.ts';

export interface Standing {
  /** By the name of the variable a worker reads it from. */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
  kill(): void;
}

/** Starts it. Errors: FaultlineError 'setup', 'environment', 'config'. */
export const openStanding = async (options: {
  readonly config: Config;
  /** Default: auto. */
  readonly environment?: EnvironmentChoice;
  readonly progress: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Standing> => {
  const { config, progress, env } = options;
  if (options.environment === 'external')
    throw new FaultlineError(
      'usage',
      'an external environment is not started: it runs already',
      'Use its own addresses, or keep one of your own up with --env embedded.',
    );
  const { pipeline } = config;
  const { topics, partitions } = pipelineOf(pipeline);
  // Nobody records here: what happens is the engineer's own.
  const record = (): number => 0;
  return openGrounds({ ...options, pipeline }, async ({ environment, keep, close, kill }) => {
    const { schema } = config.database;
    const [database] = await Promise.all([
      keep(createSlotDatabase({ environment, schema, pipeline, name: 'faultline', env, record, progress }), (one) =>
        one.close(),
      ),
      createTopics(
        environment.kafka,
        topics.map((name) => ({ name, partitions })),
      ),
    ]);
    const services = await keep(
      openServices({ pipeline, stubs: config.stubs, database: () => database, record }),
      (one) => one.close(),
    );
    const serviceUrls = await Promise.all(
      pipelineOf(pipeline).services.map(async (name) => {
        const port = await services.of(name).listenFor('engineer');
        return [serviceVariable(name), `http://127.0.0.1:${port}`] as const;
      }),
    );
    const databaseUrl = database.workerUrl(environment.postgres);
    return {
      addresses: {
        KAFKA_BROKERS: hostAndPort(environment.kafka),
        DATABASE_URL: databaseUrl,
        POSTGRES_URL: databaseUrl,
        ...Object.fromEntries(serviceUrls),
        TOXIPROXY_URL: `http://${hostAndPort(environment.toxiproxy)}`,
      },
      close,
      kill,
    };
  });
};
