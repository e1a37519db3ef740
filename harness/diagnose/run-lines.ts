/** A program that prints lines and ends, as `docker logs` does: read as it comes, for so long and so much, and ended with all that it started. */
import { spawn } from 'node:child_process';
import { createLineReader } from '../base/line-reader.ts';
import type { RawLine } from '../base/line-reader.ts';
import { childEnvironment } from '../base/child-env.ts';
import { obstacleToStart } from '../base/find-program.ts';
import { dyingWithParent } from '../base/parent-death.ts';
import { oneLine } from '../base/presentable.ts';
import { signalGroup } from '../base/process-group.ts';
import { redact } from '../base/redact.ts';
import { within } from '../base/waiting.ts';

/** What programs are started with. */
export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the environment names may be relative to it. */
  readonly cwd: string;
  /** Ends them where nobody waits for them any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface Running extends Around {
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly onLine: (line: RawLine) => void;
  /** What it writes on standard error are lines as well. Left out: it is why it failed. */
  readonly readsErrors?: true;
}

/** Of what it says when it fails. */
const MOST_SAID = 200;
/** For the outputs to end after the program, ms. */
const DRAIN_MS = 2000;

/** The last line, without credentials. */
const inShort = (said: string): string => {
  const last = oneLine(redact(said)).trim().slice(0, MOST_SAID);
  return last === '' ? '' : `: ${last}`;
};

/** Runs it. Gives why not all that it has to print was read; undefined: it was. Never rejects. */
export const runLines = async (
  command: readonly [string, ...string[]],
  { cwd, env, timeoutMs, mostBytes, onLine, readsErrors, signal }: Running,
): Promise<string | undefined> => {
  const [program] = command;
  if (obstacleToStart(program, cwd, env['PATH']) !== undefined) return `there is no program ${program}`;
  const [first, ...args] = dyingWithParent('KILL', command);
  const child = spawn(first, args, {
    cwd,
    env: childEnvironment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<{ readonly code: number | null }>((resolve) => {
    child.once('error', () => resolve({ code: null }));
    const closed = new Promise<void>((done) => void child.once('close', () => done()));
    // What it left running may keep its outputs open, as a shared connection of ssh does.
    child.once('exit', (code) => void within(DRAIN_MS, closed).then(() => resolve({ code })));
  });
  let bytes = 0;
  let said = '';
  let tooMuch = false;
  const end = (): void => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
  const count = (chunk: Buffer): boolean => {
    bytes += chunk.length;
    if (bytes > mostBytes && !tooMuch) {
      tooMuch = true;
      end();
    }
    return !tooMuch;
  };
  const lines = createLineReader(onLine);
  const errors = createLineReader((line) => {
    said = line.text;
    if (readsErrors === true) onLine(line);
  });
  child.stdout.on('data', (chunk: Buffer) => void (count(chunk) && lines.write(chunk)));
  child.stderr.on('data', (chunk: Buffer) => void (count(chunk) && errors.write(chunk)));
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  const inTime = await within(timeoutMs, ended);
  signal?.removeEventListener('abort', end);
  // Also what it left running.
  end();
  if (inTime === undefined) await within(DRAIN_MS, ended);
  child.stdout.destroy();
  child.stderr.destroy();
  if (tooMuch) return `${program} printed more than ${Math.round(mostBytes / 1e6)} MB`;
  if (inTime === undefined) return `${program} took longer than ${timeoutMs / 1000} s`;
  return inTime.code === 0 ? undefined : `${program} ended with ${inTime.code ?? 'a signal'}${inShort(said)}`;
};
