/**
 * Files that were asked for: whole or not at all, and whether they can be written known before the work that fills them.
 * They hold what workers wrote: one that is made is nobody else's to read; one that was there keeps its mode.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { makeFolder, makeIgnoredFolder } from './make-folder.ts';
import { FaultlineError } from './errors.ts';

/** Written to see whether there is room; more than the smallest of what is written later. */
const PROBE_BYTES = 64 * 1024;

const WAY_OUT = 'Free some space, or name a file in a folder that you may write to.';

const unwritable = (code: 'usage' | 'environment', file: string, error: unknown): FaultlineError =>
  error instanceof FaultlineError
    ? error
    : new FaultlineError(code, `cannot write ${file}: ${(error as Error).message}`, WAY_OUT);

/** A pipe would wait for its reader, and a folder is in the way. A device (/dev/null) takes what it is given. */
const kindOf = (file: string): 'none' | 'file' | 'device' => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return 'none';
  if (found.isFile()) return 'file';
  if (found.isCharacterDevice()) return 'device';
  throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no regular file');
};

const OWN = 0o600;
const OWN_FOLDER = 0o700;
const PERMISSIONS = 0o777;

/**
 * Whatever comes of it, nothing is left beside the file. Its name cannot be known and it must not be there: in a folder
 * that others write to as well, a link could wait under it.
 */
const viaTemporary = (file: string, text: string | Uint8Array, then: (temporary: string) => void): void => {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? OWN;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: mode & PERMISSIONS });
    then(temporary);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};

/** Behind links: what they lead to is written, and the links stay. */
const targetOf = (file: string): string => (existsSync(file) ? realpathSync(file) : file);

/** Replaces the file, whole or not at all. Errors: FaultlineError 'environment'. */
export const replaceFile = (file: string, text: string): void => {
  try {
    const target = targetOf(file);
    if (kindOf(target) === 'device') writeFileSync(target, text);
    else viaTemporary(target, text, (temporary) => renameSync(temporary, target));
  } catch (error) {
    throw unwritable('environment', file, error);
  }
};

/** Adds to the file. Errors: FaultlineError 'environment'. */
export const addToFile = (file: string, text: string): void => {
  try {
    kindOf(file);
    appendFileSync(file, text, { mode: OWN });
  } catch (error) {
    throw unwritable('environment', file, error);
  }
};

/** Removes a file of an earlier run; a device stays. Errors: FaultlineError 'usage'. */
export const removeEarlier = (file: string): void => {
  try {
    if (kindOf(file) === 'file') rmSync(targetOf(file));
  } catch (error) {
    throw unwritable('usage', file, error);
  }
};

const tryDevice = (file: string): void => {
  const device = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    // On a terminal it would be seen.
    if (!isatty(device)) writeSync(device, '\n');
  } finally {
    closeSync(device);
  }
};

/**
 * Makes its folder and finds out whether the file can be written: finding out after the work costs the work. What is
 * there already stays as it is. `how`: one that is added to needs no other beside it. Errors: FaultlineError 'usage'.
 */
export const requireWritable = (file: string, how: 'replace' | 'add' = 'replace'): void => {
  try {
    makeFolder(dirname(file));
    const target = targetOf(file);
    const kind = kindOf(target);
    if (kind === 'device') tryDevice(target);
    if (kind === 'file') closeSync(openSync(target, 'a'));
    if (kind === 'none' || (kind === 'file' && how === 'replace'))
      viaTemporary(target, Buffer.alloc(PROBE_BYTES), (temporary) => rmSync(temporary));
  } catch (error) {
    throw unwritable('usage', file, error);
  }
};

/** The same for a folder of runs, whose `latest` is ours to replace. Errors: FaultlineError 'usage'. */
export const requireRunsFolder = (folder: string): void => {
  try {
    makeIgnoredFolder(folder, OWN_FOLDER);
    viaTemporary(join(folder, '.faultline'), Buffer.alloc(PROBE_BYTES), (temporary) => rmSync(temporary));
    const latest = lstatSync(join(folder, 'latest'), { throwIfNoEntry: false });
    if (latest !== undefined && !latest.isSymbolicLink()) throw new Error('`latest` is there, and is no link to a run');
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `cannot write runs to ${folder}: ${(error as Error).message}`,
      'Free some space, make the folder writable, or name another one with --out DIR.',
    );
  }
};
