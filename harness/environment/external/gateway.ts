/**
 * A plain listener on 127.0.0.1 in front of a server that wants more than plain bytes. TLS and credentials stay in here:
 * everything else in the harness, and every worker, speaks plain to the gateway. One that logs in by itself would hand its
 * login to every program of this machine: it passes only what begins with the secret of this run, which workers never see,
 * because their relays put it in front.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { resetSocket } from '../../base/reset-socket.ts';
import type { Address } from '../types.ts';
import { readExactly } from './upstream.ts';

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
  /** Must a connection show that it is one of this run? */
  readonly guarded?: boolean;
}

const SECRET_BYTES = 32;

const HOST = '127.0.0.1';

/** Opens a gateway on a free port. */
export const openGateway = async ({ open, onRefused, watch, guarded = false }: GatewayOptions): Promise<Gateway> => {
  const sockets = new Set<Socket>();
  const secret = guarded ? randomBytes(SECRET_BYTES) : undefined;
  let closing = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (closing) socket.destroy();
  };

  const serve = async (client: Socket): Promise<void> => {
    keep(client);
    client.on('error', () => undefined);
    const own: Socket[] = [];
    client.once('close', () => own.forEach((socket) => socket.destroy()));
    try {
      // However long it takes: a fault may hold back what is sent.
      if (secret !== undefined && !timingSafeEqual(await readExactly(client, SECRET_BYTES), secret))
        throw new Error('a program of this machine that is not part of the run connected to its gateway');
      const server = await open(client, (socket) => {
        own.push(socket);
        keep(socket);
        if (client.destroyed) socket.destroy();
      });
      const watched = watch?.();
      watched?.once('error', (error) => {
        onRefused(error);
        server.destroy();
        resetSocket(client);
      });
      server.once('close', (broken) => {
        if (broken) resetSocket(client);
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
      resetSocket(client);
    }
  };

  const listener = createServer({ noDelay: true }, (client) => void serve(client));
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
      ...(secret === undefined ? {} : { secret }),
    },
    close: () => (closed ??= close()),
  };
};
