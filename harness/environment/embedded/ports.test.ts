import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { expect, test } from 'vitest';
import { reservePort } from './ports.ts';

const listenOn = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server));
  });

test('a port is held until it is released', async () => {
  const { port, release } = await reservePort();
  await expect(listenOn(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await release();
  const server = await listenOn(port);
  await new Promise((closed) => server.close(closed));
});

const firstOfConnections = (): number => {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return 0;
  }
};

// Where connections are given nearly every port there is no room below.
test.runIf(firstOfConnections() > 24_000)('no connection is given one that was reserved', async () => {
  const first = firstOfConnections();
  const reserved = await Promise.all(Array.from({ length: 20 }, reservePort));
  expect(new Set(reserved.map(({ port }) => port)).size).toBe(20);
  for (const { port, release } of reserved) {
    expect(port).toBeLessThan(first);
    await release();
  }
});
