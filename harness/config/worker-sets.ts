/** Choosing the workers of a run: `--workers`. */
import { resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { loadConfig } from './load.ts';
import type { Config, WorkerSet } from './types.ts';

/** Does `--workers` take this for the configuration of another project, whose code it runs? */
export const looksLikeFile = (name: string): boolean => /[\\/]/.test(name) || /\.[cm]?[jt]s(#|$)/.test(name);

const named = (config: Config, name: string): WorkerSet => {
  const set = Object.hasOwn(config.workerSets, name) ? config.workerSets[name] : undefined;
  if (set !== undefined) return set;
  const names = Object.keys(config.workerSets);
  throw new FaultlineError(
    'usage',
    `there is no worker set ${name}${config.file === null ? '' : ` in ${config.file}`}${didYouMean(name, names)}`,
    `Choose one of: ${names.join(', ')}; or name another project's faultline.config.ts.`,
  );
};

const ofProject = async (name: string, cwd: string): Promise<WorkerSet> => {
  const [, path = name, set] = /^(.*?)(?:#([^#]*))?$/.exec(name) ?? [];
  const config = await loadConfig({ cwd, file: path });
  const chosen = named(config, set === undefined || set === '' ? config.defaultWorkers : set);
  // An absolute name, so that `replay` finds them again from anywhere; their tables, scenarios and pacts come with them.
  return {
    ...chosen,
    name: `${resolve(cwd, path)}#${chosen.name}`,
    schema: config.database.schema,
    scenarios: config.scenarios,
    pacts: config.pacts,
  };
};

/**
 * The workers of a run: a set by its name, another project's default set by the path of its configuration file, or one
 * of its sets by `path#set`. Without a name: the configuration's default set. Paths are relative to `cwd` (default: the
 * configuration's root). Errors: FaultlineError 'usage' with the nearest names, or 'config' about the other project's file.
 */
export const findWorkerSet = async (
  config: Config,
  name: string | undefined,
  cwd: string = config.root,
): Promise<WorkerSet> => {
  if (name === undefined) return named(config, config.defaultWorkers);
  return looksLikeFile(name) ? ofProject(name, cwd) : named(config, name);
};
