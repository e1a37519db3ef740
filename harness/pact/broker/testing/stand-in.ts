/**
 * A Pact Broker for tests: a real HTTP server that speaks the part of the broker's protocol that pact-cli 18.1.2 and
 * Faultline use (logged from it), with the answers of the broker's own approval fixtures. It keeps everything in memory.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './routes.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Something else than the right answer. 'hang': none at all; 'forget': the right answer, with nothing remembered. */
export type Trouble =
  | 'hang'
  | 'forget'
  | { readonly status: number; readonly type: string; readonly text: string; readonly location?: string };

export interface StandIn {
  readonly url: string;
  readonly store: Store;
  readonly requests: readonly SeenRequest[];
  /** What goes wrong, by request; undefined: nothing. `nth` counts the requests of that method and path, from 1. */
  trouble(choose: (request: SeenRequest, nth: number) => Trouble | undefined): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const send = (response: ServerResponse, status: number, json?: object): void => {
  if (json === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/hal+json;charset=utf-8' }).end(JSON.stringify(json));
};

/** Starts it on a free port of the loopback. With `authorization`, other values of that header are refused with 401. */
export const startStandIn = async (options: { readonly authorization?: string } = {}): Promise<StandIn> => {
  const store = createStore();
  const requests: SeenRequest[] = [];
  let choose: (request: SeenRequest, nth: number) => Trouble | undefined = () => undefined;
  let base = '';

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', base);
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: await bodyOf(request),
    };
    requests.push(seen);
    const nth = requests.filter(({ method, path }) => method === seen.method && path === seen.path).length;
    const trouble = choose(seen, nth);
    if (trouble === 'hang') return;
    if (typeof trouble === 'object') {
      const { status, type, text, location } = trouble;
      response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end(text);
      return;
    }
    if (options.authorization !== undefined && seen.authorization !== options.authorization)
      return send(response, 401, { error: 'Unauthorized' });
    const body = seen.body === '' ? {} : (JSON.parse(seen.body) as Readonly<Record<string, unknown>>);
    const before = trouble === 'forget' ? structuredClone(store) : undefined;
    const reply = answer(store, base, { method: seen.method, url, body });
    if (before !== undefined) {
      store.pacts = before.pacts;
      store.verifications = before.verifications;
      store.deployments.splice(0, Infinity, ...before.deployments);
    }
    send(response, reply.status, reply.json);
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base,
    store,
    requests,
    trouble: (chosen) => {
      choose = chosen;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
