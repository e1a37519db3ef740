/** Puts an outcome on the wire: what HTTP libraries do not offer is done on the node socket. */
import { resetSocket } from '../base/reset-socket.ts';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { HistoryEvent } from '../history/events.ts';
import type { Outcome } from '../pipeline/stub.ts';

/** How an exchange really ended, and the bytes of body that were sent. */
export interface Delivered {
  readonly ended: HistoryEvent<'http.response'>['ended'];
  readonly status: number | null;
  readonly body: Buffer | null;
}

const NOTHING_SENT = { status: null, body: null } as const;

/** Also one that waited for its turn behind others on its connection. */
export const isGone = (response: ServerResponse): boolean => response.closed || response.destroyed;

/** Settles when the response is handed to the system, or its connection is gone. */
const finished = async (response: ServerResponse): Promise<void> => {
  if (response.writableFinished || isGone(response)) return;
  const over = new AbortController();
  await Promise.race([
    once(response, 'finish', { signal: over.signal }),
    once(response, 'close', { signal: over.signal }),
  ]).catch(() => undefined);
  over.abort();
};

const sendHalf = async (response: ServerResponse, body: Buffer): Promise<Buffer> => {
  const half = body.subarray(0, Math.floor(body.length / 2));
  const { socket } = response.req;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    // An orderly end, not a reset: a reset may discard what the client has not read yet.
    response.write(half, () => socket.destroySoon());
  });
  return half;
};

/** Sends the outcome. Never throws; a client that has gone shows in `ended`. */
export const deliver = async (outcome: Outcome, response: ServerResponse): Promise<Delivered> => {
  if (isGone(response)) return { ended: 'client-gone', ...NOTHING_SENT };
  if (outcome.response === null) {
    resetSocket(response.req.socket);
    return { ended: outcome.ended, ...NOTHING_SENT };
  }
  // What `fetch` knows as a network error.
  if (outcome.response.type === 'error') {
    resetSocket(response.req.socket);
    return { ended: 'reset', ...NOTHING_SENT };
  }
  const { status, headers } = outcome.response;
  const body = Buffer.from(await outcome.response.arrayBuffer());
  if (isGone(response)) return { ended: 'client-gone', ...NOTHING_SENT };
  response.writeHead(status, { ...Object.fromEntries(headers), 'content-length': body.length });
  if (outcome.ended === 'truncated') return { ended: 'truncated', status, body: await sendHalf(response, body) };
  response.end(body);
  await finished(response);
  return response.writableFinished ? { ended: outcome.ended, status, body } : { ended: 'client-gone', ...NOTHING_SENT };
};
