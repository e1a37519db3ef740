import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSealedServer, newKey, seal, sealedStream } from './sealed-socket.ts';

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const end of open.splice(0).reverse()) end();
});

/** Takes sealed connections of the key, and hears of each. */
const serve = async (
  key: Buffer,
  onSealed: (sealed: Socket, raw: Socket) => void,
  more: { readonly mostUnproven?: number } = {},
): Promise<AddressInfo> => {
  const server = createServer(createSealedServer({ key, onSealed, onRefused: () => undefined, ...more }));
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address() as AddressInfo;
};

// Only Linux has all of 127.0.0.0/8.
test.runIf(process.platform === 'linux')('two clients of one port at different addresses are told apart', async () => {
  const key = newKey();
  const pairs: string[] = [];
  const { port } = await serve(key, (sealed, raw) => {
    open.push(() => raw.destroy());
    pairs.push(`${sealed.remoteAddress} ${raw.remoteAddress}`);
    sealed.end();
  });
  const dial = async (localAddress: string, localPort?: number): Promise<Socket> => {
    const from = { host: '127.0.0.1', port, localAddress, ...(localPort === undefined ? {} : { localPort }) };
    const raw = connect(from).on('error', () => undefined);
    open.push(() => raw.destroy());
    await once(raw, 'connect');
    return raw;
  };
  const first = await dial('127.0.0.2');
  const second = await dial('127.0.0.3', first.localPort);
  expect(second.localPort).toBe(first.localPort);
  for (const raw of [first, second]) await once(seal(raw, key).resume(), 'end');
  expect(pairs).toEqual(['127.0.0.2 127.0.0.2', '127.0.0.3 127.0.0.3']);
});

test('a client that makes its connection by itself has one, however late it asks', async () => {
  const key = newKey();
  const { port } = await serve(key, (sealed) => sealed.pipe(sealed));
  for (const late of [false, true]) {
    const stream = sealedStream({ host: '127.0.0.1', port }, key);
    open.push(() => stream.destroy());
    if (late) await once(stream, 'connect');
    const connected = once(stream, 'connect');
    stream.connect(1, 'nowhere');
    await connected;
    stream.write('hello');
    expect(String((await once(stream, 'data'))[0])).toBe('hello');
  }
});

test('of those that prove nothing the oldest make room, and none that has proven it has the key', async () => {
  const key = newKey();
  const { port } = await serve(key, (sealed) => sealed.pipe(sealed), { mostUnproven: 2 });
  const dial = (): Socket => {
    const raw = connect(port, '127.0.0.1').on('error', () => undefined);
    open.push(() => raw.destroy());
    return raw;
  };
  const ours = seal(dial(), key);
  await once(ours, 'secureConnect');
  const first = dial();
  await once(first, 'connect');
  const others = [dial(), dial()];
  await once(first.resume(), 'close');
  ours.write('still here');
  expect(String((await once(ours, 'data'))[0])).toBe('still here');
  expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false]);
});
