/** Servers whose every answer comes after whoever asked has given up: each probe is ready in the end all the same. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Address } from '../../addresses/address.ts';
import { coordinatorAnswers } from './kafka-ready.ts';
import { setPasswords } from './postgres-ready.ts';
import { apiAnswers, createMarkProbe } from './toxiproxy-ready.ts';
import { until } from './until.ts';

/** How late every answer is, and how long the first attempt waits for it, ms. */
const LATE = 100;
const PATIENCE = 20;

/** What a server answers to what it has read; undefined: it has not read enough. */
type Answering = (read: Buffer) => Buffer | undefined;

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const serve = async (create: () => Answering): Promise<Address> => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Who has given up resets the connection.
    socket.on('error', () => undefined);
    const answering = create();
    socket.on('data', (chunk) => {
      const answer = answering(chunk);
      if (answer !== undefined) void delay(LATE).then(() => void (socket.writable && socket.write(answer)));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
};

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Length, correlation id, and no error: the error stands first in one answer, last in the other. */
const kafka = (): Answering => () => Buffer.concat([int(8), int(1), int(0)]);

const message = (type: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(type), int(body.length + 4), body]);

/** Trusts everybody, and says of every query that it is done. */
const postgres = (): Answering => {
  let begun = false;
  const ready = message('Z', Buffer.from('I'));
  return () => {
    if (begun) return Buffer.concat([message('C', Buffer.from('DONE\0')), ready]);
    begun = true;
    return Buffer.concat([message('R', int(0)), ready]);
  };
};

/** One that has the proxy until it is asked to delete it, whether or not anybody waits for the answer. */
const toxiproxy = (): (() => Answering) => {
  let there = true;
  return () => (read) => {
    const [method] = read.toString('latin1').split(' ', 1);
    const status = there ? '200 OK' : '404 Not Found';
    if (method === 'DELETE') there = false;
    return Buffer.from(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
  };
};

const PASSWORDS = { admin: 'a', worker: 'b', writer: 'c' };

test.each<[string, () => Answering, (server: Address) => (patience: number) => Promise<unknown>]>([
  ['Kafka', kafka, (server) => (patience) => coordinatorAnswers(server, patience)],
  ['PostgreSQL', postgres, (server) => (patience) => setPasswords(server, PASSWORDS, patience)],
  ['Toxiproxy, of which a proxy is deleted', toxiproxy(), (server) => createMarkProbe(server, 'mark')],
  ['Toxiproxy in a container', toxiproxy(), (server) => (patience) => apiAnswers(server, patience)],
])('%s', async (_name, answering, probeOf) => {
  const probe = probeOf(await serve(answering));
  let asked = 0;
  const counted = (patience: number): Promise<unknown> => {
    asked += 1;
    return probe(patience);
  };
  await until(counted, { what: 'it', within: 60_000, patience: PATIENCE, unless: [] });
  expect(asked).toBeGreaterThan(1);
});
