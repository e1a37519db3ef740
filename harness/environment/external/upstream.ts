/** A connection to a shared server: plain, or with TLS. */
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsFiles } from '../../config/types.ts';
import type { Address } from '../../addresses/address.ts';

/** PEM texts; certificates are always verified. */
export type TlsSettings = TlsFiles;

const settled = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (error?: Error): void => reject(error ?? new Error('the server closed the connection'));
    socket.once('error', failed);
    socket.once('close', () => failed());
    socket.once(event, () => {
      socket.off('error', failed);
      resolve();
    });
  });

/** Opens a TCP connection; an error later on only closes it. */
export const openSocket = async ({ host, port }: Address): Promise<Socket> => {
  const socket = connect({ host, port, noDelay: true });
  // 'close' follows, and does the work.
  socket.on('error', () => undefined);
  await settled(socket, 'connect');
  return socket;
};

/** Turns an open connection into one with TLS. Errors: the handshake's, a certificate that cannot be verified included. */
export const secure = async (socket: Socket, host: string, tls: TlsSettings): Promise<Socket> => {
  const { ca, servername, cert, key } = tls;
  const name = servername ?? (isIP(host) === 0 ? host : undefined);
  const secured = connectTls({
    socket,
    host,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  secured.on('error', () => undefined);
  await settled(secured, 'secureConnect');
  return secured;
};

/** The next bytes, exactly so many; what follows stays in the socket. Errors: it ended before. */
export const readExactly = async (socket: Socket, length: number): Promise<Buffer> => {
  if (length === 0) return Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const events = ['readable', 'end', 'close'] as const;
    const stop = (): void => {
      for (const event of events) socket.off(event, look);
    };
    const look = (): void => {
      const bytes = socket.read(length) as Buffer | null;
      if (bytes?.length === length) resolve(bytes);
      // At its end a stream gives what is left, however little.
      else if (bytes !== null || socket.readableEnded || socket.destroyed)
        reject(new Error('the connection was closed'));
      else return;
      stop();
    };
    // Once for the whole wait: a stream that has some bytes tells every new listener so at once, and a wait that listened
    // anew each time would leave nobody else a turn.
    for (const event of events) socket.on(event, look);
    look();
  });
};
