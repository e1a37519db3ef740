/** What every exit code means: printed in --help, decided here. */
import { EXIT, FaultlineError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { JudgedTrial } from '../verdict/findings.ts';
import { NO_PREMISES, countStandings, standingIn } from '../verdict/premises.ts';
import type { Premises, Standings } from '../verdict/premises.ts';

/** A bug in Faultline itself (EX_SOFTWARE of sysexits.h). */
export const EXIT_BUG = 70;

export const EXIT_TEXTS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'all as expected, or nothing but known findings'],
  [EXIT.failed, 'an expectation failed'],
  [EXIT.usage, 'usage or configuration is wrong, or nothing matched'],
  [EXIT.unknown, 'nothing failed, but something is unknown'],
  [EXIT.environment, 'the environment did not start, or what was asked for could not be written'],
  [EXIT_BUG, 'a bug in Faultline'],
  [EXIT.interrupted, 'interrupted'],
];

export const exitCodesHelp = (): string =>
  ['Exit codes:', ...EXIT_TEXTS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`)].join('\n');

const BY_ERROR: Readonly<Record<ErrorCode, number>> = {
  usage: EXIT.usage,
  config: EXIT.usage,
  scenario: EXIT.usage,
  history: EXIT.usage,
  // A command that is not there is the configuration's fault; a worker that never gets ready makes its trial unknown.
  worker: EXIT.usage,
  setup: EXIT.environment,
  environment: EXIT.environment,
  // Without its fault a trial says nothing.
  fault: EXIT.unknown,
  interrupted: EXIT.interrupted,
};

export const exitCodeOfError = (error: unknown): number =>
  error instanceof FaultlineError ? BY_ERROR[error.code] : EXIT_BUG;

/** An expectation that failed outweighs one that could not be decided. */
export const exitCodeOfStandings = ({ failed, unknown }: Pick<Standings, 'failed' | 'unknown'>): number => {
  if (failed > 0) return EXIT.failed;
  return unknown > 0 ? EXIT.unknown : EXIT.ok;
};

/** Of a run: red for what is new. Without premises every finding is. */
export const exitCodeOfResults = (results: readonly JudgedTrial[], premises: Premises = NO_PREMISES): number =>
  exitCodeOfStandings(countStandings(results.map((result) => standingIn(premises, result))));
