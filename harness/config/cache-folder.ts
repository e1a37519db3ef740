import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import type { Config } from './types.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Parts of the environment, as the set-up names their folders. */
const PART = /^(?:kafka|postgres|toxiproxy)-/;

const hasParts = (folder: string): boolean => {
  try {
    return readdirSync(folder).some((name) => PART.test(name));
  } catch {
    return false;
  }
};

/** The user's own, for all projects: XDG_CACHE_HOME/faultline, else ~/.cache/faultline. Relative paths are no paths by that specification. */
const userCache = (env: Env): string => {
  const base = env['XDG_CACHE_HOME'];
  const cache = base !== undefined && isAbsolute(base) ? base : join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'faultline');
};

const given = (env: Env): string | undefined => env['FAULTLINE_HOME'] || undefined;

/**
 * Where downloads and generated parts are kept: FAULTLINE_HOME; else `.faultline` beside the configuration, where the parts are in
 * it already or this is Faultline's own checkout; else that checkout's, where they are in it; else the user's cache, so that they
 * are fetched once for all projects.
 */
export const cacheFolder = (config: Pick<Config, 'root'>, env: Env): string => {
  const beside = join(config.root, '.faultline');
  const checkout = join(packageRoot, '.faultline');
  return (
    given(env) ??
    (config.root === packageRoot ? checkout : [beside, checkout].find((folder) => hasParts(folder))) ??
    userCache(env)
  );
};

/** Where a project's own notes are kept (durations, what `up` keeps running): FAULTLINE_HOME, else `.faultline` beside the configuration. */
export const notesFolder = (config: Pick<Config, 'root'>, env: Env): string =>
  given(env) ?? join(config.root, '.faultline');
