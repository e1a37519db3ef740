/** The command that runs one trial again, as it can be pasted into a shell. */
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_CHOICES } from '../environment/start.ts';
import { looksLikeFile } from '../config/worker-sets.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { WaitingOptions } from '../config/types.ts';

const quoted = (word: string): string =>
  /^[\w@%+=:,./-][\w@%+=:,./#-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const NO_PATH = 'PATH-TO-THEIR-faultline.config.ts';

/** In the command for a run that was read from a folder: a path in there is not one to be pasted into a shell. */
export const believedWorkers = (workers: string): string => (looksLikeFile(workers) ? NO_PATH : workers);

export interface ReplayOptions {
  readonly seed: number;
  /** As `--workers` takes it. */
  readonly workers: string;
  readonly fresh: boolean;
  /** Default: auto, which the command leaves out. */
  readonly environment?: EnvironmentChoice;
  /** Where they were given for the run. */
  readonly waiting?: WaitingOptions | undefined;
}

/** What auto takes wherever it can: a command need not name it. */
const USUAL: EnvironmentChoice = 'embedded';

/** The `--env` that leads to an environment of that mode again, where only the mode is known; undefined: nothing ran. */
export const environmentOfMode = (mode: string | undefined): EnvironmentChoice =>
  ENVIRONMENT_CHOICES.find((choice) => choice === mode && choice !== USUAL) ?? DEFAULT_ENVIRONMENT;

/** `npm start` runs the checkout's own build; elsewhere Faultline is a package. */
const programOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env['npm_lifecycle_event'] === 'start' ? 'npm start -- run' : 'npx faultline run';

export const replayCommand = (
  scenario: string,
  { environment = DEFAULT_ENVIRONMENT, waiting = {}, ...options }: ReplayOptions,
  env: Readonly<Record<string, string | undefined>>,
): string =>
  [
    programOf(env),
    quoted(scenario),
    `--seed ${options.seed}`,
    `--workers ${quoted(options.workers)}`,
    ...(options.fresh ? ['--fresh'] : []),
    ...(waiting.patienceMs === undefined ? [] : [`--patience ${waiting.patienceMs}ms`]),
    ...(waiting.settleDeadlineMs === undefined ? [] : [`--settle-deadline ${waiting.settleDeadlineMs}ms`]),
    ...(waiting.waitOut === true ? ['--wait-out'] : []),
    // Never with a consent: pasted into another shell it would be one to other topics, or to another cluster.
    ...(environment === DEFAULT_ENVIRONMENT ? [] : [`--env ${environment}`]),
  ].join(' ');

const WORKERS = /(?:[\w@%+=:,.-][\w@%+=:,.#-]*|'[^'\n]*')/.source;
const NAME = /[a-z0-9]+(?:-[a-z0-9]+)*/.source;
/** Of the project: relative, and with no way out of it. */
const FILE = /(?:\.\/)?(?:[\w@][\w@-]*(?:\.[\w@-]+)*\/)*[\w@][\w@-]*(?:\.[\w@-]+)*\.[cm]?[jt]s/.source;
const SHAPE = new RegExp(
  `^(?:npm start -- run|npx faultline run) (?:${NAME}|${FILE}) --seed \\d+ --workers (${WORKERS})` +
    `(?: --fresh| --patience [\\d.]+ms| --settle-deadline [\\d.]+ms| --wait-out| --env [a-z]+)*$`,
);

/** Is a text that was stored such a command, of which nothing in it runs but the present project's own code? */
export const isReplayCommand = (text: string): boolean => {
  const [, workers] = SHAPE.exec(text) ?? [];
  return workers === NO_PATH || (workers !== undefined && !looksLikeFile(workers.replaceAll("'", '')));
};
