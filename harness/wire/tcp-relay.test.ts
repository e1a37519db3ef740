import { spawn, spawnSync } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PART_MARK } from '../base/child-env.ts';
import type { NewEvent } from '../history/events.ts';
import { openTcpRelay } from './tcp-relay.ts';
import type { Served } from './strangers.ts';
import type { Stages, TcpRelay } from './tcp-relay.ts';

let server: Server;
let relay: TcpRelay;
let events: NewEvent[];
let sockets: Socket[];

/** Opens a relay in front of a server that treats its connections so. */
const open = async (serve: (socket: Socket) => void, stages?: Stages, served: Served = {}): Promise<void> => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => undefined));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  relay = await openTcpRelay({
    worker: 'w',
    upstream: 'postgres',
    target: () => ({ host: '127.0.0.1', port }),
    record: (event) => events.push(event),
    served,
    ...(stages === undefined ? {} : { stages: () => stages }),
  });
};

const dial = (): Socket => {
  const socket = connect({ ...relay.address, allowHalfOpen: true }).on('error', () => undefined);
  sockets.push(socket);
  return socket;
};

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.on('close', () => resolve()));

const until = async (what: () => boolean): Promise<void> => {
  const end = performance.now() + 5000;
  while (!what()) {
    if (performance.now() > end) throw new Error(`waited 5 s for ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

const kinds = (): string[] => events.map((event) => event.kind);

beforeEach(() => {
  events = [];
  sockets = [];
});

afterEach(async () => {
  await relay.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it('takes no more from one side than the other takes, and loses nothing', async () => {
  const total = 64 << 20;
  await open((socket) => socket.end(Buffer.alloc(total)));
  const client = dial().pause();
  let before = -1;
  // It has stopped when nothing has moved for a while.
  await until(() => {
    const now = relay.traffic().bytesDown;
    const stopped = now > 0 && now === before;
    before = now;
    return stopped;
  });
  expect(relay.traffic().bytesDown).toBeLessThan(total / 2);
  let got = 0;
  client.on('data', (chunk: Buffer) => (got += chunk.length)).resume();
  await once(client, 'end');
  expect(got).toBe(total);
  expect(relay.traffic()).toEqual({ bytesUp: 0, bytesDown: total });
});

it('passes the end of one direction on and leaves the other open', async () => {
  await open((socket) => {
    socket.resume().on('end', () => socket.end('goodbye'));
  });
  const client = dial();
  client.end('hello');
  let got = '';
  client.on('data', (chunk: Buffer) => (got += chunk.toString()));
  await once(client, 'end');
  expect(got).toBe('goodbye');
  expect(kinds()).toEqual(['wire.connected']);
});

it('passes a reset on, in both directions', async () => {
  let served: Socket | undefined;
  await open((socket) => {
    served = socket;
    socket.write('x');
  });
  const codeOf = (socket: Socket): Promise<unknown> =>
    new Promise((resolve) => socket.on('error', (error: Error & { code?: string }) => resolve(error.code)).resume());
  const first = dial();
  await once(first, 'data');
  const firstEnd = codeOf(first);
  served!.resetAndDestroy();
  expect(await firstEnd).toBe('ECONNRESET');

  const second = dial();
  await once(second, 'data');
  const servedEnd = codeOf(served!);
  second.resetAndDestroy();
  expect(await servedEnd).toBe('ECONNRESET');
  expect(kinds()).toEqual(['wire.connected', 'wire.connected']);
});

it.runIf(process.platform === 'linux')(
  'refuses by itself while the upstream is away, and announces the host it was given',
  async () => {
    await open((socket) => socket.resume());
    await relay.close();
    let away = true;
    const { port } = server.address() as AddressInfo;
    relay = await openTcpRelay({
      worker: 'w',
      upstream: 'postgres',
      target: () => (away ? null : { host: '127.0.0.1', port }),
      host: { listen: '127.0.0.2', reach: 'localhost' },
      record: (event) => events.push(event),
    });
    expect(relay.address.host).toBe('localhost');
    const through = (): Socket => {
      const socket = connect({ host: '127.0.0.2', port: relay.address.port }).on('error', () => undefined);
      sockets.push(socket);
      return socket;
    };
    await closed(through());
    expect(kinds()).toEqual(['wire.connected', 'wire.refused']);
    away = false;
    const served = sockets.length;
    through();
    await until(() => sockets.length > served + 1);
    expect(kinds()).toEqual(['wire.connected', 'wire.refused', 'wire.connected']);
  },
);

it('records a refusal when the upstream closes before any byte, not when the worker does or spoke first', async () => {
  await open((socket) => void socket.destroy());
  const refused = dial();
  await closed(refused);
  expect(kinds()).toEqual(['wire.connected', 'wire.refused']);
  await relay.close();
  await new Promise((resolve) => server.close(resolve));

  events = [];
  await open((socket) => socket.resume().on('end', () => socket.end()));
  const gone = dial();
  await until(() => sockets.length >= 3);
  gone.end();
  await closed(gone.resume());
  await relay.close();
  await new Promise((resolve) => server.close(resolve));

  await open((socket) => socket.on('data', () => socket.destroy()));
  const spoke = dial();
  spoke.write('a request the server does not like');
  await once(spoke.resume(), 'end');
  expect(kinds()).toEqual(['wire.connected', 'wire.connected']);
});

it('sends on what the stages make of the bytes; one that throws ends the connection and is told', async () => {
  const stages: Stages = {
    up: (chunk) => [chunk, Buffer.from('!')],
    down: (chunk) => {
      if (chunk.includes('bad')) throw new Error('an answer that cannot be read');
      return [Buffer.from(chunk.toString().toUpperCase())];
    },
  };
  await open((socket) => socket.pipe(socket), stages);
  const client = dial();
  client.write('good');
  let got = '';
  client.on('data', (chunk: Buffer) => (got += chunk.toString()));
  await until(() => got === 'GOOD!');
  client.write('bad');
  await closed(client);
  expect(events.at(-1)).toEqual({
    kind: 'trial.harness-error',
    source: 'trial',
    message: 'relay of w to postgres: an answer that cannot be read',
  });
});

it('closes connections whatever state they are in', async () => {
  await open((socket) => {
    if (sockets.length % 2 === 0) socket.write(Buffer.alloc(8 << 20));
    else socket.end();
  });
  const clients = [dial(), dial().pause(), dial(), dial()];
  await until(() => events.length >= clients.length);
  clients[0]!.end();
  clients[2]!.write(Buffer.alloc(8 << 20));
  clients[2]!.end();
  await relay.closeConnections();
  const again = dial();
  await once(again, 'connect');
  await relay.close();
  await expect(once(connect(relay.address), 'connect')).rejects.toThrow('ECONNREFUSED');
});

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.platform === 'linux' && process.geteuid?.() === 0;

/** Opens a relay for the user's own programs, or these of them, to a server that echoes; gives what that has heard. */
const openForOwn = async (served: Served = {}): Promise<() => string> => {
  const heard: Buffer[] = [];
  await open((socket) => socket.on('data', (bytes: Buffer) => socket.write((heard.push(bytes), bytes))), undefined, {
    ...served,
    ownOnly: true,
  });
  return () => Buffer.concat(heard).toString();
};

it('serves programs of the user who runs the harness', async () => {
  const heard = await openForOwn();
  const client = dial();
  client.write('hello');
  expect(String((await once(client, 'data'))[0])).toBe('hello');
  expect([heard(), kinds()]).toEqual(['hello', ['wire.connected']]);
});

/** Starts a program that says something through the relay; gives what it was answered when it has ended. */
const say = async (what: string, by: SpawnOptions = {}): Promise<string> => {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${relay.address.port} && { echo ${what} >&3; head -n 1 <&3; }`;
  const program = spawn('bash', ['-c', script], { ...by, stdio: ['ignore', 'pipe', 'ignore'] });
  const said: Buffer[] = [];
  program.stdout!.on('data', (bytes: Buffer) => said.push(bytes));
  await once(program, 'close');
  return Buffer.concat(said).toString().trim();
};

const onLinux = it.runIf(process.platform === 'linux');

onLinux('serves no program that a run starts for itself, as Toxiproxy is: anybody makes it connect', async () => {
  const heard = await openForOwn();
  expect(await say('hello')).toBe('hello');
  expect(await say('stolen', { env: { ...process.env, [PART_MARK]: '/dev/shm/faultline-x/toxiproxy.log' } })).toBe('');
  expect(heard()).toBe('hello\n');
  expect(events.slice(1)).toEqual([
    expect.objectContaining({ kind: 'trial.harness-error', message: expect.stringContaining('made a proxy') }),
  ]);
});

onLinux('serves what a worker has started, and no other program of the same user’s', async () => {
  const isWorkers = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes('THE=worker');
    } catch {
      return false;
    }
  };
  let trial = {};
  const heard = await openForOwn({ isWorkers, trial: () => trial });
  expect(await say('hello', { env: { ...process.env, THE: 'worker' } })).toBe('hello');
  const told = (): number => events.filter(({ kind }) => kind === 'trial.harness-error').length;
  for (const times of [1, 1]) {
    expect(await say('stolen')).toBe('');
    expect(told()).toBe(times);
  }
  trial = {};
  expect(await say('stolen')).toBe('');
  expect(told()).toBe(2);
  expect(heard()).toBe('hello\n');
  expect(events.at(-1)).toMatchObject({ message: expect.stringContaining('that no worker started') });
});

