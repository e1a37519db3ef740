/** Sets a provider's states for Pact's verifier: a state that cannot be set fails its interaction, never in silence. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { FaultlineError } from '../../base/errors.ts';
import { indexIn } from './document.ts';

/** Pact's own words for a state change. */
export interface StateChange {
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: 'setup' | 'teardown';
}

/** How the states of one provider are set. */
export interface ProviderStates {
  /** Before each interaction, whether it has states or not: nothing of the one before is left. */
  readonly begin?: () => Promise<void>;
  /** Throws when the state cannot be set; gives the values that the pact asks for, if any. */
  readonly change: (change: StateChange) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Sets up one state. Parameters are the pact's. */
export type StateHandler = (
  params: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** States set by functions of ours. A state without one cannot be set. */
export const statesFrom = (
  handlers: Readonly<Record<string, StateHandler>>,
  begin?: () => Promise<void>,
): ProviderStates => ({
  ...(begin === undefined ? {} : { begin }),
  change: async ({ state, params, action }) => {
    const handler = Object.hasOwn(handlers, state) ? handlers[state] : undefined;
    if (handler === undefined) throw new Error('there is no handler for it');
    // Every interaction begins clean: nothing to tear down.
    return action === 'setup' ? handler(params) : undefined;
  },
});

/** ms until a state-url that does not answer is given up. */
const RELAY_WITHIN_MS = 10_000;

/** States set by the provider itself, which takes Pact's state changes at this address. */
export const statesAt = (address: URL): ProviderStates => ({
  change: async (change) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const target = new URL(address);
    if (target.username !== '') {
      // fetch refuses addresses with credentials in them.
      const pair = decodeURIComponent(`${target.username}:${target.password}`);
      headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
      target.username = '';
      target.password = '';
    }
    const response = await fetch(target, {
      method: 'POST',
      headers,
      body: JSON.stringify(change),
      signal: AbortSignal.timeout(RELAY_WITHIN_MS),
    }).catch((error: unknown) => {
      const { cause, message } = error as Error & { readonly cause?: NodeJS.ErrnoException };
      throw new Error(`the state-url did not answer (${cause?.code ?? message})`);
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`the state-url answered ${response.status}: ${body.slice(0, 200)}`);
    try {
      const values: unknown = JSON.parse(body);
      return typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : undefined;
    } catch {
      // Pact asks for JSON only where a pact takes values from it.
      return undefined;
    }
  },
});

export interface StateServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface StateListener {
  /** An interaction begins: its own states follow. */
  readonly onBegin: (index: number) => void;
  /** A state could not be set. May be told several times for one: Pact asks again. */
  readonly onTrouble: (state: string, why: string) => void;
}

/** Where Pact's verifier posts its state changes: a free port of 127.0.0.1. */
export const openStateServer = async (states: ProviderStates, listener: StateListener): Promise<StateServer> => {
  const change = async (given: StateChange): Promise<unknown> => {
    const index = indexIn(given.state);
    if (index === undefined) return states.change({ ...given, params: given.params ?? {} });
    if (given.action !== 'setup') return undefined;
    listener.onBegin(index);
    await states.begin?.();
    return undefined;
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    };
    json(request)
      .then(async (given) => {
        const stateChange = given as StateChange;
        try {
          answer(200, await change(stateChange));
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          listener.onTrouble(stateChange.state, why);
          answer(500, { error: why });
        }
      })
      .catch(() => answer(400, { error: 'not a state change' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    throw new FaultlineError('environment', `no port for the provider states: ${String(error)}`);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
