import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readExactly } from './upstream.ts';

const open: (() => unknown)[] = [];
afterEach(() => {
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
