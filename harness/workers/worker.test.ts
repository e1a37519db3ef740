import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WorkerConfig } from '../config/types.ts';
import type { EventKind, NewEvent } from '../history/events.ts';
import { startWorker, waitReady } from './worker.ts';
import type { StartWorkerOptions, WorkerProcess } from './worker.ts';

let folder: string;
beforeAll(() => {
  // The worker reports its directory as the kernel names it.
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-workers-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

let events: NewEvent[];
let groups: Set<number>;
let started: WorkerProcess[];
beforeEach(() => {
  events = [];
  groups = new Set();
  started = [];
});
afterEach(() => Promise.all(started.map((process) => process.kill())));

const record = (event: NewEvent): number => events.push(event);
const of = <K extends EventKind>(kind: K): NewEvent<K>[] =>
  events.filter((event) => event.kind === kind) as unknown as NewEvent<K>[];
const logged = (): string[] => of('process.log').map((event) => event.line);

const addresses = {
  kafkaBrokers: '127.0.0.1:1',
  databaseUrl: 'postgres://worker:hunter22x@127.0.0.1:2/db',
  adminServiceUrl: 'http://127.0.0.1:3',
};

const configOf = (command: readonly [string, ...string[]], more: Partial<WorkerConfig> = {}): WorkerConfig => ({
  role: 'allocation-worker',
  command,
  cwd: folder,
  env: {},
  consumerGroup: 'trainer-allocation-workers',
  ready: { timeoutMs: 5000 },
  misconfigured: {},
  ...more,
});

const start = (config: WorkerConfig, more: Partial<StartWorkerOptions> = {}): WorkerProcess => {
  const process = startWorker(config, {
    addresses,
    record,
    reaper: { addGroup: (pid) => void groups.add(pid), removeGroup: (pid) => void groups.delete(pid) },
    baseEnv: { PATH: globalThis.process.env['PATH'] },
    ...more,
  });
  started.push(process);
  return process;
};

let scripts = 0;
const script = (content: string, name = `worker-${(scripts += 1)}.mjs`): readonly [string, ...string[]] => {
  writeFileSync(join(folder, name), content);
  return [process.execPath, name];
};
const sh = (content: string): readonly [string, ...string[]] => ['sh', '-c', content];

/** Long, for a machine that is busy with other things. */
const UNTIL_MS = 20_000;
vi.setConfig({ testTimeout: 2 * UNTIL_MS });

/** Waits for a condition, and fails saying what it waited for. */
const until = async (what: string, condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + UNTIL_MS;
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`waited ${UNTIL_MS} ms for ${what}; events: ${JSON.stringify(events)}`);
    await delay(2);
  }
};

const lives = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const FOREVER = 'setInterval(() => {}, 1000);';

describe('starting', () => {
  test('cwd, arguments and the environment, in its order of precedence', async () => {
    const [node, name] = script(
      'console.log(JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), env: process.env }))',
    );
    const config = configOf([node, name ?? '', 'a b', '$HOME'], {
      env: { OWN: 'own', BASE: 'own', EXTRA: 'own', DATABASE_URL: 'mine' },
    });
    await start(config, {
      baseEnv: { PATH: '/usr/bin', BASE: 'base', INHERITED: 'base', GONE: undefined, KAFKA_BROKERS: 'base' },
      extraEnv: { EXTRA: 'extra' },
      record: (event) => (event.kind === 'process.log' ? events.push(event) : 0),
    }).exited;
    const line = JSON.parse(logged()[0] ?? '') as { cwd: string; args: string[]; env: Record<string, string> };
    expect(line.cwd).toBe(folder);
    expect(line.args).toEqual(['a b', '$HOME']);
    expect(line.env).toMatchObject({
      INHERITED: 'base',
      OWN: 'own',
      BASE: 'own',
      EXTRA: 'extra',
      KAFKA_BROKERS: addresses.kafkaBrokers,
      DATABASE_URL: 'postgres://***@127.0.0.1:2/db',
      POSTGRES_URL: 'postgres://***@127.0.0.1:2/db',
      ADMIN_SERVICE_URL: addresses.adminServiceUrl,
      PYTHONUNBUFFERED: '1',
    });
    expect(line.env).not.toHaveProperty('GONE');
  });

  test('start and exit are recorded, in order; the reaper knows the group while it lives', async () => {
    const process = start(configOf(sh('echo last words; exit 3')));
    expect(groups).toEqual(new Set([process.pid]));
    expect(process.state).toBe('running');
    expect(await process.exited).toEqual({ code: 3, signal: null, requested: false });
    expect(events.map((event) => event.kind)).toEqual(['process.started', 'process.log', 'process.exited']);
    expect(of('process.exited')[0]).toMatchObject({ worker: 'allocation-worker', pid: process.pid, code: 3 });
    expect(process.state).toBe('exited');
    expect(process.exit).toMatchObject({ code: 3 });
    expect(groups.size).toBe(0);
  });

  test('a group of its own', async () => {
    const process = start(configOf(script(`console.log('up'); ${FOREVER}`)));
    await until('a line', () => logged().length > 0);
    const [, , group] = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect(Number(group)).toBe(process.pid);
  });

  test.each([
    ['a program that is not there', ['no-such-program', 'x'], {}, 'its command was not found: no-such-program'],
    ['a file that is not there', ['./nowhere.sh'], {}, 'its command was not found: ./nowhere.sh'],
    [
      'a directory that is not there',
      ['node', 'x.js'],
      { cwd: '/no/such/place' },
      'its working directory does not exist',
    ],
  ] as const)('%s: the error names command and cwd', (_, command, more, message) => {
    const config = configOf(command as unknown as [string], more);
    const expected = `allocation-worker: ${message}\n  command: ${command.join(' ')}\n  cwd: ${config.cwd}`;
    expect(() => start(config)).toThrow(expect.objectContaining({ code: 'worker', message: expected }));
    expect(events).toEqual([]);
  });

  test('a file that is not executable', () => {
    script('', 'plain.sh');
    expect(() => start(configOf(['./plain.sh']))).toThrow(`${join(folder, 'plain.sh')} is not executable`);
  });
});

