/** What every exit code means: printed in --help. What a run's results make of it: run/exit-code.ts. */
import { EXIT, FaultlineError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { exitCodeOfResults } from '../run/exit-code.ts';
import type { RunOutcome } from '../run/run-trials.ts';
import type { Premises } from '../verdict/premises.ts';

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

/** In words; undefined for one that Faultline never gives. */
export const meaningOf = (exitCode: number): string | undefined => EXIT_TEXTS.find(([code]) => code === exitCode)?.[1];

/** `own`: what they mean of a command that gives some of them a meaning of its own; null: it never ends with that one. */
export const exitCodesHelp = (own: Readonly<Record<number, string | null>> = {}): string =>
  [
    'Exit codes:',
    ...EXIT_TEXTS.flatMap(([code, usual]) => {
      const meaning = own[code] === undefined ? usual : own[code];
      return meaning === null ? [] : [`  ${String(code).padEnd(4)} ${meaning}`];
    }),
  ].join('\n');

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

/** Of a run: that it was interrupted, or could not go on, says more than its results. */
export const exitCodeOfRun = ({ results, interrupted, fatal }: RunOutcome, premises: Premises): number => {
  if (interrupted) return EXIT.interrupted;
  return fatal === undefined ? exitCodeOfResults(results, premises) : exitCodeOfError(fatal.error);
};
