import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import type { Peer } from '../base/peer.ts';
import { createDoor } from './strangers.ts';
import type { Served } from './strangers.ts';

const US = process.geteuid?.() ?? 0;
/** Of no socket that anybody holds. */
const NOBODYS = { uid: US, inode: '0123' };

/** What a door says to a connection from there, of which the system says these one after the other; and what is told. */
const ask = (served: Served, from: string, ...peers: readonly (Peer | Error)[]) => {
  const told: string[] = [];
  const left = [...peers];
  const door = createDoor(
    served,
    (why) => told.push(why),
    () => {
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often');
      return next;
    },
  );
  return [door({ remoteAddress: from } as Socket), ...told];
};

const NETWORKS = ['172.18.0.0/16', 'fd00:18::/64'];
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.each(['172.18.0.2', 'fd00:18::2', '127.0.0.1', ...(outside === undefined ? [] : [outside])])(
  'serves %s, which is of the containers’ network or of this machine',
  (from) => expect(ask({ networks: NETWORKS, ownOnly: true }, from, 'untold')).toEqual(['admitted']),
);

test.each(['198.51.100.7', '172.19.0.2', 'fd00:19::2'])('serves nobody at %s, from outside of it', (from) => {
  for (const ownOnly of [true, false])
    expect(ask({ networks: NETWORKS, ownOnly }, from, 'untold')).toEqual([
      'refused',
      expect.stringContaining(`somebody at ${from}`),
    ]);
});

test('lets nobody in whose program cannot be looked at, for a reason that he may have brought about', () => {
  const error = new Error('EMFILE: too many open files');
  expect(ask({ ownOnly: true }, '127.0.0.1', error)).toEqual(['refused', expect.stringContaining('EMFILE')]);
});

test('passes nothing of one that hangs up while its program is looked for; serves one that cannot be seen', () => {
  const isWorkers = (): boolean => false;
  expect(ask({ ownOnly: true, isWorkers }, '127.0.0.1', NOBODYS, 'gone')).toEqual(['gone']);
  expect(ask({ ownOnly: true, isWorkers }, '127.0.0.1', NOBODYS)).toEqual(['admitted']);
  expect(ask({ ownOnly: true, isWorkers }, '127.0.0.1', { ...NOBODYS, uid: US + 1 })).toEqual([
    'refused',
    expect.stringContaining(`the user ${US + 1}`),
  ]);
});

// Root alone sees what programs of others hold.
test.runIf(US === 0)(
  'a worker of root’s that has become another user is served, and a program of that user’s is not',
  async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const program = `require('node:net').connect(${port}, '127.0.0.1').on('error', () => {}); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', program], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
    try {
      const [socket] = (await once(server, 'connection')) as [Socket];
      const told: string[] = [];
      const doorFor = (isWorkers: (pid: number) => boolean) =>
        createDoor({ ownOnly: true, isWorkers }, (why) => told.push(why));
      expect(doorFor((pid) => pid === child.pid)(socket)).toBe('admitted');
      expect(told).toEqual([]);
      expect(doorFor(() => false)(socket)).toBe('refused');
      expect(told).toEqual([expect.stringContaining('the user 65534')]);
      socket.destroy();
    } finally {
      child.kill('SIGKILL');
      server.close();
    }
  },
);