describe('output', () => {
  test('both streams, line by line, into history and log, without credentials', async () => {
    const logFile = join(folder, 'both.log');
    await start(
      configOf(sh('echo "$DATABASE_URL and hunter22x"; echo "API_TOKEN=abcdefgh" >&2; printf "no end"'), {
        env: { API_TOKEN: 'abcdefgh' },
      }),
      { logFile },
    ).exited;
    expect(
      of('process.log')
        .map(({ stream, line }) => `${stream}: ${line}`)
        .toSorted(),
    ).toEqual(['stderr: API_TOKEN=***', 'stdout: no end', 'stdout: postgres://***@127.0.0.1:2/db and ***']);
    const log = readFileSync(logFile, 'utf8');
    expect(log.split('\n').toSorted()).toEqual(['', ...logged()].toSorted());
  });

  test('the log file may change while it runs; one that cannot be written is recorded once', async () => {
    let file: string | undefined = join(folder, 'first.log');
    const process = start(
      configOf(
        script(
          `process.on('SIGUSR2', () => { console.log('two'); console.log('three'); }); console.log('one'); ${FOREVER}`,
        ),
      ),
      { logFile: () => file },
    );
    await until('one', () => logged().includes('one'));
    file = join(folder, 'no', 'such', 'folder.log');
    globalThis.process.kill(process.pid, 'SIGUSR2');
    await until('three', () => logged().includes('three'));
    expect(readFileSync(join(folder, 'first.log'), 'utf8')).toMatch(/one\n$/);
    expect(of('trial.harness-error').map((event) => event.message)).toEqual([
      expect.stringContaining('the log of allocation-worker cannot be written: ENOENT'),
    ]);
  });

  test('the correlation id that a line mentions', async () => {
    const known = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
    await start(configOf(sh(`echo "allocated ${known}"; echo nothing`)), {
      idsOf: (line) => (line.includes(known) ? [known, 'second'] : []),
    }).exited;
    expect(of('process.log').map((event) => event.correlationId)).toEqual([known, undefined]);
  });

  test('garbage harms nobody: binary data and a line of 20 MB', async () => {
    const process = start(
      configOf(
        script(`process.stdout.write(Buffer.from([0xff, 0, 1, 0xfe, 10]));
          process.stdout.write('x'.repeat(20_000_000) + '\\nafter\\n');`),
      ),
    );
    expect(await process.exited).toMatchObject({ code: 0 });
    const lines = logged();
    expect(lines).toHaveLength(3);
    expect(lines[1]?.length).toBeLessThan(17_000);
    expect(lines[1]).toMatch(/… \(cut: 20000000 characters\)$/);
    expect(lines[2]).toBe('after');
    expect(process.lastLines(1)).toEqual(['after']);
    expect(process.lastLines(0)).toEqual([]);
  });

  test('an exit is not held up by somebody outside the group who keeps the output open', async () => {
    const pidFile = join(folder, 'outsider.pid');
    const process = start(configOf(sh(`setsid sh -c 'echo $$ > ${pidFile}; exec sleep 60' & sleep 0.2; echo bye`)));
    await process.exited;
    const outsider = Number(readFileSync(pidFile, 'utf8'));
    expect(lives(outsider)).toBe(true);
    globalThis.process.kill(outsider, 'SIGKILL');
    expect(logged()).toEqual(['bye']);
  });
});

