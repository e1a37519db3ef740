/** Where a program is that is to be started without a shell, as the system would look for it. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const DEFAULT_PATH = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
};

/** Why a program cannot be started. */
export type Obstacle =
  | { readonly why: 'no-folder' }
  /** `file` is there and may not be executed. */
  | { readonly why: 'not-executable'; readonly file: string }
  /** `path`: where it was looked for; undefined: it was named by its path. */
  | { readonly why: 'not-found'; readonly path: string | undefined };

/** Undefined: it can be started in `cwd` with this PATH. A name with a slash is a path, relative to `cwd`. */
export const obstacleToStart = (program: string, cwd: string, path = DEFAULT_PATH): Obstacle | undefined => {
  if (!(statSync(cwd, { throwIfNoEntry: false })?.isDirectory() ?? false)) return { why: 'no-folder' };
  const isPath = program.includes('/');
  const places = isPath
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((directory) => resolve(cwd, directory, program));
  if (places.some(isExecutable)) return undefined;
  const file = places.find(isFile);
  return file === undefined ? { why: 'not-found', path: isPath ? undefined : path } : { why: 'not-executable', file };
};
