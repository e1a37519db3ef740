import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { containerSighting, isNoContainer } from './container.ts';
import { onThisHost } from './host.ts';
import { podsSighting } from './pods.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');

test('the state of a container, as docker says it', () => {
  const seen = (state: object) => containerSighting(JSON.stringify(state), NOON);
  expect(seen({ Status: 'running', StartedAt: '2026-11-26T11:59:00.123456789Z' })).toMatchObject({
    state: 'running',
    forMs: 59_877,
  });
  expect(seen({ Status: 'running', StartedAt: 'x' })).toEqual({ state: 'running', detail: 'its container is running' });
  expect(seen({ Status: 'paused' }).state).toBe('stopped');
  expect(seen({ Status: 'exited', ExitCode: 137 })).toEqual({
    state: 'absent',
    detail: 'its container is exited (137)',
  });
  expect(seen({ Status: 'restarting' }).state).toBe('absent');
  for (const none of ['', 'null', '[]', '{"Status":7}']) expect(() => containerSighting(none, NOON)).toThrow('nothing');
  expect(isNoContainer('docker ended with 1: Error: No such container: worker')).toBe(true);
  expect(isNoContainer('docker ended with 1: Cannot connect to the Docker daemon')).toBe(false);
});

test('the containers of pods, as kubectl says them', () => {
  const seen = (...lines: string[]) => podsSighting(lines, 'app=worker', NOON);
  expect(seen('worker-1\tRunning\t2026-11-26T11:00:00Z||', 'worker-2\tRunning\t|CrashLoopBackOff|', '')).toEqual({
    state: 'running',
    detail: '1 pod of 2 with its containers running',
    forMs: 3_600_000,
  });
  expect(seen('worker-1\tRunning\t|CrashLoopBackOff|', 'worker-2\tFailed\t||OOMKilled')).toEqual({
    state: 'absent',
    detail: 'no container runs in 2 pods (CrashLoopBackOff, OOMKilled)',
  });
  expect(seen('worker-1\tPending\t|ImagePullBackOff|').state).toBe('absent');
  expect(() => seen()).toThrow('no pod fits app=worker: is that its label');
  // Which of them is the worker nobody said.
  expect(() => seen('worker-1\tRunning\t2026-11-26T11:00:00Z||\t|CrashLoopBackOff|')).toThrow('(CrashLoopBackOff)');
  for (const starting of ['worker-1\tPending', 'worker-1\tPending\t|ContainerCreating|'])
    expect(() => seen(starting)).toThrow('starting');
});

const NOT_SEEN = 'no process that is seen from here fits';

test.skipIf(process.platform !== 'linux')(
  'who asks the same at another terminal, and Faultline, is no worker',
  async () => {
    const sign = `worker-${randomUUID()}`;
    const folder = mkdtempSync(join(tmpdir(), 'faultline-host-'));
    for (const name of ['faultline.js', 'own.js'])
      writeFileSync(join(folder, name), 'process.stdout.write("up"); setInterval(() => 0, 1000)');
    const started = (name: string, ...args: string[]) =>
      spawn(process.execPath, [join(folder, name), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    const asking = [started('own.js', '--workers', `allocation-worker=${sign}`), started('faultline.js', 'up', sign)];
    const worker = started('own.js', sign);
    try {
      await Promise.all([...asking, worker].map(({ stdout }) => once(stdout, 'data')));
      // What was typed besides is nobody's business.
      expect(onThisHost(sign)).toMatchObject({
        state: 'running',
        detail: `1 process of this machine (${worker.pid} ${basename(process.execPath)} own.js)`,
      });
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      expect(() => onThisHost(sign)).toThrow(NOT_SEEN);
    } finally {
      for (const child of [...asking, worker]) child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  },
);

test.skipIf(process.platform !== 'linux')('processes of this machine, by their command lines', async () => {
  const sign = `worker-${randomUUID()}`;
  expect(() => onThisHost(sign)).toThrow(`${NOT_SEEN} ${sign}`);
  const code = 'process.stdout.write("up"); setInterval(() => 0, 1000)';
  const child = spawn(process.execPath, ['-e', code, sign], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout, 'data');
    expect(onThisHost(`node.* ${sign}$`).state).toBe('running');
    expect(onThisHost(sign).forMs).toBeLessThan(60_000);
    child.kill('SIGSTOP');
    await expect.poll(() => onThisHost(sign).state).toBe('stopped');
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
  expect(() => onThisHost(sign)).toThrow(NOT_SEEN);
});
