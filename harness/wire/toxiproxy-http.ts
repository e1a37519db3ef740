/** One call of Toxiproxy's HTTP API, bounded in time. */
import { request } from 'node:http';
import { FaultlineError } from '../base/errors.ts';
import type { Address } from '../environment/types.ts';

/** A call that takes longer has gone wrong: toxics change in 2 to 20 ms. */
const CALL_TIMEOUT_MS = 5000;

export interface Reply {
  readonly status: number;
  /** Parsed JSON; null for an empty or unreadable body. */
  readonly json: unknown;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** Resolves with any status. Errors: FaultlineError 'environment' when no answer came within 5 s. */
export const callToxiproxy = ({ host, port }: Address, method: string, path: string, body?: unknown): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new FaultlineError(
          'environment',
          `Toxiproxy at ${host}:${port} did not answer ${method} ${path}: ${why}`,
          'Its server is gone or stuck: start the environment again.',
        ),
      );
    const call = request(
      // A socket of its own: the server may be ended between two calls.
      { host, port, method, path, agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', (error) => fail(error.message));
        response.on('close', () => clearTimeout(timer));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, json: parse(Buffer.concat(parts).toString('utf8')) }),
        );
      },
    );
    const timer = setTimeout(() => call.destroy(new Error(`nothing within ${CALL_TIMEOUT_MS} ms`)), CALL_TIMEOUT_MS);
    call.on('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
