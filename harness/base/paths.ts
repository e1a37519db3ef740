/** Where paths lead that were read from a file. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** With links resolved as far as the path is there. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(real(dirname(path)), basename(path));
  }
};

/** Does the path (from the folder on, when it is relative) lead to something below the folder, whatever links it goes by? */
export const isWithin = (folder: string, path: string): boolean => {
  const way = relative(real(resolve(folder)), real(resolve(folder, path)));
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};
