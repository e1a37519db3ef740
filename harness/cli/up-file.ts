/** `.faultline/up.json`: which process keeps the environment of `faultline up`. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isGone, readOwner, thisProcess } from '../environment/embedded/owner.ts';
import type { Owner } from '../environment/embedded/owner.ts';

export const upFileIn = (cacheDir: string): string => join(cacheDir, 'up.json');

/** The process that keeps an environment up; undefined when there is none, or it is gone without a word. */
export const readUpFile = (file: string): Owner | undefined => {
  try {
    const owner = readOwner(file);
    return isGone(owner) ? undefined : owner;
  } catch {
    return undefined;
  }
};

export const writeUpFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(thisProcess(), null, 2)}\n`);
  renameSync(temporary, file);
};

export const removeUpFile = (file: string): void => rmSync(file, { force: true });
