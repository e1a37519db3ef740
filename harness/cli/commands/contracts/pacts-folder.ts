/** Where the pact files are. */
import { resolve } from 'node:path';
import { loadConfig } from '../../../config/load.ts';
import type { Io } from '../../io.ts';

/** In a project that names no folder, relative to it. */
export const DEFAULT_PACTS = 'contracts/pacts';

/** The folder that was given, relative to the current one; else the one that the configuration names, or contracts/pacts. */
export const pactsFolder = async ({ cwd }: Pick<Io, 'cwd'>, given: string | undefined): Promise<string> => {
  if (given !== undefined) return resolve(cwd, given);
  return (await loadConfig({ cwd })).ownPacts ?? resolve(cwd, DEFAULT_PACTS);
};
