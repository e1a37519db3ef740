/** Files that a command was asked for: whether they can be written is known before it begins, and told by its exit code. */
import { isAbsolute, join, resolve } from 'node:path';
import { EXIT } from '../base/errors.ts';
import { requireWritable } from '../base/replace-file.ts';
import { prepareJsonFile } from '../reporters/json-file.ts';
import { REPORTERS } from '../reporters/catalogue.ts';
import type { ReporterChoice } from './values.ts';

/** Where a reporter writes; undefined for one that writes to an output. */
export const fileOfReporter = ({ id, file }: ReporterChoice, cwd: string, folder: string): string | undefined => {
  const entry = REPORTERS[id];
  if (entry.kind === 'own') return undefined;
  if (file === undefined) return join(folder, entry.file);
  return isAbsolute(file) ? file : resolve(cwd, file);
};

export interface AskedFiles {
  readonly json: string | undefined;
  readonly summary: string | undefined;
  readonly durations: string | undefined;
  readonly reporters: readonly ReporterChoice[];
}

/** Errors: FaultlineError 'usage' for the first that cannot be written. `folder`: for reporters that were given no file. */
export const prepareOutputs = (asked: AskedFiles, cwd: string, folder: string): void => {
  const named = (file: string | undefined, prepare: (file: string) => void): void => {
    if (file !== undefined) prepare(isAbsolute(file) ? file : resolve(cwd, file));
  };
  named(asked.summary, (file) => requireWritable(file, 'add'));
  named(asked.durations, requireWritable);
  // The only document may be what standard output is for.
  const filed = asked.reporters.length > 1 ? asked.reporters : asked.reporters.filter(({ file }) => file !== undefined);
  for (const choice of filed) named(fileOfReporter(choice, cwd, folder), requireWritable);
  // Last: it removes an earlier run's.
  named(asked.json, prepareJsonFile);
};

/** Without what was asked for nothing is as expected, whatever the verdict; one that is red says more. */
export const exitCodeWithOutputs = (verdict: number, lost: number): number =>
  verdict === EXIT.ok && lost > 0 ? EXIT.environment : verdict;
