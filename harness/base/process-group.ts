/** A process and everything it started, as one: the group that `detached` gives it. */
import { readFileSync, readdirSync } from 'node:fs';

/** What the kernel says of a process: stopped is alive; a zombie is not. */
export type ProcessState = 'running' | 'stopped' | 'absent';

const isLinux = process.platform === 'linux';

/** Sends a signal to the whole group (or only to its leader); false when nobody is there any more. */
export const signalGroup = (pid: number, signal: NodeJS.Signals, to: 'group' | 'leader' = 'group'): boolean => {
  try {
    process.kill(to === 'group' ? -pid : pid, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group of which only a zombie is left.
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
};

/** Of a living process; none where the kernel does not tell. */
const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

/** Kills the group, and the children of its leader that are in groups of their own, as PostgreSQL's are: without it nobody would. */
export const killWithChildren = (pid: number): void => {
  for (const child of childrenOf(pid)) signalGroup(child, 'SIGKILL', 'leader');
  signalGroup(pid, 'SIGKILL');
};

/** State letter, parent and group of a process, and when it was started (in the kernel's ticks). */
export interface Stat {
  readonly letter: string;
  readonly parent: number;
  readonly group: number;
  readonly started: number;
}

/** starttime, counted from the state. */
const STARTED_FIELD = 19;

/** From /proc/<pid>/stat: "pid (name) state ppid pgrp …"; the name may hold anything. */
export const readStat = (path: string): Stat | undefined => {
  let stat: string;
  try {
    stat = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [letter = '', parent, group] = fields;
  return { letter, parent: Number(parent), group: Number(group), started: Number(fields[STARTED_FIELD]) };
};

export const stateOf = (letter: string | undefined): ProcessState => {
  if (letter === undefined || letter === 'Z' || letter === 'X') return 'absent';
  return letter === 'T' || letter === 't' ? 'stopped' : 'running';
};

/** The state of one process by the kernel; undefined where there is no /proc. */
export const kernelState = (pid: number): ProcessState | undefined =>
  isLinux ? stateOf(readStat(`/proc/${pid}/stat`)?.letter) : undefined;

/** The states of every thread of every living process in the group, and of these besides. */
const groupStates = (group: number, besides: readonly number[] = []): ProcessState[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): ProcessState[] => {
      const stat = readStat(`/proc/${pid}/stat`);
      if (stat === undefined || stateOf(stat.letter) === 'absent') return [];
      if (stat.group !== group && !besides.includes(Number(pid))) return [];
      try {
        return readdirSync(`/proc/${pid}/task`).map((thread) =>
          stateOf(readStat(`/proc/${pid}/task/${thread}/stat`)?.letter),
        );
      } catch {
        return [];
      }
    });

/** Does nobody in the group live any more? Where there is no /proc, a zombie counts as alive. */
export const groupIsGone = (pid: number): boolean => {
  try {
    process.kill(-pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  return isLinux && groupStates(pid).length === 0;
};

/** Stopping takes the kernel well under a millisecond a thread; a process in a disk's hands takes longer. */
const STOP_DEADLINE_MS = 250;

/**
 * Sends SIGSTOP and returns when every thread of the group, and of these besides, stands still (or after 250 ms at most):
 * whether they do.
 */
export const stopGroup = (pid: number, besides: readonly number[] = []): boolean => {
  signalGroup(pid, 'SIGSTOP');
  for (const each of besides) signalGroup(each, 'SIGSTOP', 'leader');
  if (!isLinux) return true;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + STOP_DEADLINE_MS;
  while (groupStates(pid, besides).includes('running')) {
    if (performance.now() > deadline) return false;
    Atomics.wait(pause, 0, 0, 1);
  }
  return true;
};
