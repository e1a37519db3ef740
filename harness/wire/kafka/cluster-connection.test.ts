import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { expect, test } from 'vitest';
import { openClusterConnection } from './cluster-connection.ts';
import type { KafkaRequest } from './request.ts';

/** Brokers that answer every request with its correlation id and one byte, and how many connections stood at them together. */
const openBrokers = async (count: number) => {
  const servers: Server[] = [];
  let open = 0;
  let most = 0;
  for (let i = 0; i < count; i += 1) {
    const server = createServer((socket) => {
      most = Math.max(most, (open += 1));
      socket.once('end', () => (open -= 1));
      socket.on('error', () => undefined);
      socket.on('data', (frame) =>
        socket.write(Buffer.concat([Buffer.from([0, 0, 0, 5]), frame.subarray(8, 12), Buffer.from([i])])),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
  const nodes = new Map(
    servers.map((server, i) => [i, { host: '127.0.0.1', port: (server.address() as AddressInfo).port }]),
  );
  return { nodes, most: () => most, close: () => servers.forEach((server) => void server.close()) };
};

const ofEvery: KafkaRequest<readonly number[]> = {
  api: 'ApiVersions',
  version: 0,
  body: Buffer.alloc(0),
  decode: (reader) => [reader.int8()],
  route: { to: 'every broker', join: (answers) => answers.flat() },
};

test.each([
  // One that is being ended may still stand where the next one begins.
  [2, 3],
  [undefined, 5],
])('a connection stands to at most %s brokers at once', async (mostOpen, most) => {
  const brokers = await openBrokers(5);
  const connection = openClusterConnection({
    nodes: brokers.nodes,
    ...(mostOpen === undefined ? {} : { mostOpen }),
  });
  try {
    for (let i = 0; i < 3; i += 1) expect(await connection.send(ofEvery)).toEqual([0, 1, 2, 3, 4]);
    expect(brokers.most()).toBeLessThanOrEqual(most);
    if (mostOpen === undefined) expect(brokers.most()).toBe(5);
  } finally {
    connection.close();
    brokers.close();
  }
});
