/** The command of a worker: whether it can be started at all, said before anything is. */
import { childEnvironment } from '../base/child-env.ts';
import { FaultlineError } from '../base/errors.ts';
import { obstacleToStart } from '../base/find-program.ts';
import { shellWord } from '../base/shell.ts';
import type { WorkerConfig } from '../config/types.ts';
import { serviceVariable } from '../pipeline/variables.ts';

type Environment = Readonly<Record<string, string>>;

/** In the place of a value: which of the team's variables hold a credential no name tells, and the text goes to logs. */
const TO_FILL_IN = '…';

/**
 * How a user starts the worker in a shell: with its own variables by name, to be filled in. The addresses it needs besides
 * are those of `faultline up`.
 */
export const byHandText = ({ command, cwd, env, image }: WorkerConfig): string => {
  const variables = Object.keys(env).map((name) => `${name}=${TO_FILL_IN}`);
  if (image === undefined) return [`cd ${shellWord(cwd)} &&`, ...variables, ...command.map(shellWord)].join(' ');
  return ['docker run', ...variables.flatMap((variable) => ['-e', variable]), image, ...command.map(shellWord)].join(
    ' ',
  );
};

const problem = (config: WorkerConfig, what: string, hint: string): FaultlineError =>
  new FaultlineError(
    'worker',
    `${config.role}: ${what}\n  command: ${config.command.join(' ')}\n  cwd: ${config.cwd}`,
    hint,
  );

/** Errors: FaultlineError 'worker' that names command and cwd when the one is not found or the other not there. */
export const checkCommand = (config: WorkerConfig, env: Environment): void => {
  const [program = ''] = config.command;
  const obstacle = obstacleToStart(program, config.cwd, env['PATH']);
  switch (obstacle?.why) {
    case undefined:
      return;
    case 'no-folder':
      throw problem(config, 'its working directory does not exist', 'Correct `cwd` in faultline.config.ts.');
    case 'not-executable':
      throw problem(
        config,
        `${obstacle.file} is not executable`,
        `Run chmod +x ${obstacle.file}, or name its interpreter in \`command\`.`,
      );
    case 'not-found':
      throw problem(
        config,
        `its command was not found: ${program}`,
        obstacle.path === undefined
          ? 'Build it, or correct `command` in faultline.config.ts.'
          : `Install it, or correct \`command\`; it was looked for in ${obstacle.path}`,
      );
  }
};

/** Where a worker reaches its upstreams: addresses made for this worker alone. */
export interface WorkerAddresses {
  /** Comma-separated host:port. */
  readonly kafkaBrokers: string;
  /** Holds a password: never recorded. */
  readonly databaseUrl: string;
  /** By the services' names. */
  readonly serviceUrls: Readonly<Record<string, string>>;
}

/** What the process gets: the harness's environment without what is its own, under the worker's, under the extra one, under the addresses. */
export const workerEnvironment = (
  baseEnv: Readonly<Record<string, string | undefined>>,
  config: WorkerConfig,
  extraEnv: Environment,
  addresses: WorkerAddresses,
): Environment => ({
  ...childEnvironment(baseEnv),
  // Or a Python worker's lines arrive when it ends.
  PYTHONUNBUFFERED: '1',
  ...config.env,
  ...extraEnv,
  KAFKA_BROKERS: addresses.kafkaBrokers,
  DATABASE_URL: addresses.databaseUrl,
  POSTGRES_URL: addresses.databaseUrl,
  ...Object.fromEntries(Object.entries(addresses.serviceUrls).map(([service, url]) => [serviceVariable(service), url])),
});

const NOWHERE: WorkerAddresses = { kafkaBrokers: '', databaseUrl: '', serviceUrls: {} };

/** Whether every worker that is a program of this machine can be started at all, before anything else is. Errors: those of `checkCommand`. */
export const checkCommands = (
  workers: readonly WorkerConfig[],
  baseEnv: Readonly<Record<string, string | undefined>>,
): void => {
  for (const worker of workers)
    if (worker.image === undefined) checkCommand(worker, workerEnvironment(baseEnv, worker, {}, NOWHERE));
};
