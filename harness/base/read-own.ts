/** Small files in places where others may write: never more than was bargained for, and never somebody else's. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface OwnFileLimits {
  /** Bytes; a longer file is not read. */
  readonly most: number;
  /** Lines, where it is read line by line: what has more is read no further. Default: any number. */
  readonly mostLines?: number;
  /** Whose it must be. Default: whoever runs this process. Null: anybody's. */
  readonly uid?: number | null;
}

/** It is longer than was bargained for. */
export class TooLong extends Error {}

const self = (): number | null => process.getuid?.() ?? null;

/** Opens a regular file without following a link at its end and without waiting for the other side of a pipe. Errors: Error. */
const openOwn = (
  path: string,
  { most, uid = self() }: OwnFileLimits,
): { readonly file: number; readonly size: number } => {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error(`${path} is no regular file`);
    if (uid !== null && found.uid !== uid) throw new Error(`${path} belongs to another user`);
    if (found.size > most) throw new TooLong(`${path} has ${found.size} bytes, and ${most} are allowed`);
    return { file, size: found.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
};

/** A regular file's content. Errors: Error that says why it is not read; what opening it said. */
export const readOwnFile = (path: string, limits: OwnFileLimits): string => {
  const { file, size } = openOwn(path, limits);
  try {
    // It may grow meanwhile: what comes on top is not read.
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
};

/** Read at once. */
const CHUNK = 1024 * 1024;

/** Every line, however many. */
function* everyLine(path: string, limits: OwnFileLimits): Generator<string, void> {
  const { file, size } = openOwn(path, limits);
  try {
    const decoder = new StringDecoder('utf8');
    const bytes = Buffer.alloc(CHUNK);
    let rest = '';
    for (let left = size, read = -1; left > 0 && read !== 0; left -= read) {
      read = readSync(file, bytes, 0, Math.min(CHUNK, left), null);
      const lines = decoder.write(bytes.subarray(0, read)).split('\n');
      lines[0] = rest + (lines[0] ?? '');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    rest += decoder.end();
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

/** Its lines, one after the other, without their ends: never more of it in memory than one of them. Errors: as of `readOwnFile`. */
export function* linesOfOwnFile(path: string, limits: OwnFileLimits): Generator<string, void> {
  const { mostLines = Infinity } = limits;
  let left = mostLines;
  for (const line of everyLine(path, limits)) {
    if (left === 0) throw new TooLong(`${path} has more than ${mostLines} lines`);
    left -= 1;
    yield line;
  }
}

/** Bytes of what a run leaves that is read whole: more cannot be a text here. */
const MOST_STORED = { document: 32 * 1024 * 1024, history: 256 * 1024 * 1024 } as const;

/** Of a history that is read line by line. */
const WHOLE_HISTORY = { most: 4 * 1024 * 1024 * 1024, uid: null } as const;

/** Of one whose events are held for a page or a timeline: so many have room in the memory that Node takes by itself. */
const HELD_HISTORY = { most: 1.5 * 1024 * 1024 * 1024, mostLines: 2_000_000, uid: null } as const;

/** A file of a run's folder, which may come from elsewhere: a regular one, behind no link, of a sane size. Errors: Error. */
export const readStoredFile = (path: string, what: keyof typeof MOST_STORED): string =>
  readOwnFile(path, { most: MOST_STORED[what], uid: null });

/** The lines of a stored history, which may be far longer than a text. Errors: Error. */
export const linesOfStoredHistory = (path: string): Iterable<string> => linesOfOwnFile(path, WHOLE_HISTORY);

/** The same where the verdict stands without them. Errors: TooLong for one that is not to be held; else Error. */
export const linesToBeShown = (path: string): Iterable<string> => linesOfOwnFile(path, HELD_HISTORY);

/** A real folder, no link, that belongs to whoever runs this process. */
export const isOwnFolder = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const uid = self();
  return found !== undefined && found.isDirectory() && (uid === null || found.uid === uid);
};
