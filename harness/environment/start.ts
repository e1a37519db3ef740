/** Which environment a run takes place in: `--env`. One line a kind; what each needs is its own folder's business. */
import { FaultlineError } from '../base/errors.ts';
import type { Environment, StartOptions } from './types.ts';

/** How one kind of environment comes about. Loaded when used: none costs a run that takes another. */
interface Starter {
  /** Starts it, or joins it. @throws FaultlineError 'setup' or 'environment'; nothing is left running then */
  start(options: StartOptions): Promise<Environment>;
  /** Why `auto` cannot take it, and what would change that; undefined when it can. Left out: `auto` never takes it. */
  obstacle?(options: StartOptions): Promise<{ readonly why: string; readonly wayOut: string } | undefined>;
}

/** In the order in which `auto` tries them. */
const STARTERS = {
  embedded: {
    start: async (options) => (await import('./embedded/embedded.ts')).startEmbedded(options),
    obstacle: async (options) => (await import('./setup/obstacle.ts')).embeddedObstacle(options),
  },
  docker: {
    start: async (options) => (await import('./docker/docker.ts')).startDocker(options),
    obstacle: async ({ env }) => (await import('./docker/engine.ts')).engineObstacle(env),
  },
  external: { start: async (options) => (await import('./external/external.ts')).startExternal(options) },
} as const satisfies Readonly<Record<string, Starter>>;

type EnvironmentKind = keyof typeof STARTERS;

/** `auto`: embedded where its parts are there or can be made, else docker where an engine answers. */
export type EnvironmentChoice = 'auto' | EnvironmentKind;

export const DEFAULT_ENVIRONMENT: EnvironmentChoice = 'auto';

const kinds = Object.keys(STARTERS) as readonly EnvironmentKind[];

/** What `--env` takes. */
export const ENVIRONMENT_CHOICES: readonly EnvironmentChoice[] = ['auto', ...kinds];

const starterOf = (kind: EnvironmentKind): Starter => STARTERS[kind];

/** The first kind that nothing stands in the way of. @throws FaultlineError 'environment' that says what to install */
const chooseKind = async (options: StartOptions): Promise<EnvironmentKind> => {
  const obstacles: { readonly kind: EnvironmentKind; readonly why: string; readonly wayOut: string }[] = [];
  for (const kind of kinds) {
    const starter = starterOf(kind);
    if (starter.obstacle === undefined) continue;
    const obstacle = await starter.obstacle(options);
    if (obstacle === undefined) return kind;
    obstacles.push({ kind, ...obstacle });
  }
  throw new FaultlineError(
    'environment',
    ['no environment can be started here:', ...obstacles.map(({ kind, why }) => `  ${kind}: ${why}`)].join('\n'),
    `One of them is enough. ${obstacles.map(({ kind, wayOut }) => `${kind}: ${wayOut}`).join('; or ')}.`,
  );
};

/** Before anything is started. @throws FaultlineError 'environment' */
const requireEngine = async ({ env }: StartOptions): Promise<void> => {
  const obstacle = await (await import('./docker/engine.ts')).engineObstacle(env);
  if (obstacle !== undefined)
    throw new FaultlineError(
      'environment',
      `a worker is an image, and none can be run: ${obstacle.why}`,
      obstacle.wayOut,
    );
};

/** The same environment, with an engine beside it that runs workers as images. */
const withContainers = async (environment: Environment, options: StartOptions): Promise<Environment> => {
  const { openContainers } = await import('./docker/containers.ts');
  const containers = await openContainers(options.env, options.progress).catch(async (error: unknown) => {
    await environment.stop();
    throw error;
  });
  return {
    ...environment,
    containers,
    stop: async () => {
      await Promise.all([containers.close(), environment.stop()]);
    },
    kill: () => {
      void containers.close().catch(() => undefined);
      environment.kill();
    },
  };
};

/**
 * Whether it can be started here at all: tells what is missing before anything is made or begun. Takes
 * milliseconds; where nothing is set up yet it asks what is installed, which may take seconds.
 * @throws FaultlineError 'environment'
 */
export const checkEnvironment = async (choice: EnvironmentChoice, options: StartOptions): Promise<void> => {
  if (options.needsContainers === true) await requireEngine(options);
  if (choice === 'auto') return void (await chooseKind(options));
  const obstacle = await starterOf(choice).obstacle?.(options);
  if (obstacle !== undefined) throw new FaultlineError('environment', obstacle.why, obstacle.wayOut);
};

/**
 * Starts Kafka, PostgreSQL and Toxiproxy as chosen, or joins those that run. Each has answered a real request when it
 * resolves. Call it from the main thread: what a worker thread starts dies with that thread.
 * @throws FaultlineError 'setup' or 'environment'; nothing is left running then
 */
export const startEnvironment = async (choice: EnvironmentChoice, options: StartOptions): Promise<Environment> => {
  if (options.needsContainers === true) await requireEngine(options);
  const environment = await starterOf(choice === 'auto' ? await chooseKind(options) : choice).start(options);
  return options.needsContainers === true && environment.containers === undefined
    ? withContainers(environment, options)
    : environment;
};
