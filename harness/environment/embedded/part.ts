import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { PART_MARK, childEnvironment } from '../../base/child-env.ts';
import { FaultlineError } from '../../base/errors.ts';
import { dyingWithParent } from '../../base/parent-death.ts';
import { killWithChildren, signalGroup } from '../../base/process-group.ts';
import type { Reaper } from '../../base/reaper.ts';
import type { Variables } from '../setup/parts.ts';
import type { User } from './unprivileged.ts';

export interface PartOptions {
  /** As an error names it: "Kafka". */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Variables;
  readonly user?: User | null;
  /** File for everything it prints. */
  readonly log: string;
  /** QUIT for a program that has something of its own to remove (PostgreSQL: shared memory); others are killed. */
  readonly endsBy: 'KILL' | 'QUIT';
  readonly reaper: Reaper;
}

/** A running program of the environment, in a process group of its own. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** Rejects with FaultlineError 'environment' and the last log lines when it ends without having been told to. */
  readonly died: Promise<never>;
  /** Everything it printed. */
  output(): string;
  /** Sends the end's signal and returns at once. */
  signalEnd(): void;
  /** Asks it to end in its own way (TERM) and waits until it has; killed after so many ms. */
  endGently(within: number): Promise<void>;
  /** Ends it and waits until it is gone; safe to call twice. */
  end(): Promise<void>;
}

const END_WITHIN_MS = 3000;

const lastLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-15)
    .join('\n');

const exitOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });

/** Starts a program so that it dies with the harness, whichever way that ends. */
export const startPart = (options: PartOptions): Part => {
  const { name, reaper, endsBy } = options;
  const [program, ...args] = dyingWithParent(endsBy, options.command);
  const output = openSync(options.log, 'w', 0o600);
  const child = spawn(program, args, {
    cwd: '/',
    env: { ...childEnvironment(options.env), [PART_MARK]: options.log },
    detached: true,
    stdio: ['ignore', output, output],
    ...(options.user ? { uid: options.user.uid, gid: options.user.gid } : {}),
  });
  closeSync(output);
  child.unref();
  const pid = child.pid ?? 0;
  let wanted = false;
  const exit = exitOf(child).then((how) => {
    if (pid !== 0) {
      // What it forked and left behind goes too, before the number can be somebody else's.
      signalGroup(pid, 'SIGKILL');
      reaper.removeGroup(pid);
    }
    return how;
  });
  if (pid !== 0) reaper.addGroup(pid, endsBy === 'KILL' ? undefined : endsBy);
  const printed = (): string => {
    try {
      return readFileSync(options.log, 'utf8');
    } catch {
      return '';
    }
  };
  const died = exit.then((how): never | Promise<never> => {
    if (wanted) return new Promise<never>(() => undefined);
    const said = lastLines(printed());
    throw new FaultlineError(
      'environment',
      `${name} ended by itself (${how})${said === '' ? '' : `; it said last:\n${said}`}`,
      'see `faultline doctor`; free memory and space are the usual reasons',
    );
  });
  // Whoever waits for it hears of it; nobody needs to.
  died.catch(() => undefined);
  const signalled = (signal: NodeJS.Signals): void => {
    wanted = true;
    if (pid !== 0 && child.exitCode === null && child.signalCode === null) signalGroup(pid, signal);
  };
  const endBy = async (signal: NodeJS.Signals, within: number): Promise<void> => {
    signalled(signal);
    child.ref();
    const late = setTimeout(() => killWithChildren(pid), within);
    await exit;
    clearTimeout(late);
  };
  return {
    name,
    pid,
    died,
    output: printed,
    signalEnd: () => signalled(`SIG${endsBy}`),
    endGently: (within) => endBy('SIGTERM', within),
    end: () => endBy(`SIG${endsBy}`, END_WITHIN_MS),
  };
};
