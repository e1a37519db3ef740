/** A Docker engine for the tests: the one that runs, or one of our own that ends with them. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const UP_WITHIN_MS = 60_000;
const DOWN_WITHIN_MS = 30_000;

const answers = (socketPath) =>
  new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });

const running = async () => {
  const given = process.env.DOCKER_HOST ?? '';
  const socket = given.startsWith('unix://')
    ? given.slice('unix://'.length)
    : given === ''
      ? DEFAULT_SOCKET
      : undefined;
  return socket !== undefined && (await answers(socket)) ? `unix://${socket}` : undefined;
};

const isAlive = (child) => child.exitCode === null && child.signalCode === null;

const until = async (what, within, holds) => {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s for ${what}`);
    await pause(100);
  }
};

/** An engine that had a container on the host's network leaves that network's name space mounted. */
const unmountBelow = (place) => {
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${place}/`));
  for (const point of points) spawnSync('umount', [point], { stdio: 'ignore' });
};

/** Starts dockerd; what it keeps (images) stays in `folder`, everything else is removed at the end. */
const startOwn = async (folder) => {
  const data = join(folder, 'docker');
  mkdirSync(data, { recursive: true });
  // A short path: a socket's has a hundred characters.
  const place = mkdtempSync(join(tmpdir(), 'fl-docker-'));
  const socket = join(place, 'docker.sock');
  const logFile = join(place, 'log');
  const log = openSync(logFile, 'w');
  const child = spawn(
    'dockerd',
    [
      ...['-H', `unix://${socket}`, '--data-root', data, '--exec-root', join(place, 'exec')],
      // Published ports are this machine's own.
      ...['-p', join(place, 'pid'), '--ip', '127.0.0.1'],
    ],
    { stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  let failure;
  child.once('error', (error) => (failure = error));
  const stop = async () => {
    if (failure === undefined && isAlive(child)) {
      child.kill('SIGTERM');
      await until('dockerd to end', DOWN_WITHIN_MS, () => !isAlive(child)).catch(() => child.kill('SIGKILL'));
    }
    unmountBelow(place);
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until('dockerd to answer', UP_WITHIN_MS, async () => {
      if (failure !== undefined) throw failure;
      if (!isAlive(child)) throw new Error(`dockerd ended:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
      return answers(socket);
    });
  } catch (error) {
    await stop();
    const hint = 'Needed: root, and the packages docker.io and iptables; or an engine that runs, named in DOCKER_HOST.';
    throw new Error(`no Docker engine runs, and none could be started: ${error.message}\n${hint}`, { cause: error });
  }
  return { host: `unix://${socket}`, stop };
};

/** The engine's address, and how to end it if it was started here. `folder` keeps an own engine's images. */
export const openEngine = async (folder) => {
  const host = await running();
  return host === undefined ? startOwn(folder) : { host, stop: async () => undefined };
};
