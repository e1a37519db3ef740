import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Takes the place of root for PostgreSQL, first of them that exists. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * Whom PostgreSQL runs as: it refuses root. null: as whoever runs the harness.
 * @param passwd content of the user list, colon-separated as in passwd(5)
 */
export const unprivilegedUser = (
  uid: number | undefined = process.getuid?.(),
  passwd: () => string = () => readFileSync('/etc/passwd', 'utf8'),
): User | null => {
  if (uid !== 0) return null;
  const users = new Map(
    passwd()
      .split('\n')
      .map((line) => [line.split(':')[0] ?? '', line.split(':')]),
  );
  for (const name of CANDIDATES) {
    const fields = users.get(name);
    if (fields !== undefined) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  // Where the list has neither, the number is nobody's by tradition.
  return { name: 'nobody', uid: 65534, gid: 65534 };
};

/** Whether a user who is not root can get at everything in a folder that others may read: may he pass through every folder above it? */
export const reachableBy = (user: User, folder: string): boolean => {
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
};
