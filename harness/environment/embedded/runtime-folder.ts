/** Folders for what lives as long as one environment: data, logs, sockets. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PART_MARK } from '../../base/child-env.ts';
import { FaultlineError } from '../../base/errors.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { isOwnFolder } from '../../base/read-own.ts';
import { isGone, readOwner, thisProcess } from './owner.ts';
import type { Owner } from './owner.ts';
import { unprivilegedUser } from './unprivileged.ts';

const MEMORY = '/dev/shm';
const PREFIX = 'faultline-';
const OWNER_FILE = 'owner.json';

/** What an environment needs at least, bytes: data folders, write-ahead log and some topics. A container's /dev/shm often has 64 MB. */
export const NEEDED_BYTES = 400 * 1024 * 1024;

export interface RuntimeFolder {
  readonly path: string;
  /** In memory: an fsync costs nothing. */
  readonly inMemory: boolean;
  /** For what a program loads code from: the same folder unless nothing may be executed there. */
  readonly executable: string;
  /** All folders, to be removed at the end. */
  readonly all: readonly string[];
}

const freeBytes = (folder: string): number => {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
};

/** Free bytes where runtime folders may be made, the preferred place first. */
export const runtimePlaces = (): { readonly folder: string; readonly free: number; readonly inMemory: boolean }[] =>
  [...(process.platform === 'linux' ? [MEMORY] : []), tmpdir()].map((folder) => ({
    folder,
    free: freeBytes(folder),
    inMemory: folder === MEMORY,
  }));

/** Docker mounts /dev/shm noexec. */
const mayExecute = (folder: string): boolean => {
  if (folder !== MEMORY) return true;
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[1] === folder);
  return !(mount?.split(' ')[3] ?? '').split(',').includes('noexec');
};

/** Made under another name and renamed, so that a sweep by somebody else never sees it without its owner. */
const makeFolder = (place: string, owner: Owner): string => {
  const id = `${owner.pid}-${randomBytes(3).toString('hex')}`;
  const unfinished = join(place, `.${PREFIX}${id}`);
  // 0711: PostgreSQL's user passes through to its own folder, nobody lists it.
  mkdirSync(unfinished, { mode: unprivilegedUser() === null ? 0o700 : 0o711 });
  writeFileSync(join(unfinished, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
  const path = join(place, `${PREFIX}${id}`);
  renameSync(unfinished, path);
  return path;
};

/** Makes the folder of one environment, in memory where there is room. @throws FaultlineError 'environment' when there is room nowhere */
export const makeRuntimeFolder = (places = runtimePlaces()): RuntimeFolder => {
  const place = places.find(({ free }) => free >= NEEDED_BYTES);
  if (place === undefined) {
    const found = places.map(({ folder, free }) => `${folder}: ${Math.round(free / 1e6)} MB free`).join(', ');
    throw new FaultlineError(
      'environment',
      `no space for the environment's data (${found}; ${Math.round(NEEDED_BYTES / 1e6)} MB needed)`,
      'free some, or point TMPDIR to a folder with more; in Docker give --shm-size=1g',
    );
  }
  const owner = thisProcess();
  const path = makeFolder(place.folder, owner);
  if (mayExecute(place.folder)) return { path, inMemory: place.inMemory, executable: path, all: [path] };
  const executable = makeFolder(tmpdir(), owner);
  return { path, inMemory: place.inMemory, executable, all: [path, executable] };
};

/** ms for looking through places where everybody may leave things. */
const LOOK_AT_MOST_MS = 2000;

/**
 * Runtime folders of this user's whose owner is gone: a run and its reaper were killed together, or the machine went down.
 * What somebody else has left under such a name is not even read.
 */
export const leftoverFolders = (): string[] => {
  const found: string[] = [];
  const deadline = performance.now() + LOOK_AT_MOST_MS;
  for (const { folder } of runtimePlaces()) {
    let names: string[];
    try {
      names = readdirSync(folder).filter((name) => name.startsWith(PREFIX));
    } catch {
      continue;
    }
    for (const name of names) {
      if (performance.now() > deadline) return found;
      const path = join(folder, name);
      try {
        if (isOwnFolder(path) && isGone(readOwner(join(path, OWNER_FILE)))) found.push(path);
      } catch {
        // Not one of ours, or being removed at this moment by its owner.
      }
    }
  }
  return found;
};

/** Removes a runtime folder; what another user owns stays, and no link is followed. */
export const removeFolder = (path: string): void => {
  try {
    if (!isOwnFolder(path)) return;
    removeTree(path);
  } catch {
    // Another user's, who sweeps it himself.
  }
};

const variablesOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // Gone, or another user's.
    return [];
  }
};

/** Where a process of PostgreSQL's stands: in its data folder. It writes its title over its environment. Empty: it is none. */
const dataFolderOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres: ')
      ? readlinkSync(`/proc/${pid}/cwd`)
      : '';
  } catch {
    return '';
  }
};

/** Ends the programs that were started in these folders, stopped ones as well. Needs /proc: elsewhere none is found. Returns how many. */
export const endProgramsOf = (folders: readonly string[]): number => {
  if (process.platform !== 'linux' || folders.length === 0) return 0;
  const marks = folders.map((folder) => `${PART_MARK}=${folder}/`);
  const isTheirs = (pid: string): boolean =>
    folders.some((folder) => dataFolderOf(pid).startsWith(`${folder}/`)) ||
    variablesOf(pid).some((variable) => marks.some((mark) => variable.startsWith(mark)));
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && isTheirs(pid) && process.kill(Number(pid), 'SIGKILL');
    } catch {
      return false;
    }
  }).length;
};

/** Ends and removes what is left of environments whose owner is gone; how many programs were still running. */
export const sweepLeftovers = (): number => {
  const folders = leftoverFolders();
  const ended = endProgramsOf(folders);
  folders.forEach(removeFolder);
  return ended;
};
