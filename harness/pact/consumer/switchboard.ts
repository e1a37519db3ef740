/** One address for workers, behind which Pact's mock servers come and go: each interaction has its own. */
import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { resetSocket } from '../../base/reset-socket.ts';
import type { Address } from '../../addresses/address.ts';

export interface Line {
  /** Requests that were put through and have ended, on however few connections. */
  readonly ended: () => number;
}

export interface Switchboard {
  /** For workers. */
  readonly port: number;
  /** From now on requests reach `there`, after `before` has come true; those under way until now are cut off. */
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

/** Headers that are about one connection: each side has its own. */
const OF_THE_CONNECTION = ['connection', 'keep-alive'];

const passedOn = (raw: readonly string[]): string[] =>
  raw.filter((_, i) => !OF_THE_CONNECTION.includes((raw[i - (i % 2)] ?? '').toLowerCase()));

/** Opens it on a free port of `host`. Without a line connections are refused at once, as by a service that is away. */
export const openSwitchboard = async (host = LOOPBACK): Promise<Switchboard> => {
  let current: Current | undefined;
  const sockets = new Set<Socket>();
  const underWay = new Set<ServerResponse>();

  const forward = (line: Current, request: IncomingMessage, response: ServerResponse): void => {
    const onward = send({
      ...line.there,
      method: request.method,
      path: request.url,
      headers: passedOn(request.rawHeaders),
      agent: false,
    });
    const cut = (): void => void request.socket.destroy();
    onward.once('error', cut);
    onward.once('response', (answer) => {
      answer.once('error', cut);
      response.writeHead(answer.statusCode ?? 502, passedOn(answer.rawHeaders));
      answer.pipe(response);
    });
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  };

  const server = createServer((request, response) => {
    const line = current;
    if (line === undefined) {
      resetSocket(request.socket);
      return;
    }
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      line.ended += 1;
    });
    line.before().then(
      () =>
        current === line && !request.socket.destroyed ? forward(line, request, response) : request.socket.destroy(),
      () => request.socket.destroy(),
    );
  });
  server.keepAliveTimeout = 0;
  server.on('connection', (socket: Socket) => {
    if (current === undefined) {
      resetSocket(socket);
      return;
    }
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_, socket) => socket.destroy());

  // A connection that only waits for its next request stays: a client may send that one whenever it likes.
  const cutOff = (): void => {
    for (const { req } of underWay) req.socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    putThrough: (there, before) => {
      cutOff();
      const line: Current = { there, before, ended: 0 };
      current = line;
      return { ended: () => line.ended };
    },
    hangUp: () => {
      current = undefined;
      cutOff();
    },
    close: async () => {
      current = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
