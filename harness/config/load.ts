/** Finding and loading faultline.config.ts. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { importModule } from '../base/import-module.ts';
import { redact } from '../base/redact.ts';
import { resolveConfig } from './resolve.ts';
import type { Config } from './types.ts';

export const CONFIG_FILES = [
  'faultline.config.ts',
  'faultline.config.mts',
  'faultline.config.js',
  'faultline.config.mjs',
] as const;

/** The first of these that the folder has. */
export const configFileIn = (folder: string): string | undefined =>
  CONFIG_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));

const messageOf = (error: unknown): string => redact(error instanceof Error ? error.message : String(error));

/**
 * The configuration in a file; `root` is where its relative paths start. Errors: FaultlineError 'config'.
 */
export const loadConfigFile = async (file: string, root = dirname(file)): Promise<Config> => {
  let exported: Record<string, unknown>;
  try {
    exported = await importModule(file);
  } catch (error) {
    throw new FaultlineError(
      'config',
      `${file} could not be loaded: ${messageOf(error)}`,
      'Correct the file and run it again.',
    );
  }
  if (exported['default'] === undefined)
    throw new FaultlineError(
      'config',
      `${file} has no default export`,
      "Write: import { defineConfig } from 'faultline'; export default defineConfig({ … });",
    );
  return resolveConfig(exported['default'], root, file);
};

/**
 * The configuration of the project in `cwd`: the given file, or the first of CONFIG_FILES that is there, or the built-in
 * defaults. Errors: FaultlineError 'config'.
 */
export const loadConfig = async (options: {
  readonly cwd: string;
  /** Relative to `cwd`. */
  readonly file?: string | undefined;
}): Promise<Config> => {
  const { cwd, file } = options;
  if (file !== undefined) {
    const path = resolve(cwd, file);
    if (!existsSync(path))
      throw new FaultlineError(
        'config',
        `there is no configuration file ${path}`,
        'Name an existing faultline.config.ts.',
      );
    return loadConfigFile(path);
  }
  const found = configFileIn(cwd);
  return found === undefined ? resolveConfig({}, resolve(cwd), null) : loadConfigFile(found);
};
