/** What can be wrong with an engine: each is one clear error with a way out. */
import { chmodSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPart } from '../../harness/environment/docker/part.ts';
import { openPremises } from '../../harness/environment/docker/premises.ts';
import type { Premises } from '../../harness/environment/docker/premises.ts';
import { IMAGES } from '../../harness/environment/docker/images.ts';
import { faultline, projectWith, temporaryFolder } from '../support/cli.ts';
import type { CliOptions, Ended } from '../support/cli.ts';

/** For what must come about, ms: long, so that a busy machine changes nothing. */
const PATIENCE_MS = 300_000;

const run = (options: CliOptions, environment = 'docker'): Promise<Ended> =>
  faultline(['run', 'no-trainer-free', '--env', environment], {
    cwd: projectWith({}),
    timeoutMs: PATIENCE_MS,
    ...options,
  });

/** One message, no stack. */
const expectError = ({ code, stdout, stderr }: Ended, ...texts: readonly string[]): void => {
  expect(code, stdout + stderr).toBe(4);
  for (const text of texts) expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/\n\s+at /);
};

it('no engine: nobody at the socket, or no socket', async () => {
  const folder = await temporaryFolder();
  const missing = join(folder, 'none.sock');
  expectError(
    await run({ env: { DOCKER_HOST: `unix://${missing}` } }),
    `no Docker engine answers at ${missing} (there is no such socket)`,
    'start Docker',
  );
  expectError(
    await run({ env: { DOCKER_HOST: 'tcp://127.0.0.1:1' } }),
    'no Docker engine answers at 127.0.0.1:1 (nobody listens there)',
  );
});

it('an engine on another machine is refused: its containers cannot reach the workers', async () => {
  expectError(await run({ env: { DOCKER_HOST: 'tcp://192.0.2.1:2375' } }), 'an engine on another machine');
});

it('auto without an engine and without Java says what to install', async () => {
  const bin = await temporaryFolder();
  symlinkSync(process.execPath, join(bin, 'node'));
  const env = {
    PATH: bin,
    JAVA_HOME: undefined,
    FAULTLINE_HOME: await temporaryFolder(),
    DOCKER_HOST: `unix://${join(bin, 'none.sock')}`,
  };
  const ended = await run({ env }, 'auto');
  expectError(
    ended,
    'no environment can be started here:',
    'java is not on the PATH',
    'docker: no Docker engine answers',
  );
  expect(ended.stderr).toMatch(/Java 17/);
});

it('auto without Java takes the engine', async () => {
  const bin = await temporaryFolder();
  symlinkSync(process.execPath, join(bin, 'node'));
  const env = { PATH: bin, JAVA_HOME: undefined, FAULTLINE_HOME: await temporaryFolder() };
  const { code, stdout, stderr } = await run({ env }, 'auto');
  expect(code, stdout + stderr).toBe(0);
  expect(stdout + stderr).toContain('docker environment: Kafka');
});

let premises: Premises;
beforeAll(async () => {
  premises = await openPremises(process.env, () => undefined);
});
afterAll(() => premises.end());

const part = { name: 'Toxiproxy', image: IMAGES.toxiproxy, command: [], env: {}, memory: [] } as const;

it('a port that somebody has taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  const ports = [{ container: 8474, host: port }];
  await expect(startPart(premises, { ...part, role: 'port-taken', ports })).rejects.toThrow(
    /Toxiproxy could not be started: its port was taken by another program/,
  );
  server.close();
});

it('an image that is nowhere', async () => {
  const image = 'ghcr.io/shopify/toxiproxy:0.0.0-none';
  await expect(startPart(premises, { ...part, role: 'no-image', image, ports: [] })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining(`the image ${image} of Toxiproxy is not on this machine`) as string,
    hint: expect.stringContaining(`docker pull ${image}`) as string,
  });
});

it('a container that ends at once is named with what it said', async () => {
  const failing = startPart(premises, {
    name: 'PostgreSQL',
    role: 'ends',
    image: IMAGES.postgres,
    command: ['postgres', '-c', 'no_such_setting=1'],
    env: { POSTGRES_PASSWORD: 'x' },
    ports: [],
    memory: ['/var/lib/postgresql'],
  });
  await expect(failing.then(({ died }) => died)).rejects.toThrow(/PostgreSQL ended by itself[^]*no_such_setting/);
});

/** Root may use every socket: an ordinary user's process is needed. */
it.runIf(process.getuid?.() === 0)('no permission on the socket', async () => {
  const folder = await temporaryFolder();
  chmodSync(folder, 0o755);
  const socket = join(folder, 'closed.sock');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o000);
  const { engineObstacle } = await import('../../harness/environment/docker/engine.ts');
  process.seteuid?.(65534);
  const obstacle = await engineObstacle({ DOCKER_HOST: `unix://${socket}` }).finally(() => process.seteuid?.(0));
  server.close();
  expect(obstacle).toEqual({
    why: `no permission to use the Docker socket ${socket}`,
    wayOut: expect.stringContaining('group docker') as string,
  });
});
