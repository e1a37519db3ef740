/** Which reporter writes where. */
import { isAbsolute, join, resolve } from 'node:path';
import { REPORTERS } from '../reporters/catalogue.ts';
import type { VitestReporter } from '../runner/run-vitest.ts';
import type { ReporterChoice } from './values.ts';

export interface Outputs {
  /** vitest's reporters, with their files. */
  readonly vitest: readonly VitestReporter[];
  /** True: standard output belongs to a document for machines, and people read standard error. */
  readonly stdoutTaken: boolean;
}

/**
 * A document (json, junit) goes to the file named for it; to standard output when it is all that was asked for; else to
 * a file in the folder of runs.
 */
export const planOutputs = (choices: readonly ReporterChoice[], cwd: string, outDir: string): Outputs => {
  const only = choices.length === 1 ? choices[0] : undefined;
  const soleDocument =
    only !== undefined && only.file === undefined && (only.id === 'json' || only.id === 'junit') ? only : undefined;
  const vitest = choices.flatMap((choice): VitestReporter[] => {
    const entry = REPORTERS[choice.id];
    if (entry.kind !== 'vitest') return [];
    if (choice.file !== undefined)
      return [[entry.name, isAbsolute(choice.file) ? choice.file : resolve(cwd, choice.file)]];
    return [[entry.name, choice === soleDocument ? null : join(outDir, entry.file)]];
  });
  return { vitest, stdoutTaken: soleDocument !== undefined };
};
