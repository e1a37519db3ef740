/** The command that runs one trial again, as it can be pasted into a shell. */
import { CONSENT } from '../environment/external/consent.ts';
import { DEFAULT_ENVIRONMENT } from '../environment/start.ts';
import type { EnvironmentChoice } from '../environment/start.ts';

const quoted = (word: string): string => (/^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export interface ReplayOptions {
  readonly seed: number;
  /** As `--workers` takes it. */
  readonly workers: string;
  readonly fresh: boolean;
  /** Default: auto, which the command leaves out. */
  readonly environment?: EnvironmentChoice;
}

/** `npm start` runs the checkout's own build; elsewhere Faultline is a package. */
const programOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env['npm_lifecycle_event'] === 'start' ? 'npm start -- run' : 'npx faultline run';

export const replayCommand = (
  scenario: string,
  { environment = DEFAULT_ENVIRONMENT, ...options }: ReplayOptions,
  env: Readonly<Record<string, string | undefined>>,
): string =>
  [
    programOf(env),
    quoted(scenario),
    `--seed ${options.seed}`,
    `--workers ${quoted(options.workers)}`,
    ...(options.fresh ? ['--fresh'] : []),
    ...(environment === DEFAULT_ENVIRONMENT ? [] : [`--env ${environment}`]),
    ...(environment === 'external' ? [CONSENT.option] : []),
  ].join(' ');
