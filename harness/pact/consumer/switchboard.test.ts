import { execFile, spawnSync } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it, test } from 'vitest';
import { openSwitchboard } from './switchboard.ts';

const openEcho = async (text: string) => {
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => response.end(`${text}${body}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

const at = (port: number) => ({ host: '127.0.0.1', port });
const nothingBefore = () => Promise.resolve();

const ask = async (port: number): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  return response.text();
};

it('puts callers through to whoever has the line, after what must be true first', async () => {
  const [first, second, board] = await Promise.all([openEcho('first'), openEcho('second'), openSwitchboard()]);
  const ready: string[] = [];
  try {
    await expect(ask(board.port)).rejects.toThrow();
    const line = board.putThrough(at(first.port), async () => void ready.push('first'));
    expect([await ask(board.port), ready]).toEqual(['first', ['first']]);
    await expect.poll(line.ended, { timeout: 60_000 }).toBe(1);
    const next = board.putThrough(at(second.port), nothingBefore);
    expect(await ask(board.port)).toBe('second');
    await expect.poll(next.ended, { timeout: 60_000 }).toBe(1);
    expect(line.ended()).toBe(1);
    board.putThrough(at(second.port), () => Promise.reject(new Error('the row could not be written')));
    await expect(ask(board.port)).rejects.toThrow();
    board.hangUp();
    await expect(ask(board.port)).rejects.toThrow();
  } finally {
    await board.close();
    first.close();
    second.close();
  }
});

interface Said {
  write(text: string): void;
  /** So many of them have been read. */
  until(text: string, times: number): Promise<void>;
}

const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\n';
const ONE = `${HEAD}content-length: 1\r\n\r\n1`;

/** Bodies that came back on one connection on which `say` has spoken. */
const said = async (port: number, say: (said: Said) => Promise<void>, bodies = 2): Promise<readonly string[]> => {
  const socket = connect(at(port));
  let text = '';
  let broken: Error | undefined;
  socket.once('error', (error) => (broken = error));
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const until = async (wanted: string, times: number): Promise<void> => {
    while (text.split(wanted).length <= times) {
      if (broken !== undefined) throw broken;
      if (socket.readableEnded) throw new Error(`it ended after ${text}`);
      await setImmediate();
    }
  };
  try {
    await say({ write: (part) => void socket.write(part), until });
    await until('echo1', bodies);
    return text.match(/echo1/g) ?? [];
  } finally {
    socket.destroy();
  }
};

/** Each makes two calls, and keeps its connection or takes two, as its kind of client does. */
const CLIENTS: Readonly<Record<string, (port: number) => Promise<readonly string[]>>> = {
  fetch: async (port) => {
    const call = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '1' })).text();
    return [await call(), await call()];
  },
  'an agent': async (port) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const call = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const sent = request({ ...at(port), method: 'POST', agent }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve(text));
        });
        sent.once('error', reject);
        sent.end('1');
      });
    return [await call(), await call()];
  },
  pipelining: (port) =>
    said(port, async ({ write }) => {
      const one = `${HEAD}content-length: 1\r\n\r\n1`;
      write(`${one}${one}`);
    }),
  'head and body apart, as Python’s http.client': (port) =>
    said(port, async ({ write, until }) => {
      for (const nth of [1, 2]) {
        write(`${HEAD}accept-encoding: identity\r\ncontent-length: 1\r\n\r\n`);
        await setImmediate();
        write('1');
        await until('echo1', nth);
      }
    }),
  'a body in chunks': (port) =>
    said(port, async ({ write, until }) => {
      for (const nth of [1, 2]) {
        write(`${HEAD}transfer-encoding: chunked\r\n\r\n1\r\n1\r\n`);
        await setImmediate();
        write('0\r\n\r\n');
        await until('echo1', nth);
      }
    }),
  'one that asks first, as curl and Java do with a large body': (port) =>
    said(port, async ({ write, until }) => {
      for (const nth of [1, 2]) {
        write(`${HEAD}expect: 100-continue\r\ncontent-length: 1\r\n\r\n`);
        await until('HTTP/1.1 100', nth);
        write('1');
        await until('echo1', nth);
      }
    }),
  'HTTP/1.0 that keeps its connection': (port) =>
    said(port, async ({ write, until }) => {
      for (const nth of [1, 2]) {
        write(`${HEAD.replace('1.1', '1.0')}connection: keep-alive\r\ncontent-length: 1\r\n\r\n1`);
        await until('echo1', nth);
      }
    }),
  'a connection each, at once': async (port) =>
    (await Promise.all([1, 2].map(() => said(port, async ({ write }) => write(ONE), 1)))).flat(),
  'byte by byte': (port) =>
    said(port, async ({ write, until }) => {
      for (const nth of [1, 2]) {
        for (const sign of `${HEAD}content-length: 1\r\n\r\n1`) {
          write(sign);
          await setImmediate();
        }
        await until('echo1', nth);
      }
    }),
};

/** A real one, where there is any. */
const PYTHON = `
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
for _ in range(2):
    connection.request('POST', '/', body='1')
    print(connection.getresponse().read().decode())
`;
const hasPython = spawnSync('python3', ['-c', '']).status === 0;

test.each(Object.entries(CLIENTS))('counts requests, not connections: %s', async (_, call) => {
  const [echo, board] = await Promise.all([openEcho('echo'), openSwitchboard()]);
  try {
    const line = board.putThrough(at(echo.port), nothingBefore);
    expect(await call(board.port)).toEqual(['echo1', 'echo1']);
    await expect.poll(line.ended, { timeout: 60_000 }).toBe(2);
  } finally {
    await board.close();
    echo.close();
  }
});

test.runIf(hasPython)('counts requests, not connections: Python', async () => {
  const [echo, board] = await Promise.all([openEcho('echo'), openSwitchboard()]);
  try {
    const line = board.putThrough(at(echo.port), nothingBefore);
    const { stdout } = await promisify(execFile)('python3', ['-c', PYTHON, String(board.port)]);
    expect(stdout).toBe('echo1\necho1\n');
    await expect.poll(line.ended, { timeout: 60_000 }).toBe(2);
  } finally {
    await board.close();
    echo.close();
  }
});

it('lets a connection that was kept through to whoever has the line next', async () => {
  const [first, second, board] = await Promise.all([openEcho('first'), openEcho('second'), openSwitchboard()]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ ...at(board.port), agent }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      });
      sent.once('error', reject);
      sent.end();
    });
  try {
    board.putThrough(at(first.port), nothingBefore);
    expect(await call()).toBe('first');
    board.hangUp();
    board.putThrough(at(second.port), nothingBefore);
    expect(await call()).toBe('second');
    board.hangUp();
    await expect(call()).rejects.toThrow();
  } finally {
    agent.destroy();
    await board.close();
    first.close();
    second.close();
  }
});
