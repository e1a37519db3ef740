/** For tests only: worker processes in a folder of their own, what they are recorded to do, and their end after each test. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { WorkerConfig } from '../../config/types.ts';
import type { EventKind, NewEvent } from '../../history/events.ts';
import { startWorker } from '../worker.ts';
import type { StartWorkerOptions, WorkerProcess } from '../worker.ts';

export const addresses = {
  kafkaBrokers: '127.0.0.1:1',
  databaseUrl: 'postgres://worker:hunter22x@127.0.0.1:2/db',
  serviceUrls: { 'admin-service': 'http://127.0.0.1:3' },
};

export const sh = (content: string): readonly [string, ...string[]] => ['sh', '-c', content];

/** What keeps a script from ending. */
export const FOREVER = 'setInterval(() => {}, 1000);';

/** Whether the process is there and no zombie. */
export const lives = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Long, for a machine that is busy with other things. */
const UNTIL_MS = 20_000;

/** Registers the hooks; what a worker did is there as soon as a test runs. */
export const useWorkers = () => {
  let folder = '';
  let events: NewEvent[] = [];
  let groups = new Set<number>();
  let started: WorkerProcess[] = [];
  let scripts = 0;
  vi.setConfig({ testTimeout: 2 * UNTIL_MS });
  beforeAll(() => {
    // The worker reports its directory as the kernel names it.
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-workers-')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    events = [];
    groups = new Set();
    started = [];
  });
  afterEach(() => Promise.all(started.map((process) => process.kill())));

  const record = (event: NewEvent): number => events.push(event);
  const of = <K extends EventKind>(kind: K): NewEvent<K>[] =>
    events.filter((event) => event.kind === kind) as unknown as NewEvent<K>[];
  return {
    /** Where workers run, what was recorded of them, and the process groups that the reaper knows. */
    now: () => ({ folder, events, groups }),
    record,
    of,
    logged: (): string[] => of('process.log').map((event) => event.line),
    configOf: (command: readonly [string, ...string[]], more: Partial<WorkerConfig> = {}): WorkerConfig => ({
      role: 'allocation-worker',
      command,
      cwd: folder,
      env: {},
      consumerGroup: 'trainer-allocation-workers',
      ready: { timeoutMs: 5000 },
      stopGraceMs: 5000,
      restart: 'on-success',
      misconfigured: {},
      ...more,
    }),
    start: (config: WorkerConfig, more: Partial<StartWorkerOptions> = {}): WorkerProcess => {
      const process = startWorker(config, {
        addresses,
        record,
        reaper: {
          addGroup: (pid) => void groups.add(pid),
          removeGroup: (pid) => void groups.delete(pid),
          addMark: () => undefined,
          removeMark: () => undefined,
        },
        baseEnv: { PATH: globalThis.process.env['PATH'] },
        ...more,
      });
      started.push(process);
      return process;
    },
    /** The command that runs a script of that content. */
    script: (content: string, name = `worker-${(scripts += 1)}.mjs`): readonly [string, ...string[]] => {
      writeFileSync(join(folder, name), content);
      return [process.execPath, name];
    },
    /** Waits for a condition, and fails saying what it waited for. */
    until: async (what: string, condition: () => boolean): Promise<void> => {
      const deadline = performance.now() + UNTIL_MS;
      while (!condition()) {
        if (performance.now() > deadline)
          throw new Error(`waited ${UNTIL_MS} ms for ${what}; events: ${JSON.stringify(events)}`);
        await delay(2);
      }
    },
  };
};
