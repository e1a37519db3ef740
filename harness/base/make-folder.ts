import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a folder, with this mode, and those above it. Not Node's own `recursive`: below /proc that goes on for ever, as the folder above is
 * there and none can be made in it. Errors: those of the file system.
 */
export const makeFolder = (path: string, mode = 0o777): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
};

/** The same for what is no source: where it was not there before, git leaves it alone. Errors: those of the file system. */
export const makeIgnoredFolder = (path: string, mode = 0o777): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  makeFolder(path, mode);
  try {
    writeFileSync(join(path, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Two may make it at once.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** A project's `.faultline` is no source; a folder of another name somebody has named, and what git does with it is his. Errors: those of the file system. */
export const makeNotesFolder = (path: string): void => {
  if (basename(path) === '.faultline') makeIgnoredFolder(path);
  else makeFolder(path);
};
