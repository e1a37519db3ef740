import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FOREVER, addresses, lives, sh, useWorkers } from './testing/worker-bench.ts';
import type { WorkerProcess } from './worker.ts';

const { now, of, logged, configOf, start, script, until } = useWorkers();

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
    const { groups } = now();
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

describe.runIf(process.platform === 'linux')('processes that left the group', () => {
  /** A worker that has a program run in a session of its own, whose parent is gone; its pid is on the first line. */
  const leaving = (run: string): readonly [string, ...string[]] =>
    sh(`setsid sh -c '${run} & echo $!; exec sleep 0' ; exec sleep 60`);
  const pidOn = async (worker: WorkerProcess): Promise<number> => {
    await until('the pid of the one that left', () => worker.lastLines(1).length > 0);
    return Number(worker.lastLines(1)[0]);
  };
  const escaped = (pid: number) => ({
    worker: 'allocation-worker',
    pids: expect.arrayContaining([pid]) as number[],
    ended: true,
  });

  test.each([
    ['by the mark in their environment', 'sleep 61 >/dev/null 2>&1'],
    ['by the outputs they were given, though their environment is empty', 'env -i sleep 62'],
  ])('are ended with it, found %s', async (_, run) => {
    const worker = start(configOf(leaving(run)));
    const pid = await pidOn(worker);
    expect(lives(pid)).toBe(true);
    expect([worker.pid, pid, process.pid].map(worker.owns)).toEqual([true, true, false]);
    await worker.kill();
    expect(lives(pid)).toBe(false);
    expect(of('process.escaped')).toMatchObject([escaped(pid)]);
    expect(worker.escaped()).toContain(pid);
  });

  test('are its own by their parents, when nothing else is left of what it gave them', async () => {
    const worker = start(configOf(sh('setsid env -i sleep 65 >/dev/null 2>&1 & echo $!; wait')));
    const pid = await pidOn(worker);
    await until('it is what it will be', () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
    expect(worker.owns(pid)).toBe(true);
  });

  test('are ended when it exits by itself, as in a container', async () => {
    // Not before the other has left, and is what it will be: up to then it is of the group, and ended with that.
    const left = 'setsid sleep 63 & p=$!; echo $p; until grep -q sleep /proc/$p/comm; do :; done';
    const worker = start(configOf(sh(`${left}; exit 4`)));
    expect(await worker.exited).toMatchObject({ code: 4 });
    const pid = await pidOn(worker);
    expect(lives(pid)).toBe(false);
    expect(of('process.escaped')).toMatchObject([escaped(pid)]);
  });

  test('stand still with it, and go on with it', async () => {
    const worker = start(configOf(leaving('sleep 64 >/dev/null 2>&1')));
    const pid = await pidOn(worker);
    await worker.pause();
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) T /);
    worker.lookAround();
    expect(of('process.escaped')).toMatchObject([escaped(pid)]);
    await worker.resume();
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).not.toMatch(/\) T /);
  });

  test('what has nothing in common with it and keeps a connection on its wires is told: it is not dead', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // Started by the test itself: no worker's mark, outputs or parent.
    const [node, name = ''] = script(`import { connect } from 'node:net'; connect(${port}, '127.0.0.1'); ${FOREVER}`);
    const arrives = once(server, 'connection');
    const stranger = spawn(node, [join(now().folder, name)], { stdio: 'ignore' });
    try {
      await arrives;
      const worker = start(configOf(sh('exec sleep 60')), {
        addresses: { ...addresses, kafkaBrokers: `127.0.0.1:${port}` },
      });
      await worker.kill();
      const gone = { worker: 'allocation-worker', pids: [], ended: false };
      expect(of('process.escaped')).toMatchObject([gone]);
      worker.lookAround();
      worker.lookAround();
      expect(of('process.escaped')).toMatchObject([gone, gone]);
      expect(lives(stranger.pid ?? 0)).toBe(true);
      expect(worker.owns(stranger.pid ?? 0)).toBe(false);
    } finally {
      stranger.kill('SIGKILL');
      server.close();
    }
  });

  test('a connection of this process, and those of a worker that is paused, are nobody else’s', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const own = connect(port, '127.0.0.1');
    await once(own, 'connect');
    try {
      const worker = start(
        configOf(script(`import { connect } from 'node:net'; connect(${port}, '127.0.0.1', () => console.log('up'));`)),
        { addresses: { ...addresses, serviceUrls: { 'admin-service': `http://127.0.0.1:${port}` } } },
      );
      await until('up', () => logged().includes('up'));
      await worker.pause();
      worker.lookAround();
      await worker.kill();
      worker.lookAround();
      expect(of('process.escaped')).toEqual([]);
    } finally {
      own.destroy();
      server.close();
    }
  });
});

describe('the harness is killed', () => {
  test.runIf(process.platform === 'linux')('its workers die with it, without a reaper', async () => {
    const { folder } = now();
    const pidFile = join(folder, 'orphan.pid');
    const workers = new URL('./worker.ts', import.meta.url).pathname;
    const jiti = import.meta.resolve('jiti');
    const [node, name] = script(`
      import { createJiti } from ${JSON.stringify(jiti)};
      const { startWorker } = await createJiti(import.meta.url, { fsCache: false }).import(${JSON.stringify(workers)});
      startWorker(
        { role: 'allocation-worker', command: ['sh', '-c', 'echo $$ > ${pidFile}; exec sleep 60'], cwd: ${JSON.stringify(folder)}, env: {}, consumerGroup: 'g', ready: { timeoutMs: 1 }, misconfigured: {} },
        { addresses: { kafkaBrokers: '', databaseUrl: '', serviceUrls: {} }, record: () => 0, reaper: { addGroup() {}, removeGroup() {}, addMark() {}, removeMark() {} }, baseEnv: process.env },
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
