/** The configuration of the present project, for commands that read what a run has left. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { CONFIG_FILES, loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { SHARD_FILE } from '../reporters/shard-file.ts';

/** Of a run's folder, and of a folder of runs: both travel as artifacts. */
const STORED: readonly string[] = ['history.ndjson', 'scenario.json', 'last-run.json'];

/**
 * As `loadConfig`; but a configuration is code, and one that stands among stored results came with them: whoever looks at
 * an artifact from inside it runs nothing of it. Errors: FaultlineError 'usage' then, and those of `loadConfig`.
 */
export const loadOwnConfig = async (cwd: string): Promise<Config> => {
  const file = CONFIG_FILES.find((name) => existsSync(join(cwd, name)));
  const stored =
    file === undefined ? undefined : readdirSync(cwd).find((name) => STORED.includes(name) || SHARD_FILE.test(name));
  if (stored !== undefined)
    throw new FaultlineError(
      'usage',
      `${file} stands beside ${stored}, among stored results: no code of those is run`,
      "Start the command in your project's folder and name the results, or move the configuration away.",
    );
  return loadConfig({ cwd });
};
