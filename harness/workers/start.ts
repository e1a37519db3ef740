/** Starting a worker process, watching it, and ending it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { FaultlineError } from '../base/errors.ts';
import { GONE_DEADLINE_MS, MARK, endFamily, isOfFamily, kinOf, outsidersOf, signalEach } from '../base/family.ts';
import { dyingWithParent } from '../base/parent-death.ts';
import { kernelState, signalGroup, stopGroup } from '../base/process-group.ts';
import type { ProcessState } from '../base/process-group.ts';
import type { Reaper } from '../base/reaper.ts';
import { secretsOf } from '../base/redact.ts';
import { within } from '../base/waiting.ts';
import type { WorkerConfig } from '../config/types.ts';
import type { RecordEvent } from '../history/events.ts';
import { checkCommand, workerEnvironment } from './command.ts';
import type { WorkerAddresses } from './command.ts';
import { createLogBudget } from './log-budget.ts';
import type { LogBudget } from './log-budget.ts';
import { createOutput } from './output.ts';
import type { WorkerOutput } from './output.ts';
import type { OutputLag } from './output-lag.ts';
import { count } from '../history/names.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The harness ended it. */
  readonly requested: boolean;
}

/** A worker's process, with everything that it started in turn. */
export interface WorkerProcess {
  readonly config: WorkerConfig;
  readonly pid: number;
  /** `stopped` is alive: paused by the harness. */
  readonly state: 'running' | 'stopped' | 'exited';
  /** Undefined while it lives. */
  readonly exit: Exit | undefined;
  /** Resolves when it, and what it started, is gone and its output is recorded. Never rejects. */
  readonly exited: Promise<Exit>;
  /** ms since it was started. */
  age(): number;
  lastLines(count: number): readonly string[];
  /** Records how much of its output was left out so far, and the last of that. */
  tellLeftOut(): void;
  /** Has it written a line that contains this text? */
  hasLogged(text: string): boolean;
  /** SIGKILL to the whole group, also when it is paused; resolves as `exited` does. */
  kill(): Promise<Exit>;
  /** SIGTERM to the process itself, as an orchestrator does, and SIGKILL to the group after the grace (default: its configuration's). */
  terminate(graceMs?: number): Promise<Exit>;
  /** SIGSTOP to the whole group; returns, or resolves, when it stands still. */
  pause(): void | Promise<void>;
  /** SIGCONT to the whole group. */
  resume(): void | Promise<void>;
  /** Processes that were found outside its group when it ended. */
  escaped(): readonly number[];
  /** Is this process of this machine of its family: itself, or whatever it has started? */
  owns(pid: number): boolean;
  /** Somebody has connected: when it is dead or paused, looks whether any of it goes on, and records that. */
  lookAround(): void;
  /** Looks whether it lives, records `process.seen` and returns what it saw. */
  seen(): ProcessState;
}

export interface StartWorkerOptions {
  readonly addresses: WorkerAddresses;
  readonly record: RecordEvent;
  /** Ends the group should the harness be killed. */
  readonly reaper: Pick<Reaper, 'addGroup' | 'removeGroup' | 'addMark' | 'removeMark'>;
  /** The harness's environment, passed through under the worker's own. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Over the worker's own environment: a misconfiguration. */
  readonly extraEnv?: Readonly<Record<string, string>>;
  /** Lines are appended there; a function is asked for each line, as a worker outlives the trial it was started in. */
  readonly logFile?: string | (() => string | undefined);
  /** The correlation ids that a line mentions; the first is recorded with it. */
  readonly idsOf?: (line: string) => readonly string[];
  /** How much of its output is kept, also across its starts. Default: of each start as much as of a trial. */
  readonly logBudget?: LogBudget;
  /** Learns how long its output waits to be read. (An engine reads a container's by itself.) */
  readonly outputLag?: OutputLag;
  /** Will somebody start it again at once after such an exit? Recorded with it. */
  readonly restarts?: (exit: Exit) => boolean;
  /** Monotonic clock, ms. Default: performance.now. */
  readonly now?: () => number;
}

