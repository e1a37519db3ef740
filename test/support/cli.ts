/**
 * Faultline's compiled command line, run from outside as a user runs it: a process of its own in a process group of its own, with the
 * checkout's cache. Whatever a test file started is ended, and its folders are removed, after its last test.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { markedProcesses } from './processes.ts';
import type { RunningProcess } from './processes.ts';

/** The checkout's downloads and generated parts. */
export const cacheDir = join(packageRoot, '.faultline');

const main = join(packageRoot, 'dist/harness/cli/main.js');

/** Long enough for a machine with other things to do; a test that waits so long has failed. */
const DEADLINE_MS = 170_000;

/** The variable by which everything that a run started is found again, whatever became of its parents. */
const MARK = 'TESTED_RUN_OF_FAULTLINE';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly pid: number;
  /** Value of MARK in the environment of everything it started. */
  readonly mark: string;
  stdout(): string;
  stderr(): string;
  /** Ctrl-C: SIGINT to its whole process group, as a terminal sends it. */
  interrupt(): void;
  signal(signal: NodeJS.Signals): void;
  /** Rejects with the output when it did not end in time; it is killed then. */
  readonly ended: Promise<Ended>;
}

export interface CliOptions {
  /** Default: a new temporary folder, in which there is no configuration. */
  readonly cwd?: string;
  /** Over the test's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

const folders: string[] = [];
const marks: string[] = [];
/** Process groups that have not ended. */
const groups = new Set<number>();

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  folders.push(folder);
  return folder;
};

/** A new folder, removed after the last test of the file. */
export const temporaryFolder = (): Promise<string> => Promise.resolve(temporary());

/** A new folder with these files: contents by path. */
export const projectWith = (files: Readonly<Record<string, string>>): string => {
  const folder = temporary();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
};

/** A cache of one's own in which everything is set up: what commands note there (`up`, durations) is nobody else's. */
export const ownCache = (): string => {
  const folder = temporary();
  for (const name of readdirSync(cacheDir))
    if (/^(?:kafka|postgres|toxiproxy)-/.test(name)) symlinkSync(join(cacheDir, name), join(folder, name));
  return folder;
};

/** The test's environment without what the test runner, npm and the terminal put there. */
const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:VITEST|TINYPOOL|FORCE_|npm_|FAULTLINE_)/.test(name) &&
        !['NODE_ENV', 'TEST', 'DEV', 'PROD', 'MODE', 'SSR', 'BASE_URL', 'NO_COLOR', 'GITHUB_ACTIONS'].includes(name),
    ),
  );

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};

/** Starts any program with its arguments, the way all of these tests do. */
export const startProgram = (command: readonly [string, ...string[]], options: CliOptions = {}): RunningCli => {
  const { cwd = temporary(), env = {}, timeoutMs = DEADLINE_MS } = options;
  const [program, ...args] = command;
  const mark = randomUUID();
  const child = spawn(program, args, {
    cwd,
    env: { ...inherited(), FAULTLINE_HOME: cacheDir, ...env, [MARK]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  marks.push(mark);
  if (pid !== 0) groups.add(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    const late = setTimeout(() => {
      if (groups.has(pid)) kill(-pid);
      reject(new Error(`${command.join(' ')} did not end within ${timeoutMs} ms; it said:\n${stdout}\n${stderr}`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('exit', () => groups.delete(pid));
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, stdout, stderr });
    });
  });
  // A test that fails before it waits for the end must not fail a second time because of it.
  ended.catch(() => undefined);
  return {
    pid,
    mark,
    stdout: () => stdout,
    stderr: () => stderr,
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    signal: (signal) => void process.kill(pid, signal),
    ended,
  };
};

/** Starts `faultline` with these arguments. */
export const startFaultline = (args: readonly string[], options: CliOptions = {}): RunningCli =>
  startProgram([process.execPath, main, ...args], options);

/** Runs `faultline` with these arguments to its end. */
export const faultline = (args: readonly string[], options: CliOptions = {}): Promise<Ended> =>
  startFaultline(args, options).ended;

/** What a run left alive, found by its mark. */
export const leftOf = (run: Pick<RunningCli, 'mark'>): RunningProcess[] => markedProcesses(`${MARK}=${run.mark}`);

afterAll(() => {
  for (const pid of groups) kill(-pid);
  for (const mark of marks) for (const { pid } of leftOf({ mark })) kill(pid);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
