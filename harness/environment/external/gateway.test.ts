import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
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
    guarded: true,
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

test('only what begins with the secret of the run gets to the server', async () => {
  const { gateway, refused, reached } = await guard();
  const { host, port, secret } = gateway.address;
  const dial = (): Socket => {
    const socket = connect({ host, port });
    open.push(() => socket.destroy());
    return socket;
  };
  expect(secret).toHaveLength(32);
  const wrong = Buffer.from(secret!);
  wrong[31]! ^= 1;
  expect(await say(dial(), Buffer.concat([wrong, Buffer.from('hello')]))).toBeUndefined();
  expect(await say(dial(), Buffer.alloc(64))).toBeUndefined();
  expect(reached()).toBe(0);
  expect(refused).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('not part of the run')));
  expect(await say(dial(), Buffer.concat([secret!, Buffer.from('hello')]))).toBe('hello');
  expect(reached()).toBe(1);
});

test('a secret is one run’s', async () => {
  const [one, other] = [await guard(), await guard()];
  expect(one.gateway.address.secret).not.toEqual(other.gateway.address.secret);
});
