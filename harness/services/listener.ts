/** One port a worker: a plain HTTP server whose connections are numbered and recorded. */
import { resetSocket } from '../base/reset-socket.ts';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { FaultlineError } from '../base/errors.ts';
import type { RecordEvent } from '../history/events.ts';

/** Above the longest back-off (16 s), so that no worker meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 60_000;

export interface Listener {
  readonly port: number;
  /** Resets every connection. */
  closeConnections(): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly worker: string;
  /** The name that the pipeline has for the service. */
  readonly service: string;
  readonly host: string;
  /** Default: one that is free. */
  readonly port?: number;
  readonly record: RecordEvent;
  /** Numbers connections across all listeners. */
  readonly nextConnection: () => number;
  readonly onRequest: (connection: number, request: IncomingMessage, response: ServerResponse) => void;
}

const listen = async (server: Server, { service, host, port = 0 }: ListenerOptions): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new FaultlineError(
          'environment',
          `${service}'s stub cannot listen on ${host}${port === 0 ? '' : `:${port}`} (${error.code ?? error.message})`,
          'It needs a free port on an address of this machine.',
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
};

/** Listens on a free port of `host`. Throws FaultlineError 'environment' when it cannot. */
export const openListener = async (options: ListenerOptions): Promise<Listener> => {
  const { worker, service, record, onRequest } = options;
  const sockets = new Map<Socket, number>();
  /** Requests may come before earlier ones are answered: answers that wait for their turn. */
  const malformed = new WeakSet<Socket>();
  const answers = new Map<Socket, Set<ServerResponse>>();
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The stub never ends a connection by itself: one over which nothing comes is evidence.
    headersTimeout: 0,
    requestTimeout: 0,
  });

  server.on('connection', (socket: Socket) => {
    const connection = options.nextConnection();
    sockets.set(socket, connection);
    answers.set(socket, new Set());
    record({ kind: 'http.connected', source: 'http', connection, worker, service });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      // Node tells only the answer whose turn it is that its connection has gone.
      for (const response of answers.get(socket) ?? []) response.destroy().emit('close');
      answers.delete(socket);
      record({
        kind: 'http.disconnected',
        source: 'http',
        connection,
        worker,
        bytesRead: socket.bytesRead,
        ...(malformed.has(socket) ? { malformed: true } : {}),
      });
    });
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = sockets.get(request.socket);
    // Gone before its request was looked at: there is nobody to answer.
    if (connection === undefined) return;
    const waiting = answers.get(request.socket);
    waiting?.add(response);
    response.once('close', () => waiting?.delete(response));
    onRequest(connection, request, response);
  });
  // Not HTTP: answered as HTTP servers do. The connection and its bytes are recorded.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Not one that went away in the middle of something.
    if (error.code?.startsWith('HPE_') === true && error.code !== 'HPE_INVALID_EOF_STATE') malformed.add(socket);
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });

  const port = await listen(server, options);
  const closeConnections = (): void => {
    for (const socket of sockets.keys()) resetSocket(socket);
  };
  return {
    port,
    closeConnections,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closeConnections();
      await closed;
    },
  };
};
