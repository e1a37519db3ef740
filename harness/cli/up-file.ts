/** `.faultline/up.json`: which process keeps the environment of `faultline up`. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isGone, thisProcess } from '../environment/embedded/owner.ts';
import type { Owner } from '../environment/embedded/owner.ts';

export const upFileIn = (cacheDir: string): string => join(cacheDir, 'up.json');

const isOwner = (value: unknown): value is Owner =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Owner>).pid === 'number' &&
  typeof (value as Partial<Owner>).startTime === 'string' &&
  typeof (value as Partial<Owner>).hostname === 'string';

/** The process that keeps an environment up; undefined when there is none, or it is gone without a word. */
export const readUpFile = (file: string): Owner | undefined => {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isOwner(content) && !isGone(content) ? content : undefined;
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