/** How long output may still arrive after the exit: a process that left the group may hold the pipe for ever. */
const DRAIN_DEADLINE_MS = 250;

/** What is recorded with an exit that is followed by a start. */
export const restarting = (
  exit: Exit,
  { restarts }: Pick<StartWorkerOptions, 'restarts'>,
): { readonly restarts?: true } => (restarts?.(exit) === true ? { restarts: true } : {});

type Child = ChildProcessByStdio<null, Readable, Readable>;

const start = (config: WorkerConfig, env: Readonly<Record<string, string>>): Child & { readonly pid: number } => {
  checkCommand(config, env);
  const [program = '', ...rest] = config.command;
  const [first, ...args] = dyingWithParent('KILL', [program, ...rest]);
  const failed = (why: string): FaultlineError =>
    new FaultlineError(
      'worker',
      `${config.role} could not be started: ${why}\n  command: ${config.command.join(' ')}\n  cwd: ${config.cwd}`,
      'Check the command by hand, and the limits on processes and memory.',
    );
  let child: Child;
  try {
    child = spawn(first, args, { cwd: config.cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw failed((error as Error).message);
  }
  // Signals that could not be sent and the like: the exit event says what matters.
  child.on('error', () => undefined);
  if (child.pid === undefined) throw failed('the system gave it no process id');
  return child as Child & { readonly pid: number };
};

/** Resolves when both outputs have ended, or shortly after the exit when somebody outside the group holds them open. */
const drained = async (child: Child, output: WorkerOutput, closed: Promise<unknown>): Promise<void> => {
  await within(DRAIN_DEADLINE_MS, closed);
  child.stdout.destroy();
  child.stderr.destroy();
  output.stdout.end();
  output.stderr.end();
};

const portsOf = ({ kafkaBrokers, databaseUrl, serviceUrls }: WorkerAddresses): readonly number[] =>
  [...kafkaBrokers.split(','), databaseUrl, ...Object.values(serviceUrls)]
    .map((address) => Number(/:(\d+)(?:\/|$)/.exec(address)?.[1] ?? NaN))
    .filter((port) => port > 0);

/**
 * Starts a worker in a process group of its own and records what it does. It dies with the harness. Errors:
 * FaultlineError 'worker' when the command or its directory is not there.
 */
export const startWorker = (config: WorkerConfig, options: StartWorkerOptions): WorkerProcess => {
  const { record, reaper, logFile, now = () => performance.now() } = options;
  const worker = config.role;
  const mark = randomUUID();
  const env = {
    ...workerEnvironment(options.baseEnv, config, options.extraEnv ?? {}, options.addresses),
    [MARK]: mark,
  };
  const child = start(config, env);
  const { pid } = child;
  const kin = kinOf(pid, mark, portsOf(options.addresses));
  const startedAt = now();
  reaper.addGroup(pid);
  reaper.addMark(`${MARK}=${mark}`);
  record({ kind: 'process.started', source: 'process', worker, pid });

  const output = createOutput({
    worker,
    pid,
    record,
    secrets: secretsOf(env),
    logFile: typeof logFile === 'function' ? logFile : () => logFile,
    idsOf: options.idsOf ?? (() => []),
    watched: config.ready.log,
    budget: options.logBudget ?? createLogBudget(() => undefined),
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (bytes: Buffer) => {
      options.outputLag?.read(bytes.length);
      output[stream].write(bytes);
    });
  }
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));

  let exit: Exit | undefined;
  let paused = false;
  const asked = { kill: false, terminate: false };
  const escaped = new Set<number>();
  let lookedAround = false;

  /** `ended`: they were ended, or stopped, with it. */
  const tellEscaped = (pids: Iterable<number>, detail: string, ended: boolean): void =>
    void record({ kind: 'process.escaped', source: 'process', worker, pids: [...pids], detail, ended });
  /** Somebody who is not of its family has its wires: then it is neither dead nor paused, whatever its processes do. */
  const tellStrangers = (strangers: number, was: string): void => {
    if (strangers > 0) tellEscaped([], `${was}, and ${count(strangers, 'connection')} on its wires went on`, false);
  };
  const endAll = (): void => {
    signalGroup(pid, 'SIGKILL');
    const { pids } = outsidersOf(kin);
    for (const each of pids) escaped.add(each);
    signalEach(pids, 'SIGKILL');
  };

  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      // Asked to be killed, it may still have exited by itself the moment before.
      const requested = asked.terminate || (asked.kill && signal === 'SIGKILL');
      const left: Exit = { code, signal, requested };
      exit = left;
      // What it started does not outlive it, as in a container.
      endAll();
      const ended = endFamily(kin, (pids) => pids.forEach((each) => escaped.add(each)));
      void Promise.all([drained(child, output, closed), ended]).then(([, allGone]) => {
        if (escaped.size > 0) tellEscaped(escaped, 'it had started processes outside its process group', allGone);
        if (allGone) {
          reaper.removeGroup(pid);
          reaper.removeMark(`${MARK}=${mark}`);
          tellStrangers(outsidersOf(kin).strangers, 'it was gone');
        } else {
          const message = `processes that ${worker} (${pid}) started are still alive ${GONE_DEADLINE_MS} ms after SIGKILL`;
          record({ kind: 'trial.harness-error', source: 'trial', message });
        }
        record({ kind: 'process.exited', source: 'process', worker, pid, ...left, ...restarting(left, options) });
        resolve(left);
      });
    });
  });

  const signal = (name: NodeJS.Signals, send: () => unknown): void => {
    record({ kind: 'process.signalled', source: 'process', worker, pid, signal: name });
    send();
  };
  const kill = (): Promise<Exit> => {
    if (exit === undefined && !asked.kill) {
      asked.kill = true;
      signal('SIGKILL', endAll);
    }
    return exited;
  };
  const resume = (): void => {
    if (exit !== undefined || !paused) return;
    paused = false;
    signal('SIGCONT', () => {
      signalGroup(pid, 'SIGCONT');
      signalEach(outsidersOf(kin).pids, 'SIGCONT');
    });
  };
  const standStill = (): void => {
    const { pids } = outsidersOf(kin);
    const still = stopGroup(pid, pids);
    if (pids.length > 0) tellEscaped(pids, 'it had started processes outside its process group', still);
    tellStrangers(outsidersOf(kin).strangers, 'it was stopped');
  };

  return {
    config,
    pid,
    get state() {
      if (exit !== undefined) return 'exited';
      return paused ? 'stopped' : 'running';
    },
    get exit() {
      return exit;
    },
    exited,
    age: () => now() - startedAt,
    lastLines: output.lastLines,
    tellLeftOut: output.tellLeftOut,
    hasLogged: output.hasLogged,
    kill,
    terminate: async (graceMs = config.stopGraceMs) => {
      if (exit === undefined && !asked.terminate) {
        asked.terminate = true;
        signal('SIGTERM', () => signalGroup(pid, 'SIGTERM', 'leader'));
        // A stopped process gets the signal when it continues.
        resume();
      }
      return (await within(graceMs, exited)) ?? kill();
    },
    pause: () => {
      if (exit !== undefined || paused) return;
      paused = true;
      signal('SIGSTOP', standStill);
    },
    resume,
    escaped: () => [...escaped],
    owns: (each) => isOfFamily(each, kin),
    lookAround: () => {
      if (lookedAround || (exit === undefined && !paused)) return;
      const { pids: found, strangers } = outsidersOf(kin);
      // What stands still may have asked for a connection the moment before.
      const pids = exit === undefined ? found.filter((each) => kernelState(each) === 'running') : found;
      lookedAround = pids.length + strangers > 0;
      signalEach(pids, exit === undefined ? 'SIGSTOP' : 'SIGKILL');
      if (pids.length > 0) tellEscaped(pids, 'it went on outside its process group', false);
      tellStrangers(strangers, exit === undefined ? 'it was stopped' : 'it was gone');
    },
    seen: () => {
      const kernel = exit === undefined ? kernelState(pid) : 'absent';
      const state = kernel ?? (paused ? 'stopped' : 'running');
      record({ kind: 'process.seen', source: 'process', worker, alive: state !== 'absent', state });
      return state;
    },
  };
};
