import { resolve } from 'node:path';
import { requireRunsFolder } from '../base/replace-file.ts';

/** Folder for the runs' folders, relative to the current directory. */
export const DEFAULT_OUT = 'runs';

/**
 * Makes the folder of runs and finds out whether it can be written. The one that nobody has to name is no source, and git leaves it
 * alone; what a user keeps elsewhere he may want to commit. Errors: FaultlineError 'usage'.
 */
export const prepareRunsFolder = (folder: string, cwd: string): void =>
  requireRunsFolder(folder, { ignored: folder === resolve(cwd, DEFAULT_OUT) });
