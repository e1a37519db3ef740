/** A worker that comes as an image: the same supervision as of a process, through the engine. */
import { constants } from 'node:os';
import { secretsOf } from '../base/redact.ts';
import { within } from '../base/waiting.ts';
import type { WorkerConfig } from '../config/types.ts';
import type { Containers } from '../addresses/containers.ts';
import type { RecordEvent } from '../history/events.ts';
import { workerEnvironment } from './command.ts';
import { createLogBudget } from './log-budget.ts';
import { createOutput } from './output.ts';
import { kernelState } from '../base/process-group.ts';
import { restarting } from './start.ts';
import type { Exit, StartWorkerOptions, WorkerProcess } from './start.ts';

/** Shells and engines tell of a signal by 128 and its number. */
const FIRST_SIGNAL_CODE = 128;

const signalOf = (code: number | null): string | null => {
  if (code === null || code <= FIRST_SIGNAL_CODE) return null;
  return Object.entries(constants.signals).find(([, number]) => number === code - FIRST_SIGNAL_CODE)?.[0] ?? null;
};

/** An engine that does not do what it was asked must not pass unseen. */
const reporting =
  (record: RecordEvent, worker: string) =>
  async (call: Promise<void>): Promise<void> => {
    await call.catch((error: unknown) => {
      const message = `the container of ${worker}: ${error instanceof Error ? error.message : String(error)}`;
      record({ kind: 'trial.harness-error', source: 'trial', message });
    });
  };

/**
 * Starts a worker in a container and records what it does. Of the harness's environment it gets nothing: only its own
 * variables and the addresses. Errors: FaultlineError 'environment' when the image is not available, or does not start.
 */
export const startWorkerContainer = async (
  config: WorkerConfig & { readonly image: string },
  options: Omit<StartWorkerOptions, 'reaper' | 'baseEnv'> & { readonly containers: Containers },
): Promise<WorkerProcess> => {
  const { record, logFile, now = () => performance.now() } = options;
  const worker = config.role;
  const env = workerEnvironment({}, config, options.extraEnv ?? {}, options.addresses);
  const startedAt = now();
  // Lines that come before the engine has told the process id wait for it.
  const early: (() => void)[] = [];
  let output: ReturnType<typeof createOutput> | undefined;
  const container = await options.containers.run({
    name: worker,
    image: config.image,
    command: config.command,
    env,
    onOutput: (stream, bytes) => {
      if (output === undefined) early.push(() => output?.[stream].write(bytes));
      else output[stream].write(bytes);
    },
  });
  const { pid } = container;
  record({ kind: 'process.started', source: 'process', worker, pid });
  const opened = (output = createOutput({
    worker,
    pid,
    record,
    secrets: secretsOf(env),
    logFile: typeof logFile === 'function' ? logFile : () => logFile,
    idsOf: options.idsOf ?? (() => []),
    watched: config.ready.log,
    budget: options.logBudget ?? createLogBudget(() => undefined),
  }));
  for (const write of early) write();

  let exit: Exit | undefined;
  let paused = false;
  const asked = { kill: false, terminate: false };
  const exited = container.exited.then((status) => {
    opened.stdout.end();
    opened.stderr.end();
    const signal = signalOf(status);
    // Asked to be killed, it may still have exited by itself the moment before.
    const requested = asked.terminate || (asked.kill && (signal === 'SIGKILL' || status === null));
    exit = { code: signal === null ? status : null, signal, requested };
    record({ kind: 'process.exited', source: 'process', worker, pid, ...exit, ...restarting(exit, options) });
    return exit;
  });

  const reported = reporting(record, worker);
  const signal = (name: NodeJS.Signals, send: () => Promise<void>): Promise<void> => {
    record({ kind: 'process.signalled', source: 'process', worker, pid, signal: name });
    return reported(send());
  };
  const kill = async (): Promise<Exit> => {
    if (exit === undefined && !asked.kill) {
      asked.kill = true;
      await signal('SIGKILL', () => container.signal('SIGKILL'));
      // A frozen container dies when it goes on.
      if (paused) await reported(container.resume());
    }
    return exited;
  };
  const resume = async (): Promise<void> => {
    if (exit !== undefined || !paused) return;
    paused = false;
    await signal('SIGCONT', () => container.resume());
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
    lastLines: opened.lastLines,
    tellLeftOut: opened.tellLeftOut,
    hasLogged: opened.hasLogged,
    kill,
    terminate: async (graceMs = config.stopGraceMs) => {
      if (exit === undefined && !asked.terminate) {
        asked.terminate = true;
        await signal('SIGTERM', () => container.signal('SIGTERM'));
        await resume();
      }
      return (await within(graceMs, exited)) ?? kill();
    },
    pause: async () => {
      if (exit !== undefined || paused) return;
      paused = true;
      await signal('SIGSTOP', () => container.pause());
    },
    resume,
    // What it starts stays within the container.
    escaped: () => [],
    owns: () => false,
    lookAround: () => undefined,
    seen: () => {
      const isAlive = exit === undefined && kernelState(pid) !== 'absent';
      const state = !isAlive ? 'absent' : paused ? 'stopped' : 'running';
      record({ kind: 'process.seen', source: 'process', worker, alive: isAlive, state });
      return state;
    },
  };
};
