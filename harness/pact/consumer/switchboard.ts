/** One address for workers, behind which Pact's mock servers come and go: each interaction has its own. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Address } from '../../environment/types.ts';

export interface Line {
  /** Calls so far: connections that were put through, and that have ended. */
  readonly ended: () => number;
}

export interface Switchboard {
  /** For workers. */
  readonly port: number;
  /** From now on connections reach `there`, after `before` has come true; who was connected until now is cut off. */
  putThrough(there: Address, before: () => Promise<void>): Line;
  /** Nobody gets through. */
  hangUp(): void;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

interface Current {
  readonly there: Address;
  readonly before: () => Promise<void>;
  ended: number;
}

/** Opens it on a free port of `host`. Without a line connections are refused at once, as by a service that is away. */
export const openSwitchboard = async (host = LOOPBACK): Promise<Switchboard> => {
  let current: Current | undefined;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // 'close' follows and does the work.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };

  const join = (client: Socket, line: Current): void => {
    const server = keep(connect({ ...line.there }));
    client.once('close', () => server.destroy());
    server.once('close', () => {
      client.destroy();
      line.ended += 1;
    });
    client.pipe(server);
    server.pipe(client);
  };
  const accept = (client: Socket): void => {
    keep(client);
    const line = current;
    if (line === undefined) {
      client.resetAndDestroy();
      return;
    }
    line.before().then(
      () => (current === line && !client.destroyed ? join(client, line) : client.destroy()),
      () => client.destroy(),
    );
  };
  const hangUp = (): void => {
    current = undefined;
    for (const socket of sockets) socket.destroy();
  };

  const listener = createServer(accept);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, host, resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    putThrough: (there, before) => {
      hangUp();
      const line: Current = { there, before, ended: 0 };
      current = line;
      return { ended: () => line.ended };
    },
    hangUp,
    close: async () => {
      hangUp();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
};
