/** Who owns a runtime folder: a process, told apart from a later one with the same number. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Owner {
  readonly pid: number;
  /** Opaque; differs between two processes that had the same pid. */
  readonly startTime: string;
  readonly hostname: string;
}

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

export const thisProcess = (): Owner => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid) ?? 'unknown',
  hostname: hostname(),
});

/** Another host's process (a shared folder, another container) cannot be asked: it counts as alive. */
export const isGone = (owner: Owner): boolean =>
  owner.hostname === hostname() && startTimeOf(owner.pid) !== owner.startTime;
