/** Whose workers play what a run folder holds once more. */
import { resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { isWithin } from '../base/paths.ts';
import { looksLikeFile } from '../config/worker-sets.ts';
import type { StoredRun } from './stored-run.ts';

/**
 * A run folder is data, whoever made it: its workers are a set of the present project's, by name. A file whose code would be
 * run is named on the command line, and stands outside the folder. Errors: FaultlineError 'usage'.
 */
export const workersOfStored = ({ dir, workers }: StoredRun, given: string | undefined, cwd: string): string => {
  if (given === undefined && looksLikeFile(workers))
    throw new FaultlineError(
      'usage',
      `the workers of this run came from a file, ${JSON.stringify(workers)}, and a run folder is not believed about code to run`,
      'Name them yourself: --workers PATH/faultline.config.ts#SET, or a set of this project.',
    );
  const name = given ?? workers;
  const [path = ''] = name.split('#');
  if (looksLikeFile(name) && isWithin(dir, resolve(cwd, path)))
    throw new FaultlineError(
      'usage',
      `${path} is a file of the run folder: no code of it is run`,
      'Name the configuration of a project of yours.',
    );
  return name;
};
