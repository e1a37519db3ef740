/** `faultline setup` (hidden): fetches and builds what the environment needs, and starts nothing. */
import { EXIT } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { cacheFolder } from '../../config/cache-folder.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { createProgress } from '../progress.ts';

export const setup: Command<[]> = async ({ io, parts }) => {
  const config = await loadConfig({ cwd: io.cwd });
  const cacheDir = cacheFolder(config, io.env);
  const progress = createProgress(io.stderr);
  try {
    await parts.ensureSetup({ cacheDir, env: io.env, progress: progress.say });
  } finally {
    progress.clear();
  }
  writeLines(io.stdout, `set up in ${cacheDir}`);
  return EXIT.ok;
};
