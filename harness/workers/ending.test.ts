import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FOREVER, lives, sh, useWorkers } from './testing/worker-bench.ts';
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