// Only root may start a program as somebody else.
it.runIf(isRoot)(
  'serves no other user where that is said: nothing passes, and nothing of it is the worker’s',
  async () => {
    const heard = await openForOwn();
    for (let times = 0; times < 2; times += 1) expect(await say('stolen', NOBODY)).toBe('');
    expect(heard()).toBe('');
    expect(events).toEqual([
      expect.objectContaining({ kind: 'trial.harness-error', message: expect.stringContaining('of the user 65534') }),
    ]);
    expect(relay.lastActivity()).toBeUndefined();
  },
);

it.runIf(isRoot)(
  'passes nothing of what somebody sends and hangs up before he can be told, and takes it for nobody’s doing',
  async () => {
    const heard = await openForOwn();
    // Nothing runs here meanwhile: the connection is taken when its program is gone.
    spawnSync('bash', ['-c', `echo stolen > /dev/tcp/127.0.0.1/${relay.address.port}`], NOBODY);
    await until(() => kinds().length > 0);
    expect(kinds()).toEqual(['wire.unattributed']);
    expect(relay.lastActivity()).toBeUndefined();
    const client = dial();
    client.write('hello');
    expect(String((await once(client, 'data'))[0])).toBe('hello');
    expect(heard()).toBe('hello');
    expect(kinds()).toEqual(['wire.unattributed', 'wire.connected']);
  },
);
