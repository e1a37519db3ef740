import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, makeNotesFolder } from '../../base/make-folder.ts';
import { FaultlineError } from '../../base/errors.ts';
import { unlessDoneByOther } from './lock.ts';
import type { SetupOptions } from './parts.ts';

/** Folder for what is being built. */
const UNFINISHED = 'unfinished';

/** What the system answers where a folder cannot be made. */
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

/** Unfinished entries older than this belong to a set-up that was interrupted; ms. */
const ABANDONED_AFTER = 60 * 60 * 1000;

/** Short, stable key for names of entries. */
export const keyOf = (...values: readonly string[]): string =>
  createHash('sha256').update(values.join('\0')).digest('hex').slice(0, 12);

const writable = async <T>(cacheDir: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC')
      throw new FaultlineError('setup', `no space left in ${cacheDir}`, 'free about 300 MB there and start again');
    if (code !== undefined && UNWRITABLE.includes(code))
      throw new FaultlineError(
        'setup',
        `${cacheDir} cannot be written (${code})`,
        'give this user the right to write there, or run the set-up once as the user who has it',
      );
    throw error;
  }
};

/** Something is not in the cache, and nothing was to be built. */
export class NotSetUp extends FaultlineError {
  constructor(name: string) {
    super('setup', `${name} has not been set up yet`, 'any run sets it up first; `faultline setup` does only that');
  }
}

/**
 * Path of a folder in the cache, built by `build` if it is not there yet. It is built under a temporary name and renamed, so a folder of
 * the final name is always whole. Two that want the same build it once; should both build it, the first to finish wins and both are right.
 * Links are resolved: what depends on the path (Kafka's class archive) is the same by whatever way the cache is reached.
 * @param name with the version, and everything else the content depends on
 */
export const cached = async (
  { cacheDir, onlyLook = false }: Pick<SetupOptions, 'cacheDir' | 'onlyLook'>,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> => {
  const final = join(cacheDir, name);
  if (existsSync(final)) return realpath(final);
  if (onlyLook) throw new NotSetUp(name);
  const isDone = (): boolean => existsSync(final);
  const work = async (): Promise<void> => {
    const unfinished = join(cacheDir, UNFINISHED, `${name}-${randomBytes(4).toString('hex')}`);
    await mkdir(unfinished);
    try {
      await build(unfinished);
      await rename(unfinished, final).catch((error: unknown) => {
        if (!isDone()) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  };
  await writable(cacheDir, async () => {
    makeNotesFolder(cacheDir);
    makeFolder(join(cacheDir, UNFINISHED));
    await unlessDoneByOther(join(cacheDir, UNFINISHED, `${name}.lock`), isDone, work);
  });
  return realpath(final);
};

/** Removes what interrupted set-ups left half done; what another set-up is working on at this moment stays. */
export const discardAbandoned = async (cacheDir: string, now: number): Promise<void> => {
  const folder = join(cacheDir, UNFINISHED);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const age =
      now -
      (await stat(path).then(
        (found) => found.mtimeMs,
        () => now,
      ));
    if (age > ABANDONED_AFTER) await rm(path, { recursive: true, force: true });
  }
};
