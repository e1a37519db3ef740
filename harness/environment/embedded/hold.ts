/**
 * A file that says who holds something: one living process at a time, whatever is killed when. It is there whole or not at
 * all, only its own process removes it, and only one process at a time takes over that of one that is gone.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeIgnoredFolder } from '../../base/make-folder.ts';
import { MOST_BYTES, isGone, ownerIn, processOf, thisProcess } from './owner.ts';
import type { Owner } from './owner.ts';
import { readOwnFile } from '../../base/read-own.ts';

export interface Hold {
  /** Safe to call twice. */
  release(): void;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Writes whose it is beside the file, and puts that in its place. */
const put = (file: string, place: (own: string) => void): void => {
  const own = `${file}.${process.pid}-${randomBytes(3).toString('hex')}.tmp`;
  try {
    writeFileSync(own, `${JSON.stringify(thisProcess())}\n`, { flag: 'wx', mode: 0o600 });
    place(own);
  } finally {
    rmSync(own, { force: true });
  }
};

/** Puts it there unless a file is there already: then false. */
const putFirst = (file: string): boolean => {
  try {
    put(file, (own) => linkSync(own, file));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** `gone`: a file is there, and nobody alive is its owner. Errors: Error when it cannot be read, or is somebody else's. */
const stateOf = (file: string): Owner | 'gone' | 'free' => {
  let text: string;
  try {
    text = readOwnFile(file, { most: MOST_BYTES });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'free';
    throw error;
  }
  const owner = ownerIn(text);
  return owner === undefined || isGone(owner) ? 'gone' : owner;
};

const holding = (file: string): Hold => {
  // Kept open: by this it is known who holds it also when somebody has removed the file.
  const open = openSync(file, 'r');
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      // Whoever removed ours by hand let another one in: that one's stays.
      const found = stateOf(file);
      if (typeof found === 'object' && found.pid === process.pid && !isGone(found)) rmSync(file, { force: true });
      closeSync(open);
    },
  };
};

/** Takes it, or says who holds it. Errors: those of the file system. */
export const takeHold = (file: string): Hold | Owner => {
  makeIgnoredFolder(dirname(file));
  for (;;) {
    if (putFirst(file)) return holding(file);
    const found = stateOf(file);
    if (found === 'free') continue;
    if (found !== 'gone') return found;
    // Taking over is a thing to hold in turn: between a look and what follows from it another may have done the same.
    const turn = takeHold(`${file}.next`);
    if (!isHold(turn)) return turn;
    try {
      if (stateOf(file) !== 'gone') continue;
      put(file, (own) => renameSync(own, file));
      return holding(file);
    } finally {
      turn.release();
    }
  }
};

export const isHold = (taken: Hold | Owner): taken is Hold => 'release' in taken;

/** As the kernel names an open file: without links on the way, also when its folder is gone. */
const realName = (file: string): string => {
  try {
    return realpathSync(file);
  } catch {
    const above = dirname(file);
    return above === file ? file : join(realName(above), basename(file));
  }
};

const opens = (pid: string, names: readonly string[]): boolean => {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => {
      try {
        return names.includes(readlinkSync(join(folder, fd)));
      } catch {
        return false;
      }
    });
  } catch {
    // Gone, or another user's.
    return false;
  }
};

/** Another process that has it open though the file may have been removed since. Needs /proc: elsewhere nobody is found. */
const withoutFile = (file: string): Owner | undefined => {
  if (process.platform !== 'linux') return undefined;
  const name = realName(file);
  const pid = readdirSync('/proc').find(
    (entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid && opens(entry, [name, `${name} (deleted)`]),
  );
  return pid === undefined ? undefined : processOf(Number(pid));
};

/** Who else holds it now; undefined: nobody. Errors: as of takeHold. */
export const holderOf = (file: string): Owner | undefined => {
  const found = stateOf(file);
  return typeof found === 'object' && found.pid !== process.pid ? found : withoutFile(file);
};
