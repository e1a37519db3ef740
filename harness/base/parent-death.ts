import { accessSync, constants } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** The kernel's signal at the death of the parent needs util-linux's setpriv; busybox has one without the option. */
const findSetpriv = (): string | null => {
  if (process.platform !== 'linux') return null;
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    try {
      accessSync(path, constants.X_OK);
    } catch {
      continue;
    }
    if (spawnSync(path, ['--pdeathsig', 'KILL', '/bin/true'], { env: {} }).status === 0) return path;
  }
  return null;
};

let setpriv: string | null | undefined;

/** Path of the program that ties a child's life to the harness's, null where there is none. */
export const parentDeathSignal = (): string | null => {
  if (setpriv === undefined) setpriv = findSetpriv();
  return setpriv;
};

/**
 * The command that runs `command` so that it gets `signal` when the harness dies, where the system can do that (Linux); the same command
 * elsewhere. The signal follows the *thread* that spawned: spawn from a thread that lives as long as the process should.
 */
export const dyingWithParent = (
  signal: 'KILL' | 'QUIT' | 'INT',
  command: readonly [string, ...string[]],
): [string, ...string[]] => {
  const program = parentDeathSignal();
  return program === null ? [...command] : [program, '--pdeathsig', signal, '--', ...command];
};