describe('ending', () => {
  /** A worker with a child of its own, which ignores SIGTERM; both pids on its first line. */
  const family = (more = ''): readonly [string, ...string[]] => {
    const [, child] = script(`process.on('SIGTERM', () => {}); ${FOREVER}`);
    return script(`import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, [${JSON.stringify(child)}], { stdio: 'ignore' });
      ${more}
      console.log(String(child.pid)); ${FOREVER}`);
  };
  const childOf = async (process: WorkerProcess): Promise<number> => {
    await until('the pid of its child', () => process.lastLines(1).length > 0);
    return Number(process.lastLines(1)[0]);
  };

  test('kill ends the process and what it started, and is recorded as requested', async () => {
    const process = start(configOf(family()));
    const child = await childOf(process);
    expect(lives(child)).toBe(true);
    const [exit, again] = await Promise.all([process.kill(), process.kill()]);
    expect(exit).toEqual({ code: null, signal: 'SIGKILL', requested: true });
    expect(again).toBe(exit);
    expect(lives(process.pid)).toBe(false);
    expect(lives(child)).toBe(false);
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGKILL']);
    expect(of('process.exited')[0]).toMatchObject({ requested: true });
    expect(await process.kill()).toBe(exit);
    expect(groups.size).toBe(0);
  });

  test('kill works on a paused process and its children', async () => {
    const process = start(configOf(family()));
    const child = await childOf(process);
    process.pause();
    expect(await process.kill()).toMatchObject({ signal: 'SIGKILL', requested: true });
    expect(lives(child)).toBe(false);
  });

  test('what it started does not outlive an exit of its own', async () => {
    const process = start(configOf(family('setTimeout(() => process.exit(7), 100);')));
    const child = await childOf(process);
    expect(await process.exited).toEqual({ code: 7, signal: null, requested: false });
    expect(lives(child)).toBe(false);
  });

  test('a process that died by itself the moment before was not ended by us', async () => {
    const process = start(configOf(sh('exit 5')));
    // The exit event is delivered by the event loop, which stands still here until the process is a zombie.
    while (lives(process.pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    expect(process.seen()).toBe('absent');
    expect(await process.kill()).toEqual({ code: 5, signal: null, requested: false });
  });

  test('terminate lets it finish', async () => {
    const process = start(
      configOf(
        script(
          `process.on('SIGTERM', () => { console.log('finishing'); process.exit(0); }); console.log('up'); ${FOREVER}`,
        ),
      ),
    );
    await until('up', () => logged().includes('up'));
    expect(await process.terminate()).toEqual({ code: 0, signal: null, requested: true });
    expect(logged()).toEqual(['up', 'finishing']);
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGTERM']);
  });

  test('terminate kills what does not finish within the grace', async () => {
    const process = start(
      configOf(script(`process.on('SIGTERM', () => console.log('no')); console.log('up'); ${FOREVER}`)),
    );
    await until('up', () => logged().includes('up'));
    expect(await process.terminate(200)).toEqual({ code: null, signal: 'SIGKILL', requested: true });
    expect(logged()).toContain('no');
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGTERM', 'SIGKILL']);
  });

  test('terminate wakes a paused process', async () => {
    const process = start(configOf(script(`console.log('up'); ${FOREVER}`)));
    await until('up', () => logged().includes('up'));
    process.pause();
    expect(await process.terminate(5000)).toMatchObject({ signal: 'SIGTERM', requested: true });
  });
});

describe('pausing', () => {
  test('stands still, counts as alive, and goes on', async () => {
    const process = start(configOf(script(`let n = 0; setInterval(() => console.log(String(n++)), 2);`)));
    await until('a line', () => logged().length > 3);
    expect(process.seen()).toBe('running');
    process.pause();
    expect(process.state).toBe('stopped');
    expect(process.seen()).toBe('stopped');
    // What was written before the stop may still be in the pipe.
    await delay(20);
    const before = logged().length;
    await delay(100);
    expect(logged().length).toBe(before);
    process.resume();
    expect(process.state).toBe('running');
    await until('a further line', () => logged().length > before);
    expect(process.seen()).toBe('running');
    await process.kill();
    expect(process.seen()).toBe('absent');
    expect(of('process.seen').map(({ alive, state }) => `${alive} ${state}`)).toEqual([
      'true running',
      'true stopped',
      'true running',
      'false absent',
    ]);
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGSTOP', 'SIGCONT', 'SIGKILL']);
  });

  test('repeating it, or doing it to a dead process, does nothing', async () => {
    const process = start(configOf(sh('sleep 60')));
    process.resume();
    process.pause();
    process.pause();
    process.resume();
    await process.kill();
    process.pause();
    process.resume();
    expect(process.state).toBe('exited');
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGSTOP', 'SIGCONT', 'SIGKILL']);
  });
});

describe('getting ready', () => {
  const never = async (): Promise<boolean> => false;
  const always = async (): Promise<boolean> => true;

  test('as soon as the group is stable', async () => {
    const process = start(configOf(sh('sleep 60')));
    let asked = 0;
    await waitReady(process, { isGroupReady: async () => (asked += 1) === 3, record });
    expect(asked).toBe(3);
    expect(of('process.ready')[0]).toMatchObject({ worker: 'allocation-worker', pid: process.pid });
    expect(of('process.ready')[0]?.tookMs).toBeGreaterThan(0);
  });

  test('a line of output besides, also when it came long ago', async () => {
    const flag = join(folder, 'go');
    const process = start(
      configOf(sh(`echo 'consumer joined'; i=0; while [ $i -lt 1500 ]; do echo $i; i=$((i+1)); done; sleep 60`), {
        ready: { log: 'joined', timeoutMs: 5000 },
      }),
    );
    await until('all lines', () => logged().length === 1501);
    await waitReady(process, { isGroupReady: always, record });
    const late = start(configOf(sh(`while [ ! -e ${flag} ]; do sleep 0.01; done; echo at last; sleep 60`)));
    const waiting = waitReady(late, { isGroupReady: always, record, log: 'at last' });
    await delay(60);
    expect(of('process.ready')).toHaveLength(1);
    writeFileSync(flag, '');
    await waiting;
    expect(of('process.ready')).toHaveLength(2);
  });

  test('an early exit is an error with the code and the last lines', async () => {
    const process = start(configOf(sh('echo "Error: REDIS_URL is missing" >&2; exit 1')));
    const waiting = waitReady(process, { isGroupReady: () => new Promise(() => {}), record });
    await expect(waiting).rejects.toMatchObject({
      code: 'worker',
      message:
        'allocation-worker exited with code 1 before it was ready. The last lines it wrote:\n  Error: REDIS_URL is missing',
    });
    expect(of('process.ready')).toEqual([]);
    expect(events.at(-1)?.kind).toBe('process.exited');
  });

  test('too late is an error that says what it waited for', async () => {
    const process = start(configOf(sh('echo starting; sleep 60'), { ready: { log: 'joined', timeoutMs: 100 } }));
    await until('starting', () => logged().includes('starting'));
    await expect(waitReady(process, { isGroupReady: never, record })).rejects.toMatchObject({
      code: 'worker',
      message:
        'allocation-worker was not ready after 100 ms. Waited for a line that contains "joined" (not seen), and its consumer group ' +
        'trainer-allocation-workers to be stable with it as a member (not asked yet). The last lines it wrote:\n  starting',
    });
    const asking = waitReady(process, {
      isGroupReady: () => Promise.reject(new Error('no coordinator')),
      record,
      log: 'start',
    });
    await expect(asking).rejects.toThrow('(could not be asked: no coordinator)');
    const hanging = waitReady(process, {
      isGroupReady: () => new Promise(() => {}),
      record,
      log: 'start',
      timeoutMs: 50,
    });
    await expect(hanging).rejects.toThrow('was not ready after 50 ms');
    expect(process.state).toBe('running');
  });
});

describe('the harness is killed', () => {
  test.runIf(process.platform === 'linux')('its workers die with it, without a reaper', async () => {
    const pidFile = join(folder, 'orphan.pid');
    const workers = new URL('./worker.ts', import.meta.url).pathname;
    const jiti = import.meta.resolve('jiti');
    const [node, name] = script(`
      import { createJiti } from ${JSON.stringify(jiti)};
      const { startWorker } = await createJiti(import.meta.url, { fsCache: false }).import(${JSON.stringify(workers)});
      startWorker(
        { role: 'allocation-worker', command: ['sh', '-c', 'echo $$ > ${pidFile}; exec sleep 60'], cwd: ${JSON.stringify(folder)}, env: {}, consumerGroup: 'g', ready: { timeoutMs: 1 }, misconfigured: {} },
        { addresses: { kafkaBrokers: '', databaseUrl: '', adminServiceUrl: '' }, record: () => 0, reaper: { addGroup() {}, removeGroup() {} }, baseEnv: process.env },
      );
      ${FOREVER}`);
    const harness = start(configOf([node, name ?? '']));
    await until('the orphan-to-be', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const orphan = Number(readFileSync(pidFile, 'utf8'));
    expect(lives(orphan)).toBe(true);
    await harness.kill();
    await until('the orphan to die', () => !lives(orphan));
  });
});
