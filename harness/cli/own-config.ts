/** The configuration of the present project, for commands that read what a run has left. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { readStoredFile } from '../base/read-own.ts';
import { CONFIG_FILES, loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { SHARD_FILE } from '../reporters/shard-file.ts';

/** A trial's own folder. */
const isRunFolder = (folder: string): boolean =>
  ['scenario.json', 'history.ndjson'].every((name) => existsSync(join(folder, name)));

const isShardFile = (file: string): boolean => {
  try {
    const content: unknown = JSON.parse(readStoredFile(file, 'document'));
    return typeof content === 'object' && content !== null && 'faultline' in content && 'shard' in content;
  } catch {
    return false;
  }
};

/** What shows the folder to be a run's, or a folder of runs: both travel as artifacts. A kept document of a run shows nothing. */
const storedIn = (folder: string): string | undefined => {
  if (isRunFolder(folder)) return 'scenario.json and history.ndjson';
  const names = readdirSync(folder);
  // What `diagnose --save` leaves.
  if (names.includes('history.ndjson')) return 'history.ndjson';
  const shard = names.find((name) => SHARD_FILE.test(name) && isShardFile(join(folder, name)));
  if (shard !== undefined || !names.includes('last-run.json')) return shard;
  const run = names.find((name) => isRunFolder(join(folder, name)));
  return run === undefined ? undefined : `last-run.json and ${run}`;
};

/**
 * As `loadConfig`; but a configuration is code, and one that stands among stored results came with them: whoever looks at
 * an artifact from inside it runs nothing of it. Errors: FaultlineError 'usage' then, and those of `loadConfig`.
 */
export const loadOwnConfig = async (cwd: string): Promise<Config> => {
  const file = CONFIG_FILES.find((name) => existsSync(join(cwd, name)));
  const stored = file === undefined ? undefined : storedIn(cwd);
  if (stored !== undefined)
    throw new FaultlineError(
      'usage',
      `${file} stands beside ${stored}, among stored results: no code of those is run`,
      "Start the command in your project's folder and name the results, or move the configuration away.",
    );
  return loadConfig({ cwd });
};
