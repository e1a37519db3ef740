import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { LiveSettings } from '../../config/types.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { readAll } from './read-all.ts';

const read = (settings: LiveSettings, signal: AbortSignal) =>
  readAll({
    pipeline: shippedPipeline,
    settings,
    bytesPerSecond: 1_000_000,
    since: undefined,
    ripeMs: 30_000,
    progress: () => undefined,
    signal,
  });

const NOWHERE: LiveSettings = { kafka: undefined, postgres: undefined };

it('what nobody waits for any more is not told', async () => {
  const ending = new AbortController();
  expect((await read(NOWHERE, ending.signal)).unread).toContain('no address of a database was given');
  const reason = new Error('Ctrl-C');
  const reading = read(NOWHERE, ending.signal);
  ending.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await expect(read(NOWHERE, ending.signal)).rejects.toBe(reason);
});

it('a server that says nothing is not waited for either', async () => {
  const sockets: Socket[] = [];
  const ending = new AbortController();
  const reason = new Error('Ctrl-C');
  const silent = createServer((socket) => {
    sockets.push(socket);
    ending.abort(reason);
  });
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const host = '127.0.0.1';
  const postgres = {
    host,
    port,
    user: 'onlooker',
    password: '',
    database: 'app',
    tls: undefined,
    plaintext: true,
  };
  await expect(read({ ...NOWHERE, postgres }, ending.signal)).rejects.toBe(reason);
  // It was not given up because it was late.
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false]);
  for (const socket of sockets) socket.destroy();
  silent.close();
});
