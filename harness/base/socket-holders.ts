/** Which processes hold a socket: Linux tells in /proc/<pid>/fd. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { PART_MARK } from './child-env.ts';

/** It is gone, or may not be looked at. */
const OUT_OF_SIGHT = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** Errors: those that say nothing of what is looked at, as of too many open files. */
const seen = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch (error) {
    if (OUT_OF_SIGHT.includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
};

const linkOf = (path: string): string => seen(() => readlinkSync(path), '');

/** Does it hold the socket of that inode? False for one that is gone, or may not be looked at. Errors: those of reading. */
export const holdsSocket = (pid: number, inode: string): boolean => {
  const folder = `/proc/${pid}/fd`;
  return seen(() => readdirSync(folder), []).some((fd) => linkOf(`${folder}/${fd}`) === `socket:[${inode}]`);
};

/** Those that can be seen to hold it, the youngest first: looked for as far as they are taken. */
export function* holdersOf(inode: string): Generator<number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.map(Number).sort((a, b) => b - a)) if (holdsSocket(pid, inode)) yield pid;
}

/** Is it one of the programs that a run of Faultline's starts for itself, of whichever run? */
export const isPart = (pid: number): boolean =>
  seen(() => readFileSync(`/proc/${pid}/environ`, 'latin1'), '')
    .split('\0')
    .some((variable) => variable.startsWith(`${PART_MARK}=`));

/** Does it number processes otherwise than this one, as those in containers do? */
export const isElsewhere = (pid: number): boolean => {
  const [ours, its] = ['self', pid].map((who) => linkOf(`/proc/${who}/ns/pid`));
  return its !== '' && its !== ours;
};
