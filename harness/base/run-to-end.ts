/**
 * A program of the team's that is run to its end, as migrations are: all of it dies with the harness, and what it leaves running, also
 * what has left its session, is ended with it and told.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { MARK, endFamily, kinOf, outsidersOf } from './family.ts';
import type { Kin } from './family.ts';
import { dyingWithParent } from './parent-death.ts';
import { groupIsGone, signalGroup } from './process-group.ts';
import { startReaper } from './reaper.ts';
import { holdsWithin, within } from './waiting.ts';

export interface RanToEnd {
  /** Why it could not be started; undefined when it was. */
  readonly failed: string | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  /** It had not ended in time, and was ended. */
  readonly timedOut: boolean;
  /** The last of its two outputs, in the order in which they came. */
  readonly output: string;
  /** It had ended, and something that it had started had not. */
  readonly leftOthers: boolean;
}

export interface RunToEndOptions {
  readonly cwd: string;
  /** All of it: nothing of the harness's own is added. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** What is just ending when it has ended, as the other end of a pipe is, gets so long by itself. Default: 1 s. */
  readonly graceMs?: number;
}

/** Characters of the output. */
const MOST_OUTPUT = 64 * 1024;
/** Default of `graceMs`. */
const GRACE_MS = 1000;
const LOOK_EVERY_MS = 20;
/** The outputs end with the last who could write to them; only somebody who cannot be seen would keep them open for so long, ms. */
const DRAIN_DEADLINE_MS = 5000;

const isGone = (kin: Kin): boolean => groupIsGone(kin.pid) && outsidersOf(kin).pids.length === 0;

/** Runs it. Never rejects. */
export const runToEnd = async (
  command: readonly [string, ...string[]],
  { cwd, env, timeoutMs, graceMs = GRACE_MS }: RunToEndOptions,
): Promise<RanToEnd> => {
  const mark = randomUUID();
  const [first, ...args] = dyingWithParent('KILL', command);
  const child = spawn(first, args, {
    cwd,
    env: { ...env, [MARK]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failing = new Promise<Error>((resolve) => void child.once('error', resolve));
  const exiting = new Promise<Pick<RanToEnd, 'code' | 'signal'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closing = new Promise<true>((resolve) => void child.once('close', () => resolve(true)));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MOST_OUTPUT);
    });
  const { pid } = child;
  if (pid === undefined) {
    const { message } = await failing;
    return { failed: message, code: null, signal: null, timedOut: false, output, leftOthers: false };
  }
  const kin = kinOf(pid, mark, []);
  const reaper = startReaper();
  reaper.addGroup(pid);
  reaper.addMark(`${MARK}=${mark}`);
  const inTime = await within(timeoutMs, exiting);
  const leftOthers = inTime !== undefined && !(await holdsWithin(graceMs, LOOK_EVERY_MS, () => isGone(kin)));
  signalGroup(pid, 'SIGKILL');
  if (await endFamily(kin, () => undefined)) {
    reaper.removeGroup(pid);
    reaper.removeMark(`${MARK}=${mark}`);
  }
  reaper.close();
  const ended = inTime ?? (await exiting);
  await within(DRAIN_DEADLINE_MS, closing);
  child.stdout.destroy();
  child.stderr.destroy();
  return { failed: undefined, ...ended, timedOut: inTime === undefined, output, leftOthers };
};
