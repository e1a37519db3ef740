/**
 * A plain listener on 127.0.0.1 in front of a server that wants more than plain bytes. TLS and credentials stay in here:
 * everything else in the harness, and every worker, speaks plain to it. One that logs in by itself would hand its login to
 * every program of this machine, and a proxy of Toxiproxy's, whose API any of them may use, could lead elsewhere what passes
 * to one: such a gateway is sealed, and takes only who proves to have the key of this run, which workers never see, because
 * their relays do that.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { resetSocket } from '../../base/reset-socket.ts';
import { createSealedServer, newKey } from '../../base/sealed-socket.ts';
import type { Address } from '../../addresses/address.ts';

export interface Gateway {
  readonly address: Address;
  /** Closes the listener and every connection. Safe to call twice. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  /**
   * Opens the way to the server for one client: what is left to read on either side passes from then on. A socket it
   * opened must be told to `opened` at once, so that nothing outlives the gateway.
   */
  readonly open: (client: Socket, opened: (socket: Socket) => void) => Promise<Socket>;
  /** Hears why a client could not be served. */
  readonly onRefused: (error: Error) => void;
  /** What the server says passes through one of these; its error ends the connection and is told. */
  readonly watch?: () => Transform;
  /** Must a connection prove that it is one of this run? Nobody else could read what passes then, nor be taken for the gateway. */
  readonly sealed?: boolean;
}

const HOST = '127.0.0.1';

/** Opens a gateway on a free port. */
export const openGateway = async ({ open, onRefused, watch, sealed = false }: GatewayOptions): Promise<Gateway> => {
  const sockets = new Set<Socket>();
  const key = sealed ? newKey() : undefined;
  let closing = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (closing) socket.destroy();
  };

  const serve = async (client: Socket, below: Socket): Promise<void> => {
    client.on('error', () => undefined);
    const own: Socket[] = [];
    client.once('close', () => own.forEach((socket) => socket.destroy()));
    try {
      const server = await open(client, (socket) => {
        own.push(socket);
        keep(socket);
        if (client.destroyed) socket.destroy();
      });
      const watched = watch?.();
      watched?.once('error', (error) => {
        onRefused(error);
        server.destroy();
        resetSocket(client, below);
      });
      server.once('close', (broken) => {
        if (broken) resetSocket(client, below);
        // What is still being looked at is passed on first, and the end with it.
        else if (watched === undefined || watched.readableEnded) client.destroySoon();
        else watched.once('end', () => client.destroySoon());
      });
      if (server.destroyed) client.destroySoon();
      client.pipe(server);
      (watched === undefined ? server : server.pipe(watched)).pipe(client);
    } catch (error) {
      own.forEach((socket) => socket.destroy());
      // A client that went away by itself was not refused.
      if (!client.destroyed && !client.readableEnded) onRefused(error as Error);
      resetSocket(client, below);
    }
  };

  const take =
    key === undefined
      ? (client: Socket): void => void serve(client, client)
      : createSealedServer({
          key,
          onSealed: (client, below) => void serve(client, below),
          onRefused: () =>
            onRefused(new Error('a program of this machine that is not part of the run connected to its gateway')),
        });
  const listener = createServer({ noDelay: true }, (client) => {
    keep(client);
    client.on('error', () => undefined);
    take(client);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, HOST, resolve);
  });

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing = true;
    const stopped = new Promise<void>((resolve) => listener.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return stopped;
  };
  return {
    address: {
      host: HOST,
      port: (listener.address() as AddressInfo).port,
      ...(key === undefined ? {} : { key }),
    },
    close: () => (closed ??= close()),
  };
};
