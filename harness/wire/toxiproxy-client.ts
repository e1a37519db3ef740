/** Calls of Toxiproxy's HTTP API by its client library, each with a deadline and an error that says what was wanted. */
import { Toxiproxy, ToxiproxyError } from 'toxiproxy-node-client';
import { withDeadline } from '../base/waiting.ts';
import { FaultlineError } from '../base/errors.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import type { Address } from '../addresses/address.ts';

/** Toxics change in 2 to 20 ms; a call that takes this long has gone wrong, also on a busy machine. */
const CALL_TIMEOUT_MS = 15_000;

/** What a call gave, or the HTTP status with which it was refused. */
export type Answer<T> =
  | { readonly status: 'ok'; readonly value: T }
  /** `repeated`: an earlier request, whose answer was lost, may have done it already. */
  | { readonly status: number; readonly repeated: boolean };

/** The status with which the server refused; undefined: it did not answer. The library tells it in words only. */
const statusIn = (error: unknown): number | undefined => {
  const found =
    error instanceof ToxiproxyError ? /^Request failed with status code (\d{3})$/.exec(error.message) : null;
  return found === null ? undefined : Number(found[1]);
};

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export interface ToxiproxyClient {
  /**
   * Makes the call; once more where its connection broke before an answer came, as a connection does that was kept alive
   * for longer than the server keeps it. Errors: FaultlineError 'environment' when there is no answer, or none in 15 s.
   */
  ask<T>(what: string, call: (library: Toxiproxy) => Promise<T>): Promise<Answer<T>>;
}

export const openToxiproxyClient = (server: Address): ToxiproxyClient => {
  const library = new Toxiproxy(`http://${hostAndPort(server)}`);
  const unanswered = (what: string, error: unknown): FaultlineError =>
    new FaultlineError(
      'environment',
      `Toxiproxy at ${hostAndPort(server)} did not answer when asked to ${what}: ${wordsOf(error)}`,
      'Its server is gone or stuck: start the environment again.',
    );

  const attempt = async <T>(
    what: string,
    call: (of: Toxiproxy) => Promise<T>,
    asked: { over: boolean },
    repeated: boolean,
  ): Promise<Answer<T>> => {
    try {
      return { status: 'ok', value: await call(library) };
    } catch (error) {
      const status = statusIn(error);
      if (status !== undefined) return { status, repeated };
      // One that nobody waits for any more must not act on what has its name by then.
      if (repeated || asked.over) throw unanswered(what, error);
      return attempt(what, call, asked, true);
    }
  };

  return {
    ask: async (what, call) => {
      const asked = { over: false };
      const answer = attempt(what, call, asked, false);
      // It may fail long after its deadline.
      answer.catch(() => undefined);
      try {
        return await withDeadline(answer, CALL_TIMEOUT_MS, `asking Toxiproxy at ${hostAndPort(server)} to ${what}`);
      } finally {
        asked.over = true;
      }
    },
  };
};
