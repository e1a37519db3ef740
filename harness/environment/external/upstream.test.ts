import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, test, vi } from 'vitest';
import { openSocket, readExactly, secure } from './upstream.ts';

const open: (() => unknown)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of open.splice(0)) end();
});

/** Both ends of a connection. */
const connected = async (): Promise<readonly [Socket, Socket]> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const there = await new Promise<Socket>((resolve) => server.once('connection', resolve));
  open.push(
    () => server.close(),
    () => here.destroy(),
    () => there.destroy(),
  );
  return [here, there];
};

/** Many turns of the event loop: nothing comes of them while something keeps the process to itself. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 100; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('waiting for the rest of some bytes leaves the process to others', async () => {
  const [here, there] = await connected();
  const reading = readExactly(here, 6);
  there.write('abc');
  while (here.bytesRead < 3) await turns();
  await turns();
  there.write('defg');
  expect((await reading).toString()).toBe('abcdef');
  expect((await readExactly(here, 1)).toString()).toBe('g');
});

test('what ends too early is an error, whenever it is asked', async () => {
  const [here, there] = await connected();
  const reading = readExactly(here, 6);
  there.end('abc');
  await expect(reading).rejects.toThrow('closed');
  await expect(readExactly(here, 1)).rejects.toThrow('closed');
});

test('a certificate that nobody vouches for is refused, whatever a variable says', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const server = createTlsServer({ cert, key }, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const socket = await openSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  open.push(() => socket.destroy());
  const none = { ca: undefined, servername: undefined, cert: undefined, key: undefined };
  await expect(secure(socket, 'localhost', none)).rejects.toThrow(/self.signed/);
});
