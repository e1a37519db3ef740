import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { resetSocket } from '../../base/reset-socket.ts';
import { seal } from '../../base/sealed-socket.ts';
import { openGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { openSocket } from './upstream.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** A server that says what it hears, and how many have reached it. */
const startEcho = async () => {
  let reached = 0;
  const server = createServer((socket) => {
    reached += 1;
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { address: { host: '127.0.0.1', port }, reached: () => reached };
};

const guard = async (): Promise<{ gateway: Gateway; refused: string[]; reached: () => number }> => {
  const echo = await startEcho();
  const refused: string[] = [];
  const gateway = await openGateway({
    sealed: true,
    open: async (_client, opened) => {
      const socket = await openSocket(echo.address);
      opened(socket);
      return socket;
    },
    onRefused: ({ message }) => void refused.push(message),
  });
  open.push(() => gateway.close());
  return { gateway, refused, reached: echo.reached };
};

/** What comes back, or nothing when the connection ends first. */
const say = (socket: Socket, bytes: Buffer): Promise<string | undefined> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('data', (answer) => resolve(answer.toString()));
    socket.on('close', () => resolve(undefined));
    socket.write(bytes);
  });

/** TLS may answer in clear that it does not understand: an alert, of some version, two bytes long, that is fatal. */
const isAlert = (answer: string): boolean => /^\x15\x03[^]\0\x02\x02[^]$/u.test(answer);

test('only who has the key of the run gets to the server', async () => {
  const { gateway, refused, reached } = await guard();
  const { host, port, key } = gateway.address;
  const dial = (): Socket => {
    const socket = connect({ host, port });
    open.push(() => socket.destroy());
    return socket;
  };
  expect(key).toHaveLength(32);
  const wrong = Buffer.from(key!);
  wrong[31]! ^= 1;
  const hello = Buffer.from('hello');
  expect(await say(seal(dial(), wrong), hello)).toBeUndefined();
  expect(await say(seal(dial(), Buffer.alloc(32)), hello)).toBeUndefined();
  expect(await say(dial(), hello)).toBeUndefined();
  // What it never sends is no password either. By chance it begins like a record, which is waited for to its end.
  const inClear = await say(dial(), Buffer.concat([key!, hello, Buffer.alloc(65_536)]));
  expect(inClear === undefined || isAlert(inClear)).toBe(true);
  const data = await say(dial(), Buffer.from([23, 3, 3, 0, 5, ...hello]));
  expect(data).toSatisfy(isAlert);
  expect(reached()).toBe(0);
  expect(refused).toEqual(Array.from({ length: 5 }, () => expect.stringContaining('not part of the run')));
  expect(await say(seal(dial(), key!), hello)).toBe('hello');
  expect(reached()).toBe(1);
});

test('who goes away before that has shown nothing, and is not told of', async () => {
  const { gateway, refused, reached } = await guard();
  const { host, port, key } = gateway.address;
  const socket = connect({ host, port });
  await new Promise((resolve) => socket.once('connect', resolve));
  resetSocket(socket);
  const sealed = seal(connect({ host, port }), key!);
  expect(await say(sealed, Buffer.from('hello'))).toBe('hello');
  expect([refused, reached()]).toEqual([[], 1]);
});

test('a broken connection to the server is one for the client', async () => {
  const server = createServer((socket) => socket.once('data', () => resetSocket(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const gateway = await openGateway({
    sealed: true,
    open: async (_client, opened) => {
      const socket = await openSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
      opened(socket);
      return socket;
    },
    onRefused: () => undefined,
  });
  open.push(() => gateway.close());
  const { host, port, key } = gateway.address;
  const client = seal(connect({ host, port }), key!);
  const error = new Promise<NodeJS.ErrnoException>((resolve) => client.once('error', resolve));
  client.write('hello');
  expect((await error).code).toBe('ECONNRESET');
});

test('a key is one gateway’s', async () => {
  const [one, other] = [await guard(), await guard()];
  expect(one.gateway.address.key).not.toEqual(other.gateway.address.key);
});
