/** Who owns a runtime folder: a process, told apart from a later one with the same number. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readOwnFile } from '../../base/read-own.ts';

export interface Owner {
  readonly pid: number;
  /** Opaque; differs between two processes that had the same pid. */
  readonly startTime: string;
  readonly hostname: string;
  /** Of its process numbers: two containers of one host count separately. Where there are none, or of an older run: empty. */
  readonly pidNamespace: string;
}

/** Longer than any owner's file. */
export const MOST_BYTES = 4096;

/** Start of a process, null when there is none of that pid (or only its zombie). */
const startTimeOf = (pid: number): string | null => {
  if (process.platform === 'linux') {
    try {
      // Fields after the program's name, which may hold anything: state is the first, start time in ticks since boot the twentieth.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    } catch (error) {
      // Only a missing entry says that it is gone; whatever else went wrong (too many open files) says nothing.
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  }
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      }).trim() || null
    );
  } catch {
    return null;
  }
};

const pidNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

const described = (pid: number, startTime: string): Owner => ({
  pid,
  startTime,
  hostname: hostname(),
  pidNamespace: pidNamespace(),
});

export const thisProcess = (): Owner => described(process.pid, startTimeOf(process.pid) ?? 'unknown');

/** A process of this host; undefined when there is none of that pid. */
export const processOf = (pid: number): Owner | undefined => {
  const startTime = startTimeOf(pid);
  return startTime === null ? undefined : described(pid, startTime);
};

/** Can it be signalled from here? Another host, and another container, has numbers of its own. */
export const isHere = (owner: Owner): boolean => owner.hostname === hostname() && owner.pidNamespace === pidNamespace();

/** Another host's process, or another container's (a shared folder), cannot be asked: it counts as alive. */
export const isGone = (owner: Owner): boolean => isHere(owner) && startTimeOf(owner.pid) !== owner.startTime;

const isOwner = (value: unknown): value is Owner => {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, hostname: host, pidNamespace: namespace } = value as Partial<Record<keyof Owner, unknown>>;
  return (
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    [startTime, host, namespace].every((text) => typeof text === 'string')
  );
};

/** The owner that a text names; undefined when it names none. */
export const ownerIn = (text: string): Owner | undefined => {
  try {
    const content: unknown = JSON.parse(text);
    return isOwner(content) ? content : undefined;
  } catch {
    return undefined;
  }
};

/** The owner that a file of this user's names. Errors: Error when it is not such a file, or says something else. */
export const readOwner = (path: string): Owner => {
  const owner = ownerIn(readOwnFile(path, { most: MOST_BYTES }));
  if (owner === undefined) throw new Error(`${path} names no owner`);
  return owner;
};
