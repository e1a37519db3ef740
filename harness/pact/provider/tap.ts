/**
 * An HTTP proxy between Pact's verifier and the provider: keeps what was asked and answered, answers itself where the
 * provider does not (Pact's own proxy would end the process), and can rewrite answers, for checking the check.
 */
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FaultlineError } from '../../base/errors.ts';

export interface TapRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TapAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** One request and what came of it. */
export interface Exchange {
  readonly request: TapRequest;
  /** Undefined: the provider gave none. */
  readonly answer: TapAnswer | undefined;
  /** Why there is no answer. */
  readonly failure: string | undefined;
}

export interface Tap {
  /** Its own address, without a slash at the end. */
  readonly url: string;
  /** What went through since it was last asked. */
  taken(): readonly Exchange[];
  close(): Promise<void>;
}

export interface TapOptions {
  /** Where requests go on to. May have a path and credentials. */
  readonly target: URL;
  /** Changes an answer on its way. */
  readonly rewrite?: (answer: TapAnswer, request: TapRequest) => TapAnswer;
  /** ms until a provider that does not answer is given up. */
  readonly answerWithinMs?: number;
}

/** Longer than a cold start takes, shorter than the workers' own time-out of 30 s. */
const ANSWER_WITHIN_MS = 10_000;

/** Between two hops only (RFC 9110, 7.6.1), or wrong once the body is text. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host'];

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const withoutHops = (headers: Headers): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_HEADERS.includes(name) ? [] : [[name, value]],
    ),
  );

/** Sends it on. Throws the socket's error, or one that says how long was waited. */
const forward = (options: TapOptions, { method, path, headers, body }: TapRequest): Promise<TapAnswer> => {
  const { target, answerWithinMs = ANSWER_WITHIN_MS } = options;
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const authority = target.username === '' ? undefined : `${target.username}:${target.password}`;
    const outgoing = send(
      {
        protocol: target.protocol,
        hostname: target.hostname.replace(/^\[|\]$/g, ''),
        port: target.port,
        method,
        path: `${target.pathname.replace(/\/$/, '')}${path}`,
        agent: false,
        ...(authority === undefined ? {} : { auth: decodeURIComponent(authority) }),
        headers: {
          ...withoutHops(headers),
          'accept-encoding': 'identity',
          'content-length': Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(answerWithinMs),
      },
      (incoming) => {
        text(incoming).then(
          (answered) =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: withoutHops(incoming.headers) as Record<string, string | readonly string[]>,
              body: answered,
            }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
};

const whyNot = (error: unknown, withinMs: number): string => {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return `no answer within ${withinMs / 1000} s`;
  return `the connection broke (${code ?? message})`;
};

const serve = async (options: TapOptions, incoming: IncomingMessage, response: ServerResponse): Promise<Exchange> => {
  const request: TapRequest = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: await text(incoming),
  };
  try {
    const given = await forward(options, request);
    const answer = options.rewrite?.(given, request) ?? given;
    response.writeHead(answer.status, { ...answer.headers } as Record<string, string | string[]>);
    response.end(answer.body);
    return { request, answer, failure: undefined };
  } catch (error) {
    response.writeHead(502, { 'content-type': 'text/plain' });
    response.end('no answer from the provider');
    return { request, answer: undefined, failure: whyNot(error, options.answerWithinMs ?? ANSWER_WITHIN_MS) };
  }
};

/** Opens it on a free port of 127.0.0.1. */
export const openTap = async (options: TapOptions): Promise<Tap> => {
  let exchanges: Exchange[] = [];
  const server = createServer((incoming, response) => {
    response.on('error', () => undefined);
    serve(options, incoming, response).then(
      (exchange) => exchanges.push(exchange),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Reads an address given by a user. Throws FaultlineError 'usage'. */
export const readAddress = (given: string, option: string): URL => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new FaultlineError(
      'usage',
      `${option} is no address: ${given}`,
      'It must begin with http:// or https://, for example http://127.0.0.1:3010.',
    );
  return url;
};
