/** Pipelines that come with Faultline, by name: each is a folder with its declaration and a configuration that runs it. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { packageRoot } from '../base/package-root.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { configFileIn, loadConfigFile } from './load.ts';
import { resolveConfig } from './resolve.ts';
import type { Config } from './types.ts';

/** Beside the sources when run from them, compiled otherwise. */
const FOLDER = fileURLToPath(new URL('../../pipelines', import.meta.url));

/** Names of those that can be run. */
const pipelineNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((name) => name === shippedPipeline.name || configFileIn(join(FOLDER, name)) !== undefined)
    .toSorted();

/** The configuration of a pipeline that comes with Faultline. Errors: FaultlineError 'usage' with the nearest names. */
export const loadPipeline = async (name: string): Promise<Config> => {
  if (name === shippedPipeline.name) return resolveConfig({}, packageRoot, null);
  const names = pipelineNames();
  const file = names.includes(name) ? configFileIn(join(FOLDER, name)) : undefined;
  if (file === undefined)
    throw new FaultlineError(
      'usage',
      `there is no pipeline ${name}${didYouMean(name, names)}`,
      `Choose one of: ${names.join(', ')}; or name the folder, or the faultline.config.ts, of one of your own.`,
    );
  // What is not compiled, such as its tables, lies beside its sources.
  return loadConfigFile(file, join(packageRoot, 'pipelines', name));
};

const isPath = (pipeline: string): boolean => pipeline.startsWith('.') || /[\\/]/.test(pipeline);

const fileAt = (path: string): string => {
  const found = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? configFileIn(path) : path;
  if (found === undefined || !existsSync(found))
    throw new FaultlineError(
      'usage',
      `there is no faultline.config.ts at ${path}`,
      'A pipeline of your own is named by the folder, or the file, of the configuration that has it as `pipeline`.',
    );
  return found;
};

/**
 * Workers of a pipeline, as `--workers` takes them: of one that comes with Faultline by its name, of another by the path of
 * its configuration. `set`: one of its sets. Errors: FaultlineError 'usage'.
 */
export const workersOfPipeline = (pipeline: string, set: string | undefined, cwd: string): string => {
  if (set !== undefined && (isPath(set) || set.includes('#')))
    throw new FaultlineError(
      'usage',
      `--workers ${set} names workers of a pipeline of their own, and --pipeline another one`,
      'Give --workers the name of a set of that pipeline, or leave --pipeline out.',
    );
  const found = isPath(pipeline) ? fileAt(resolve(cwd, pipeline)) : pipeline;
  return `${found}#${set ?? ''}`;
};
