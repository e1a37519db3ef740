import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
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
    detail: '1 pod of 2 with a container that runs',
    forMs: 3_600_000,
  });
  expect(seen('worker-1\tRunning\t|CrashLoopBackOff|', 'worker-2\tFailed\t||OOMKilled')).toEqual({
    state: 'absent',
    detail: 'no container runs in 2 pods (CrashLoopBackOff, OOMKilled)',
  });
  expect(seen('worker-1\tPending\t|ImagePullBackOff|').state).toBe('absent');
  expect(seen()).toEqual({ state: 'absent', detail: 'no pod fits app=worker' });
  for (const starting of ['worker-1\tPending', 'worker-1\tPending\t|ContainerCreating|'])
    expect(() => seen(starting)).toThrow('starting');
});

test.skipIf(process.platform !== 'linux')('who asks the same at another terminal is no worker', async () => {
  const sign = `worker-${randomUUID()}`;
  const code = 'process.stdout.write(process.argv.join(" ")); setInterval(() => 0, 1000)';
  const started = (...args: string[]) =>
    spawn(process.execPath, ['-e', code, '--', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [asking, worker] = [started('--workers', `allocation-worker=${sign}`), started(sign)];
  try {
    await Promise.all([asking, worker].map(({ stdout }) => once(stdout, 'data')));
    expect(onThisHost(sign)).toMatchObject({ state: 'running', detail: '1 process of this machine' });
    worker.kill('SIGKILL');
    await expect.poll(() => onThisHost(sign).state).toBe('absent');
  } finally {
    for (const child of [asking, worker]) child.kill('SIGKILL');
  }
});

test.skipIf(process.platform !== 'linux')('processes of this machine, by their command lines', async () => {
  const sign = `worker-${randomUUID()}`;
  expect(onThisHost(sign)).toEqual({ state: 'absent', detail: `no process of this machine fits ${sign}` });
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', sign], { stdio: 'ignore' });
  try {
    await expect.poll(() => onThisHost(`node.* ${sign}$`).state).toBe('running');
    expect(onThisHost(sign).forMs).toBeLessThan(60_000);
    child.kill('SIGSTOP');
    await expect.poll(() => onThisHost(sign).state).toBe('stopped');
  } finally {
    child.kill('SIGKILL');
  }
  await expect.poll(() => onThisHost(sign).state).toBe('absent');
});
