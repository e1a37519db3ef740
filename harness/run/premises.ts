/** What a run's findings are held against, read from disk: `faultline.known.json`, and the run given by --against. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import type { Config } from '../config/types.ts';
import { parseKnown } from '../verdict/known-schema.ts';
import { dayOf, knownOf } from '../verdict/known.ts';
import type { KnownFinding } from '../verdict/known.ts';
import type { Premises } from '../verdict/premises.ts';
import { readBase } from './stored-results.ts';

const KNOWN_FILE = 'faultline.known.json';

/** Absolute: the file named, or the one beside the configuration. */
export const knownFile = (config: Pick<Config, 'root'>, cwd: string, named: string | undefined): string =>
  named === undefined ? join(config.root, KNOWN_FILE) : resolve(cwd, named);

/** The entries; none where there is no file. Errors: FaultlineError 'usage' with every line that is wrong. */
export const readKnown = (file: string): readonly KnownFinding[] => {
  if (!existsSync(file)) return [];
  const { problems, known } = parseKnown(readFileSync(file, 'utf8'));
  if (problems === undefined) return known;
  throw new FaultlineError(
    'usage',
    [`the known findings in ${file} are not valid:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
    'Correct these lines, or take them out; `faultline accept` writes the file.',
  );
};

export interface PremisesOptions {
  /** As given, relative to `cwd`; undefined: beside the configuration, where there may be none. */
  readonly known: string | undefined;
  /** Results of an earlier run; relative to `cwd`. */
  readonly against: string | undefined;
  /** Names of the worker sets that run, or ran. */
  readonly workers: readonly string[];
  /** All scenarios were asked for. */
  readonly whole: boolean;
}

/** Errors: FaultlineError 'usage'. */
export const readPremises = (
  config: Pick<Config, 'root'>,
  cwd: string,
  now: Date,
  { known, against, workers, whole }: PremisesOptions,
): Premises => {
  const file = knownFile(config, cwd, known);
  if (known !== undefined && !existsSync(file))
    throw new FaultlineError(
      'usage',
      `there is no file of known findings ${file}`,
      'Name one that is there, or leave --known out; `faultline accept` writes it.',
    );
  return {
    acceptance: { known: knownOf(readKnown(file), workers), today: dayOf(now) },
    base: against === undefined ? undefined : readBase(cwd, against),
    whole,
  };
};
