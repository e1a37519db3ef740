import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { peerOf } from './peer.ts';

const onLinux = process.platform === 'linux';
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const end of open.splice(0).reverse()) end();
});

/** Gives the next connection to a server at `host`, and its port. */
const serve = async (host = '127.0.0.1'): Promise<{ readonly port: number; next(): Promise<Socket> }> => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    next: async () => {
      const [socket] = (await once(server, 'connection')) as [Socket];
      open.push(() => socket.destroy());
      return socket.on('error', () => undefined);
    },
  };
};

test.runIf(onLinux)('a program of our own, by either family of addresses', async () => {
  const { port, next } = await serve();
  for (const host of ['127.0.0.1', '::ffff:127.0.0.1']) {
    const accepted = next();
    const client = connect({ host, port });
    open.push(() => client.destroy());
    expect(peerOf(await accepted)).toMatchObject({ uid: process.geteuid?.() });
  }
});

test.runIf(onLinux)('one that has let go of its connection cannot be asked, whatever it sent', async () => {
  const { port, next } = await serve();
  const accepted = next();
  const program = spawn('bash', ['-c', `echo hello > /dev/tcp/127.0.0.1/${port}`]);
  const [socket] = await Promise.all([accepted, once(program, 'exit')]);
  expect(peerOf(socket)).toBe('gone');
});

test.runIf(onLinux && process.geteuid?.() === 0)('a program of somebody else’s', async () => {
  const { port, next } = await serve();
  const accepted = next();
  const program = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`], { uid: 65534, gid: 65534 });
  open.push(() => program.kill('SIGKILL'));
  expect(peerOf(await accepted)).toMatchObject({ uid: 65534 });
});

const ENDS = { localAddress: '127.0.0.1', localPort: 80, remoteAddress: '127.0.0.1', remotePort: 255 };
const table = (...rows: string[]): string => ['  sl  local_address', ...rows, ''].join('\n');
const LISTENING = ' 0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 11 1 0 100';
const row = (local: string, remote: string, state: string, inode: number): string =>
  ` 1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1001  0 ${inode} 1 0`;
const HERE = '0100007F:0050';
const THERE = '0100007F:00FF';

test.each([
  ['is told', [LISTENING, row(HERE, THERE, '01', 12), row(THERE, HERE, '01', 13)], { uid: 1001, inode: '13' }],
  ['has ended its half', [LISTENING, row(THERE, HERE, '04', 13)], { uid: 1001, inode: '13' }],
  ['has let go of it', [LISTENING, row(THERE, HERE, '05', 0)], 'gone'],
  ['has closed it long ago', [LISTENING, row(THERE, HERE, '06', 0)], 'gone'],
  ['is not there', [LISTENING, row(HERE, THERE, '08', 12)], 'gone'],
  ['is told where the table misses the listener', [row(THERE, HERE, '01', 13)], { uid: 1001, inode: '13' }],
  ['cannot be told where the table has not even the listener', [row(HERE, THERE, '01', 12)], 'untold'],
] as const)('a peer that %s', (_, rows, peer) => {
  expect(peerOf(ENDS, (name) => (name === 'tcp' ? table(...rows) : table()))).toEqual(peer);
});

test('a line that one look misses, as the table changes while it is read, is there at the next', () => {
  const looks = [table(row(HERE, THERE, '01', 12)), table(LISTENING, row(THERE, HERE, '01', 13))];
  const read = (name: string): string => (name === 'tcp' ? (looks.shift() ?? '') : table());
  expect(peerOf(ENDS, read)).toEqual({ uid: 1001, inode: '13' });
});

test('a table that cannot be read for want of files says nothing of whose it is', () => {
  const read = (): string => {
    throw new Error('EMFILE: too many open files');
  };
  expect(() => peerOf(ENDS, read)).toThrow('EMFILE');
});

test('one in a container, whose network is another', () => {
  const ends = { ...ENDS, remoteAddress: '198.51.100.7' };
  expect(peerOf(ends, () => table(LISTENING))).toBe('untold');
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  // One that has let go of its connection is no container's for that.
  if (outside !== undefined)
    expect(peerOf({ ...ENDS, remoteAddress: outside.address }, () => table(LISTENING))).toBe('gone');
});

test('where nothing is told, and of a connection that is closed', () => {
  expect(peerOf(ENDS, () => '')).toBe('untold');
  expect(peerOf({}, () => table(LISTENING))).toBe('gone');
});
