/** Small files in places where others may write: never more than was bargained for, and never somebody else's. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';

export interface OwnFileLimits {
  /** Bytes; a longer file is not read. */
  readonly most: number;
  /** Whose it must be. Default: whoever runs this process. Null: anybody's. */
  readonly uid?: number | null;
}

const self = (): number | null => process.getuid?.() ?? null;

/**
 * A regular file's content. Opened without following a link at its end and without waiting for the other side of a pipe.
 * Errors: Error that says why it is not read; what opening it said.
 */
export const readOwnFile = (path: string, { most, uid = self() }: OwnFileLimits): string => {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error(`${path} is no regular file`);
    if (uid !== null && found.uid !== uid) throw new Error(`${path} belongs to another user`);
    if (found.size > most) throw new Error(`${path} has ${found.size} bytes, and ${most} are allowed`);
    // It may grow meanwhile: one byte more than allowed is looked for, and no more.
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > most) throw new Error(`${path} has more than ${most} bytes`);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
};

/** A real folder, no link, that belongs to whoever runs this process. */
export const isOwnFolder = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const uid = self();
  return found !== undefined && found.isDirectory() && (uid === null || found.uid === uid);
};
