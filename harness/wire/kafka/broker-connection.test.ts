import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openBrokerConnection } from './broker-connection.ts';
import type { KafkaRequest } from './request.ts';

/** Answers every request after so many ms, with its correlation id and one byte; never: without an end. */
const BROKER = `
  const server = require('node:net').createServer((socket) => socket.on('data', (frame) => {
    const answer = Buffer.concat([Buffer.from([0, 0, 0, 5]), frame.subarray(8, 12), Buffer.from([7])]);
    if (process.argv[1] !== 'never') setTimeout(() => socket.write(answer), Number(process.argv[1]));
  }));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

const oneByte: KafkaRequest<number> = {
  api: 'ApiVersions',
  version: 0,
  body: Buffer.alloc(0),
  decode: (reader) => reader.int8(),
};

const withBroker = async (answersAfter: string, ask: (port: number) => Promise<void>): Promise<void> => {
  const broker = spawn(process.execPath, ['-e', BROKER, answersAfter], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(broker.stdout as Readable, 'data')) as [Buffer];
    await ask(Number(line.toString()));
  } finally {
    broker.kill('SIGKILL');
  }
};

test('an answer that came while nothing ran here is read, however long that was', () =>
  withBroker('50', async (port) => {
    const connection = openBrokerConnection({ address: { host: '127.0.0.1', port }, timeoutMs: 400 });
    try {
      // Connected and asked once: what follows is about the answer alone.
      await expect(connection.send(oneByte)).resolves.toBe(7);
      const answer = connection.send(oneByte);
      await new Promise((sent) => setTimeout(sent, 10));
      // Timers are what runs next then, before anything is read.
      await new Promise((checked) => setImmediate(checked));
      for (const until = performance.now() + 600; performance.now() < until;);
      await expect(answer).resolves.toBe(7);
    } finally {
      connection.close();
    }
  }));

test('one that does not come is given up', () =>
  withBroker('never', async (port) => {
    const connection = openBrokerConnection({ address: { host: '127.0.0.1', port }, timeoutMs: 200 });
    try {
      await expect(connection.send(oneByte)).rejects.toThrow('no answer within 200 ms');
    } finally {
      connection.close();
    }
  }));
