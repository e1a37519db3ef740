import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openBrokerConnection } from './broker-connection.ts';
import type { KafkaRequest } from './request.ts';

/** Answers every request a little later with its correlation id and one byte, and then makes a file that says so; without a file's name, never. */
const BROKER = `
  const server = require('node:net').createServer((socket) => socket.on('data', (frame) => {
    const answer = Buffer.concat([Buffer.from([0, 0, 0, 5]), frame.subarray(8, 12), Buffer.from([7])]);
    const file = process.argv[1];
    const write = () => socket.write(answer, () => require('node:fs').writeFileSync(file + frame.readInt32BE(8), ''));
    if (file) setTimeout(write, 300);
  }));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

const oneByte: KafkaRequest<number> = {
  api: 'ApiVersions',
  version: 0,
  body: Buffer.alloc(0),
  decode: (reader) => reader.int8(),
};

const withBroker = async (file: string, ask: (port: number) => Promise<void>): Promise<void> => {
  const broker = spawn(process.execPath, ['-e', BROKER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(broker.stdout as Readable, 'data')) as [Buffer];
    await ask(Number(line.toString()));
  } finally {
    broker.kill('SIGKILL');
  }
};

const TIMEOUT_MS = 2_000;
const BLOCKED_AT_MOST_MS = 30_000;

/** Nothing else runs here until it holds, and its time is over. */
const block = (ms: number, until: () => boolean): void => {
  const begin = performance.now();
  const passed = (): number => performance.now() - begin;
  while (passed() < ms || (!until() && passed() < BLOCKED_AT_MOST_MS));
};

test('an answer that came while nothing ran here is read, however long that was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-broker-'));
  const answered = join(folder, 'answered-');
  try {
    await withBroker(answered, async (port) => {
      const connection = openBrokerConnection({ address: { host: '127.0.0.1', port }, timeoutMs: TIMEOUT_MS });
      try {
        // Connected and asked once: what follows is about the answer alone.
        await expect(connection.send(oneByte)).resolves.toBe(7);
        const answer = connection.send(oneByte);
        await new Promise((sent) => setTimeout(sent, 10));
        // Timers are what runs next then, before anything is read.
        await new Promise((checked) => setImmediate(checked));
        block(TIMEOUT_MS + 100, () => existsSync(`${answered}2`));
        await expect(answer).resolves.toBe(7);
      } finally {
        connection.close();
      }
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('one that does not come is given up', () =>
  withBroker('', async (port) => {
    const connection = openBrokerConnection({ address: { host: '127.0.0.1', port }, timeoutMs: 200 });
    try {
      await expect(connection.send(oneByte)).rejects.toThrow('no answer within 200 ms');
    } finally {
      connection.close();
    }
  }));
