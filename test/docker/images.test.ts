/** Workers that come as images are started, killed, paused, restarted and judged as processes are. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openContainers } from '../../harness/environment/docker/containers.ts';
import { openTcpRelay } from '../../harness/wire/tcp-relay.ts';
import { projectWith, startFaultline } from '../support/cli.ts';
import { eventsIn, eventsOf, readJson, rowOf } from '../support/run-output.ts';
import { madeBy } from './support/engine.ts';

const CONFIG = `
  const worker = (role) => ({
    role,
    image: 'faultline-reference-workers:local',
    command: ['node', \`dist/fixtures/workers/\${role}/hardened.js\`],
    env: { FAULTLINE_RETRY_FIRST_MS: '20' },
  });
  const missing = { role: 'allocation-worker', image: 'faultline-no-such-image:0.0.0' };
  const crashing = { ...worker('allocation-worker'), command: ['node', '-e', 'console.log("not today"); process.exit(7)'] };
  export default {
    workers: {
      images: { workers: [worker('purchase-worker'), worker('allocation-worker')], quietMs: 20 },
      missing: { workers: [worker('purchase-worker'), missing] },
      crashing: { workers: [worker('purchase-worker'), crashing] },
    },
  };`;

/** For what must come about, ms: long, so that a busy machine changes nothing. */
const PATIENCE_MS = 300_000;

/** Each takes another way through the supervision: nothing, pause and resume, kill, restart, an exit of its own. */
const SCENARIOS = ['healthy', 'worker-hung', 'worker-killed-mid-call', 'worker-down', 'topic-missing'];

it.each(['docker', 'embedded'])('in the %s environment', { timeout: 400_000 }, async (environment) => {
  const cwd = projectWith({ 'faultline.config.mjs': CONFIG });
  const args = ['run', ...SCENARIOS, '--env', environment, '--seed', '7', '--json', 'run.json'];
  const run = startFaultline(args, { cwd, timeoutMs: PATIENCE_MS });
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(0);
  const document = readJson(join(cwd, 'run.json'));
  expect(document.totals).toEqual({ passed: SCENARIOS.length, failed: 0, unknown: 0 });
  const history = (scenario: string) => eventsIn(rowOf(document, scenario).runDir);

  const hung = eventsOf(history('worker-hung'), 'process.signalled').map(({ worker, signal }) => `${worker} ${signal}`);
  expect(hung).toEqual(expect.arrayContaining(['allocation-worker SIGSTOP', 'allocation-worker SIGCONT']));
  const exits = eventsOf(history('worker-killed-mid-call'), 'process.exited');
  expect(exits).toContainEqual(expect.objectContaining({ worker: 'allocation-worker', code: null, signal: 'SIGKILL' }));
  // What they print is recorded and tied to the payment, and their own exit codes are known.
  const lines = SCENARIOS.flatMap((name) => eventsOf(history(name), 'process.log'));
  expect(lines.some(({ correlationId }) => correlationId !== undefined)).toBe(true);
  const own = eventsOf(history('topic-missing'), 'process.exited').filter(({ requested }) => !requested);
  for (const { code: status, signal } of own) expect([status, signal]).toEqual([1, null]);
  expect(madeBy(run.pid)).toEqual([]);
});

it('an image that is nowhere is one clear error, and nothing is left', async () => {
  const cwd = projectWith({ 'faultline.config.mjs': CONFIG });
  const run = startFaultline(['run', 'healthy', '--workers', 'missing', '--env', 'docker'], {
    cwd,
    timeoutMs: PATIENCE_MS,
  });
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(4);
  expect(stderr).toContain('the image faultline-no-such-image:0.0.0 of allocation-worker is not on this machine');
  expect(stderr).toContain('docker pull faultline-no-such-image:0.0.0');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(madeBy(run.pid)).toEqual([]);
});

it('one that exits before it is ready is named with its exit code and its last lines', async () => {
  const cwd = projectWith({ 'faultline.config.mjs': CONFIG });
  const run = startFaultline(['run', 'healthy', '--workers', 'crashing', '--env', 'docker'], {
    cwd,
    timeoutMs: PATIENCE_MS,
  });
  const { stdout, stderr } = await run.ended;
  expect(stdout + stderr).toContain('allocation-worker exited with code 7 before it was ready');
  expect(stdout + stderr).toContain('not today');
  expect(madeBy(run.pid)).toEqual([]);
});

it('a relay for containers serves those of its run, and none of another', async () => {
  const [ours, theirs] = [
    await openContainers(process.env, () => undefined),
    await openContainers(process.env, () => undefined),
  ];
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  const told: string[] = [];
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const relay = await openTcpRelay({
      worker: 'w',
      upstream: 'postgres',
      target: () => ({ host: '127.0.0.1', port }),
      host: ours.harness,
      served: { networks: ours.harness.networks },
      record: (event) => (event.kind === 'trial.harness-error' ? told.push(event.message) : 0),
    });
    const script = `require('node:net').connect(${relay.address.port}, '${relay.address.host}')
      .on('data', (bytes) => { console.log(String(bytes)); process.exit(); })
      .on('error', ({ code }) => console.log(code)).write('hello');`;
    const saidIn = async (containers: typeof ours): Promise<string> => {
      const said: Buffer[] = [];
      const running = await containers.run({
        name: 'asking',
        image: 'faultline-reference-workers:local',
        command: ['node', '-e', script],
        env: {},
        onOutput: (_, bytes) => said.push(bytes),
      });
      await running.exited;
      return Buffer.concat(said).toString().trim();
    };
    try {
      expect([await saidIn(ours), told]).toEqual(['hello', []]);
      expect([await saidIn(theirs), told]).toEqual([
        expect.stringMatching(/^E(?:CONNRESET|PIPE)$/),
        [expect.stringMatching(/somebody at [\d.]+ connected/)],
      ]);
    } finally {
      await relay.close();
    }
  } finally {
    server.close();
    await Promise.all([ours.close(), theirs.close()]);
  }
});
