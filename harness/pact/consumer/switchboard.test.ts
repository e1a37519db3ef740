import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openSwitchboard } from './switchboard.ts';

const openEcho = async (text: string) => {
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

const at = (port: number) => ({ host: '127.0.0.1', port });

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
    const next = board.putThrough(at(second.port), () => Promise.resolve());
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
