import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
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
    await expect.poll(line.ended).toBe(1);
    const next = board.putThrough(at(second.port), nothingBefore);
    expect(await ask(board.port)).toBe('second');
    await expect.poll(next.ended).toBe(1);
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

/** Each makes two calls and keeps its connection, as its kind of client does. */
const KEEPING: Readonly<Record<string, (port: number) => Promise<readonly string[]>>> = {
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
    new Promise((resolve, reject) => {
      const socket = connect(at(port));
      let text = '';
      socket.once('error', reject);
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const bodies = text.match(/echo1/g) ?? [];
        if (bodies.length === 2) resolve(bodies);
      });
      const one = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1';
      socket.write(`${one}${one}`);
    }),
};

test.each(Object.entries(KEEPING))('counts requests, not connections: %s', async (_, call) => {
  const [echo, board] = await Promise.all([openEcho('echo'), openSwitchboard()]);
  try {
    const line = board.putThrough(at(echo.port), nothingBefore);
    expect(await call(board.port)).toEqual(['echo1', 'echo1']);
    await expect.poll(line.ended).toBe(2);
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
