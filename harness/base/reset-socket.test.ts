import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resetSocket } from './reset-socket.ts';

let client: Socket;
let served: Socket;
const server = createServer({ allowHalfOpen: true });

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Whether a reset is seen is what single tests ask; elsewhere it is only expected.
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined);
  [served] = await accepted;
  served.on('error', () => undefined);
});

afterEach(async () => {
  client.destroy();
  served.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const errorOf = (socket: Socket): Promise<string | undefined> =>
  new Promise((resolve) => {
    socket.on('error', (error: Error & { code?: string }) => resolve(error.code));
    socket.on('close', () => resolve(undefined));
    socket.resume();
  });

it('is a reset to the other side', async () => {
  const seen = errorOf(client);
  resetSocket(served);
  await once(served, 'close');
  expect(await seen).toBe('ECONNRESET');
});

it('does not wait for what a peer that does not read will never take', async () => {
  client.pause();
  while (served.write(Buffer.alloc(1 << 20)));
  served.write(Buffer.alloc(16 << 20));
  expect(served.writableLength).toBeGreaterThan(0);
  resetSocket(served);
  await once(served, 'close');
});

const MOMENTS = {
  'at once': async () => undefined,
  'in the next tick': () => new Promise<void>((resolve) => process.nextTick(resolve)),
  'a turn later': () => new Promise<void>((resolve) => setImmediate(resolve)),
} as const;

it.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])('closes what has just been ended, %s', async (moment) => {
  const closed = once(served, 'close');
  served.end();
  await MOMENTS[moment]();
  resetSocket(served);
  resetSocket(served);
  await closed;
});

it('closes what was ended with more to write than the peer takes', async () => {
  client.pause();
  served.write(Buffer.alloc(32 << 20));
  served.end();
  resetSocket(served);
  await once(served, 'close');
});

it('closes what is ended, or is not connected yet', async () => {
  served.end();
  await once(served, 'finish');
  resetSocket(served);
  await once(served, 'close');
  const connecting = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  connecting.on('error', () => undefined);
  resetSocket(connecting);
  await once(connecting, 'close');
});
