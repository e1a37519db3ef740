/** The options of `npx vitest run`, which are variables: what `faultline run` takes on its command line. */
import { resolve } from 'node:path';
import { freshSeed } from '../runner/seeds.ts';
import type { WaitingOptions } from '../config/types.ts';
import type { Io } from './io.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import { DEFAULT_ENVIRONMENT } from '../environment/start.ts';
import { DEFAULT_OUT } from '../run/runs-folder.ts';
import { parseEnvironment, parsePatience, parseRepeat, parseSeed, parseSettleDeadline } from './values.ts';

export interface VitestSettings {
  readonly workers: string | undefined;
  readonly environment: EnvironmentChoice;
  readonly seed: number;
  readonly repeat: number;
  readonly tags: readonly string[];
  readonly fresh: boolean;
  readonly outDir: string;
  readonly json: string | undefined;
  /** Known findings, when not those beside the configuration. */
  readonly known: string | undefined;
  /** Results of an earlier run. */
  readonly against: string | undefined;
  readonly waiting: WaitingOptions;
}

/** Empty variables count as not given. Errors: FaultlineError 'usage'. */
export const readVitestSettings = ({ env, cwd }: Io): VitestSettings => {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const isOn = (name: string): boolean => !['', '0', 'false'].includes(given(name) ?? '');
  const seed = given('FAULTLINE_SEED');
  const json = given('FAULTLINE_JSON');
  const patience = given('FAULTLINE_PATIENCE');
  const deadline = given('FAULTLINE_SETTLE_DEADLINE');
  return {
    workers: given('FAULTLINE_WORKERS'),
    environment: parseEnvironment(given('FAULTLINE_ENV') ?? DEFAULT_ENVIRONMENT, 'FAULTLINE_ENV'),
    seed: seed === undefined ? freshSeed(Math.random) : parseSeed(seed),
    repeat: parseRepeat(given('FAULTLINE_REPEAT') ?? '1'),
    tags: given('FAULTLINE_TAG')?.split(',') ?? [],
    fresh: isOn('FAULTLINE_FRESH'),
    outDir: resolve(cwd, given('FAULTLINE_OUT') ?? DEFAULT_OUT),
    json: json === undefined ? undefined : resolve(cwd, json),
    known: given('FAULTLINE_KNOWN'),
    against: given('FAULTLINE_AGAINST'),
    waiting: {
      ...(patience === undefined ? {} : { patienceMs: parsePatience(patience, 'FAULTLINE_PATIENCE') }),
      ...(deadline === undefined
        ? {}
        : { settleDeadlineMs: parseSettleDeadline(deadline, 'FAULTLINE_SETTLE_DEADLINE') }),
      ...(isOn('FAULTLINE_WAIT_OUT') ? { waitOut: true } : {}),
    },
  };
};
