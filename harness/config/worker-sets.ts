/** Choosing the workers of a run: `--workers`. */
import { resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { loadConfig } from './load.ts';
import { loadPipeline, workersOfPipeline } from './pipelines.ts';
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

/** What stands before a # and the set after it; without one the default set is meant. */
const partsOf = (name: string): readonly [where: string, set: string | undefined] => {
  const [, where = name, set] = /^(.*?)(?:#([^#]*))?$/.exec(name) ?? [];
  return [where, set === '' ? undefined : set];
};

/** A set of another configuration: its tables, scenarios and pacts come with it. */
const broughtBy = (config: Config, where: string, set: string | undefined): WorkerSet => {
  const chosen = named(config, set ?? config.defaultWorkers);
  return {
    ...chosen,
    name: `${where}#${chosen.name}`,
    schema: config.database.schema,
    scenarios: config.scenarios,
    pacts: config.pacts,
  };
};

const ofProject = async (name: string, cwd: string): Promise<WorkerSet> => {
  const [path, set] = partsOf(name);
  const config = await loadConfig({ cwd, file: path });
  // An absolute name, so that it is found again from anywhere. Pacts are made in a project's own folder, and in none of Faultline's.
  return {
    ...broughtBy(config, resolve(cwd, path), set),
    ...(config.ownPacts === undefined ? {} : { ownPacts: config.ownPacts }),
  };
};

const ofPipeline = async (name: string): Promise<WorkerSet> => {
  const [pipeline, set] = partsOf(name);
  return broughtBy(await loadPipeline(pipeline), pipeline, set);
};

/**
 * The workers of a run: a set by its name, another project's default set by the path of its configuration file, or one
 * of its sets by `path#set`, or those of a pipeline that comes with Faultline by `pipeline#set`. Without a name: the configuration's default set. Paths are relative to `cwd` (default: the
 * configuration's root). Errors: FaultlineError 'usage' with the nearest names, or 'config' about the other project's file.
 */
export const findWorkerSet = async (
  config: Config,
  name: string | undefined,
  cwd: string = config.root,
): Promise<WorkerSet> => {
  if (name === undefined) return named(config, config.defaultWorkers);
  if (looksLikeFile(name)) return ofProject(name, cwd);
  return name.includes('#') ? ofPipeline(name) : named(config, name);
};

/** The same, of the pipeline when one is named: then `workers` is one of its sets. */
export const findWorkers = (
  config: Config,
  { workers, pipeline }: { readonly workers: string | undefined; readonly pipeline: string | undefined },
  cwd: string,
): Promise<WorkerSet> =>
  findWorkerSet(config, pipeline === undefined ? workers : workersOfPipeline(pipeline, workers, cwd), cwd);
