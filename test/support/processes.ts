/** What runs on this machine, asked of ps: it knows Linux and macOS. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

export const runningProcesses = (): RunningProcess[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (pid === undefined || state === undefined || state.startsWith('Z')) return [];
      return [{ pid: Number(pid), parent: Number(parent), state, command: command ?? '' }];
    });

/** Everything that a process started, and what that started. */
export const descendantsOf = (pid: number): RunningProcess[] => {
  const all = runningProcesses();
  const below = (parent: number): RunningProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
};

/** Those of the processes that still run, as the same program. */
export const survivorsOf = (processes: readonly RunningProcess[]): RunningProcess[] => {
  const now = new Map(runningProcesses().map((one) => [one.pid, one.command]));
  return processes.filter(({ pid, command }) => now.get(pid) === command);
};

const environmentOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
};

/** Processes that were started with this variable (NAME=value), by whomever. Only Linux tells; none elsewhere. */
export const markedProcesses = (variable: string): RunningProcess[] =>
  process.platform === 'linux' ? runningProcesses().filter(({ pid }) => environmentOf(pid).includes(variable)) : [];

/** Waits until the condition holds; the last answer, so that a test can say what was wrong after the deadline. */
export const eventually = async <T>(look: () => T, holds: (found: T) => boolean, within: number): Promise<T> => {
  const end = performance.now() + within;
  for (;;) {
    const found = look();
    if (holds(found) || performance.now() > end) return found;
    await pause(50);
  }
};

/** ms in which whoever tidies up behind a run has done so, also on a machine that is busy with everything else. */
const TIDY_WITHIN_MS = 30_000;

/** Waits until nothing is left; what still is after the deadline. */
export const leftAfter = <T>(look: () => readonly T[]): Promise<readonly T[]> =>
  eventually(look, (left) => left.length === 0, TIDY_WITHIN_MS);
