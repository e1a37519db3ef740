/**
 * Files that were asked for: whole or not at all, and whether they can be written known before the work that fills them.
 * Results hold what workers wrote: one that is made is nobody else's to read. What was there keeps its permissions, unless
 * somebody else may have put it there for that.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { followed } from './followed.ts';
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
/** What the umask leaves of it. */
const EVERYBODYS = 0o666;
/** Nothing that would run as somebody (set-user-ID) or be kept by anybody (sticky). */
const PERMISSIONS = 0o777;
const ANYBODY_WRITES = 0o002;

/** The permissions of what is there, as far as its owner was to give them; undefined: as if nothing were there. */
const permissionsOf = (file: string): number | undefined => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const isOurs = found.uid === process.geteuid?.() || process.geteuid === undefined;
  const isAnybodys = (statSync(dirname(file)).mode & ANYBODY_WRITES) !== 0;
  return isOurs || !isAnybodys ? found.mode & PERMISSIONS : undefined;
};

/**
 * Whatever comes of it, nothing is left beside the file. Its name cannot be known and it must not be there: in a folder
 * that others write to as well, a link could wait under it.
 */
const viaTemporary = (
  file: string,
  text: string | Uint8Array,
  then: (temporary: string) => void,
  made: number = OWN,
): void => {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const before = permissionsOf(file);
  const descriptor = openSync(temporary, 'wx', before === undefined ? made : OWN);
  try {
    try {
      writeFileSync(descriptor, text);
      // Not when it is made, where the umask takes of it; and only where it differs, as not every file system knows modes.
      if (before !== undefined && before !== (fstatSync(descriptor).mode & PERMISSIONS)) fchmodSync(descriptor, before);
    } finally {
      closeSync(descriptor);
    }
    then(temporary);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};

const MOST_LINKS = 40;

const linkOf = (file: string): string | undefined =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? resolve(realpathSync(dirname(file)), readlinkSync(file))
    : undefined;

/** Folders of what a process has open. */
const OPEN_FILES = /^(?:\/proc\/\d+(?:\/task\/\d+)?|\/dev)\/fd$/;

/** A pipe that somebody has open, as /dev/stdout or `>(command)` may be: one that has a name only would wait for a reader. */
const isOpenPipe = (file: string): boolean => {
  if (statSync(file, { throwIfNoEntry: false })?.isFIFO() !== true) return false;
  let at: string | undefined = file;
  for (let links = 0; at !== undefined && links <= MOST_LINKS; links += 1) {
    if (OPEN_FILES.test(realpathSync(dirname(at)))) return true;
    at = linkOf(at);
  }
  return false;
};

/** Fails, and does not wait, when nobody reads it any more. */
const tryPipe = (file: string): void => closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));

/** Replaces the file, whole or not at all. Errors: FaultlineError 'environment'. */
export const replaceFile = (file: string, text: string): void => {
  try {
    const target = followed(file);
    if (kindOf(target) === 'device') writeFileSync(target, text);
    else viaTemporary(target, text, (temporary) => renameSync(temporary, target));
  } catch (error) {
    throw unwritable('environment', file, error);
  }
};

/** Its folder takes no other file, or it is mounted by itself: another cannot be put in its place. */
const ONLY_IN_PLACE: readonly (string | undefined)[] = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'];

/**
 * The same for a file of the project's, which holds nothing that a worker wrote: everybody's as far as the umask has it, and
 * where nothing can be put in its place it is written as it stands. Errors: FaultlineError 'environment'.
 */
export const replaceProjectFile = (file: string, text: string): void => {
  try {
    const target = followed(file);
    const kind = kindOf(target);
    if (kind === 'device') return writeFileSync(target, text);
    try {
      viaTemporary(target, text, (temporary) => renameSync(temporary, target), EVERYBODYS);
    } catch (error) {
      if (kind === 'none' || !ONLY_IN_PLACE.includes((error as NodeJS.ErrnoException).code)) throw error;
      writeFileSync(target, text);
    }
  } catch (error) {
    throw unwritable('environment', file, error);
  }
};

/** Adds to the file. Errors: FaultlineError 'environment'. */
export const addToFile = (file: string, text: string): void => {
  try {
    // Links of others are refused before it is looked what they lead to.
    const led = followed(file);
    const isPipe = isOpenPipe(file);
    const target = isPipe ? file : led;
    if (isPipe) tryPipe(target);
    else kindOf(target);
    appendFileSync(target, text, { mode: OWN });
  } catch (error) {
    throw unwritable('environment', file, error);
  }
};

/** Removes a file of an earlier run; a device stays. Errors: FaultlineError 'usage'. */
export const removeEarlier = (file: string): void => {
  try {
    if (kindOf(file) === 'file') rmSync(followed(file));
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
    const target = followed(file);
    if (how === 'add' && isOpenPipe(file)) return tryPipe(file);
    makeFolder(dirname(target));
    const kind = kindOf(target);
    if (kind === 'device') tryDevice(target);
    if (kind === 'file') closeSync(openSync(target, 'a'));
    if (kind === 'none' || (kind === 'file' && how === 'replace'))
      viaTemporary(target, Buffer.alloc(PROBE_BYTES), (temporary) => rmSync(temporary));
  } catch (error) {
    throw unwritable('usage', file, error);
  }
};

/** The same for a folder of runs, whose `latest` is ours to replace. `ignored`: when it is made, by git. Errors: FaultlineError 'usage'. */
export const requireRunsFolder = (folder: string, { ignored }: { readonly ignored: boolean }): void => {
  try {
    // For what it refuses: a link to a folder stays the way to it.
    followed(folder);
    (ignored ? makeIgnoredFolder : makeFolder)(folder, OWN_FOLDER);
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
