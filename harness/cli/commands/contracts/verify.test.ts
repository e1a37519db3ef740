/** `faultline contracts verify` around a small pact and a small provider; with the stub: contracts/provider.test.ts. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStateServer, statesFrom } from '../../../pact/provider/states.ts';
import { openSmallProvider, smallPact } from '../../../pact/provider/testing/small-pact.ts';
import type { SmallProvider } from '../../../pact/provider/testing/small-pact.ts';
import type { CommandContext } from '../../context.ts';
import { runProgram } from '../../program.ts';

let folder: string;
let provider: SmallProvider | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-verify-'));
  writeFileSync(join(folder, 'small.json'), JSON.stringify(smallPact()));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

const run = async (...args: readonly string[]) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context: CommandContext = {
    io: { stdout, stderr, env: {}, cwd: folder },
    parts: {} as CommandContext['parts'],
    signals: new EventEmitter() as CommandContext['signals'],
    exitNow: () => undefined,
    random: () => 0,
    clock: () => 0,
    now: () => new Date(0),
  };
  const code = await runProgram(['contracts', 'verify', '--pacts', folder, ...args], context);
  const said = (stream: PassThrough): string => ((stream.read() as Buffer | null) ?? '').toString();
  return { code, stdout: said(stdout), stderr: said(stderr) };
};

const address = (): string => provider?.url.href ?? '';

test('without a state-url, interactions that need a state are counted as not verified', async () => {
  provider = await openSmallProvider();
  const { code, stdout } = await run('--provider-url', address());
  expect(stdout.split('\n').slice(1)).toEqual([
    '  ? a request to assign (given a trainer is free)',
    '      not verified: its provider state cannot be set; give --state-url',
    '  ? a request to assign (given no trainer is free)',
    '      not verified: its provider state cannot be set; give --state-url',
    '  ✓ a request without a student',
    '',
    '3 interactions: 1 passed, 2 not verified',
    '',
  ]);
  expect(provider.asked).toEqual(['']);
  expect(code).toBe(3);
});

test('a service that runs and pacts are enough: no configuration is read', async () => {
  provider = await openSmallProvider();
  const file = join(folder, 'faultline.config.mjs');
  writeFileSync(file, "throw new Error('it was read');");
  try {
    for (const named of [[], ['--provider', 'admin-service']]) {
      const { code, stdout } = await run('--provider-url', address(), ...named);
      expect([code, stdout]).toEqual([3, expect.stringContaining('3 interactions: 1 passed')]);
    }
    const wrong = await run('--provider-url', address(), '--provider', 'admin-srvice');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('no pact of the provider admin-srvice')]);
    // What is the stub's is the configuration's.
    expect((await run()).stderr).toContain('it was read');
    const other = { ...smallPact(), provider: { name: 'other' } };
    writeFileSync(join(folder, 'other.json'), JSON.stringify(other));
    expect((await run('--provider-url', address())).stderr).toContain('it was read');
  } finally {
    rmSync(file);
    rmSync(join(folder, 'other.json'), { force: true });
  }
});

test('states are set at the state-url, in Pact’s own words; what fails outweighs what is unknown', async () => {
  provider = await openSmallProvider({ bob: { status: 202, body: { success: true, data: { status: 'pending' } } } });
  const set: unknown[] = [];
  const done = (params: unknown) => Promise.resolve(void set.push(params));
  const states = await openStateServer(statesFrom({ 'a trainer is free': done, 'no trainer is free': done }), {
    onBegin: () => undefined,
    onTrouble: () => undefined,
  });
  try {
    const { code, stdout } = await run('--provider-url', address(), '--state-url', states.url);
    expect(set).toEqual([{ studentId: 'ada' }, { studentId: 'bob' }]);
    expect(stdout).toContain('  ✗ a request to assign (given no trainer is free)\n      $.data.id  missing\n');
    expect(stdout).toContain('3 interactions: 2 passed, 1 failed\n');
    expect(code).toBe(1);
  } finally {
    await states.close();
  }
});

test('a state-url that does not know a state fails its interactions', async () => {
  provider = await openSmallProvider();
  const states = await openStateServer(statesFrom({ 'a trainer is free': () => Promise.resolve(undefined) }), {
    onBegin: () => undefined,
    onTrouble: () => undefined,
  });
  try {
    const { code, stdout } = await run('--provider-url', address(), '--state-url', states.url);
    expect(stdout).toContain('the provider state "no trainer is free" cannot be set: the state-url answered 500');
    expect(stdout).toContain('3 interactions: 2 passed, 1 failed\n');
    expect(code).toBe(1);
  } finally {
    await states.close();
  }
});

/** A port on which nobody listens any more. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
};

test('nobody at the address: one error, exit code 4, no password shown', async () => {
  const port = await closedPort();
  const { code, stdout, stderr } = await run('--provider-url', `http://ada:hunter2@127.0.0.1:${port}`);
  expect(stderr).toContain(`admin-service cannot be reached at http://***@127.0.0.1:${port}/ (ECONNREFUSED)`);
  expect(stderr).not.toContain('hunter2');
  expect(stdout).toBe('');
  expect(code).toBe(4);
});

test('nobody at the state-url is said as well, before anything is asked', async () => {
  provider = await openSmallProvider();
  const { code, stderr } = await run(
    ...['--provider-url', address(), '--state-url', `http://127.0.0.1:${await closedPort()}`],
  );
  expect(stderr).toContain("the provider states' address cannot be reached");
  expect(provider.asked).toEqual([]);
  expect(code).toBe(4);
});

test.each([
  [['--provider-url', 'localhost:3010'], '--provider-url is no address'],
  [['--state-url', 'http://127.0.0.1:1'], '--state-url needs --provider-url'],
  [['--against', 'stub'], '--against stub needs --provider-url'],
  [['--against', 'production'], 'Allowed choices are stub'],
  [['--publish'], '--publish needs --provider-url'],
  [['--pacts', '/nowhere/at/all'], 'cannot be read (ENOENT)'],
  [['--pacts', import.meta.dirname], 'holds no pact of the provider admin-service'],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await run(...args);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test('a pact with two interactions of the same description and state is refused', async () => {
  const twice = mkdtempSync(join(folder, 'twice-'));
  writeFileSync(join(twice, 'small.json'), JSON.stringify(smallPact(smallPact().interactions.slice(0, 1))));
  const { code, stderr } = await run('--pacts', twice);
  expect(stderr).toContain('a request to assign');
  expect(code).toBe(2);
});
