/**
 * A file that says who holds something: one living process at a time, whatever is killed when. It is there whole or not at
 * all, only its own process removes it, and only one process at a time takes over that of one that is gone.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { readOwnFile } from '../../base/read-own.ts';
import { openElsewhere } from './open-elsewhere.ts';
import { MOST_BYTES, isGone, isHere, ownerIn, processOf, thisProcess } from './owner.ts';
import type { Owner } from './owner.ts';

export interface Hold {
  /** Safe to call twice, and never throws: what cannot be removed is nobody's once this process is gone. */
  release(): void;
}

/** A file is there, and whose it is cannot be read: another user's, or no such file at all. */
export class UnreadableHold extends Error {
  constructor(
    readonly file: string,
    why: unknown,
  ) {
    super(why instanceof Error ? why.message : String(why), { cause: why });
    this.name = 'UnreadableHold';
  }
}

/** Its owner is gone, and the one that is taking it over does not go on. */
export class StuckHold extends FaultlineError {
  constructor(file: string, { pid, hostname }: Owner, withinMs: number) {
    super(
      'usage',
      `process ${pid} of ${hostname} began to take over ${file} and has not gone on for ${withinMs / 1000} s`,
      `End it, or let it go on; if that host or container is gone, remove ${file}.next.`,
    );
    this.name = 'StuckHold';
  }
}

/** ms. What is done in a turn is a few calls of the file system: only one who does not run at all (stopped, frozen) takes so long. */
const TURN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 10;

/** What opening answers for a file that is not to be read here; readOwnFile's own refusals have no code. */
const UNREADABLE = [undefined, 'EACCES', 'EPERM', 'ELOOP', 'ENXIO'];

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

type Identity = Pick<Stats, 'dev' | 'ino'>;

const isSame = (one: Identity, other: Identity | undefined): boolean =>
  other !== undefined && one.dev === other.dev && one.ino === other.ino;

/** Writes whose it is beside the file, puts that in its place, and says which file that was. */
const put = (file: string, place: (own: string) => void): Identity => {
  const own = `${file}.${process.pid}-${randomBytes(3).toString('hex')}.tmp`;
  try {
    writeFileSync(own, `${JSON.stringify(thisProcess())}\n`, { flag: 'wx', mode: 0o600 });
    const written = lstatSync(own);
    place(own);
    return written;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Puts it there unless a file is there already: then undefined. */
const putFirst = (file: string): Identity | undefined => {
  try {
    return put(file, (own) => linkSync(own, file));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
};

/** `gone`: a file is there, and nobody alive is its owner. Errors: UnreadableHold; those of the file system. */
const stateOf = (file: string): Owner | 'gone' | 'free' => {
  let text: string;
  try {
    text = readOwnFile(file, { most: MOST_BYTES });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'free';
    throw UNREADABLE.includes(codeOf(error)) ? new UnreadableHold(file, error) : error;
  }
  const owner = ownerIn(text);
  return owner === undefined || isGone(owner) ? 'gone' : owner;
};

/**
 * Undefined when somebody has removed it since it was put there. Kept open for reading and writing, as nobody does who only looks: by
 * this it is known who holds it also when the file has been removed.
 */
const holding = (file: string, written: Identity): Hold | undefined => {
  let open: number;
  try {
    open = openSync(file, 'r+');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (!isSame(written, fstatSync(open))) {
    closeSync(open);
    return undefined;
  }
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      try {
        // Whoever removed ours by hand let another one in: that one's stays.
        const isOurs = isSame(written, lstatSync(file, { throwIfNoEntry: false }));
        // First: one that is open and removed has a holder for whoever looks.
        closeSync(open);
        if (isOurs) rmSync(file, { force: true });
      } catch {
        // Its folder may be no longer ours to write.
      }
    },
  };
};

/** Takes it, or says who holds it. Errors: UnreadableHold when nobody can tell; StuckHold; those of the file system. */
export const takeHold = async (file: string, turnWithinMs = TURN_WITHIN_MS): Promise<Hold | Owner> => {
  makeFolder(dirname(file));
  const deadline = performance.now() + turnWithinMs;
  for (;;) {
    const first = putFirst(file);
    if (first !== undefined) {
      const hold = holding(file, first);
      if (hold !== undefined) return hold;
      continue;
    }
    const found = stateOf(file);
    if (found === 'free') continue;
    if (found !== 'gone') return found;
    // Taking over is a thing to hold in turn: between a look and what follows from it another may have done the same.
    const turn = await takeHold(`${file}.next`, turnWithinMs);
    if (!isHold(turn)) {
      // That one will have it in a moment, or leaves it: what the file says then counts.
      if (performance.now() > deadline) throw new StuckHold(file, turn, turnWithinMs);
      await pause(LOOK_EVERY_MS);
      continue;
    }
    try {
      if (stateOf(file) !== 'gone') continue;
      const written = put(file, (own) => renameSync(own, file));
      const hold = holding(file, written);
      if (hold !== undefined) return hold;
    } finally {
      turn.release();
    }
  }
};

export const isHold = (taken: Hold | Owner): taken is Hold => 'release' in taken;

/** Who else holds it now, also when its file has been removed; undefined: nobody. Errors: as of takeHold. */
export const holderOf = (file: string): Owner | undefined => {
  const found = stateOf(file);
  if (typeof found === 'object' && !(isHere(found) && found.pid === process.pid)) return found;
  const pid = openElsewhere(file);
  return pid === undefined ? undefined : processOf(pid);
};
