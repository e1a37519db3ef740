/** Toxiproxy's proxies and toxics, as far as the faults need them. */
import { FaultlineError } from '../base/errors.ts';
import type { Address, ProxyPort } from '../environment/types.ts';
import { callToxiproxy } from './toxiproxy-http.ts';
import type { Reply } from './toxiproxy-http.ts';

export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'slicer' | 'limit_data';
  /** upstream: what the client sends; downstream: what it gets. */
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
}

export interface ProxyInfo {
  readonly name: string;
  readonly listen: Address;
  readonly upstream: Address;
  readonly enabled: boolean;
  readonly toxics: number;
}

/** Every call takes 5 s at most. Errors: FaultlineError 'environment'. */
export interface Toxiproxy {
  /** A proxy on a free port; one of the same name, left by a broken run, is replaced. Gives the address it is reached at. */
  createProxy(name: string, upstream: Address): Promise<Address>;
  /** Deletes a proxy and its connections; one that is not there is no error. */
  deleteProxy(name: string): Promise<void>;
  /**
   * Makes a proxy anew: no toxics, no connections, enabled. Removing toxics instead can hang Toxiproxy.
   * Leads where `createProxy` was told, whatever its API says by now. Keeps its port unless somebody else took it meanwhile;
   * gives the address. Errors: Error for a proxy that was not made here.
   */
  recreate(name: string): Promise<Address>;
  enable(name: string): Promise<void>;
  /** Closes its port and its connections. */
  disable(name: string): Promise<void>;
  addToxic(name: string, toxic: Toxic): Promise<void>;
  list(): Promise<readonly ProxyInfo[]>;
  /**
   * What its API says of a proxy that was made here and is not as it was left, in words: somebody else has changed it.
   * Undefined: it is enabled, has this toxic alone, or none, and leads where it was told.
   */
  altered(name: string, toxic?: Toxic): Promise<string | undefined>;
}

const refused = (what: string, { status, json }: Reply): FaultlineError =>
  new FaultlineError(
    'environment',
    `Toxiproxy refused to ${what}: ${status} ${JSON.stringify(json)}`,
    'Look at its proxies with GET /proxies; start the environment again if they are not as expected.',
  );

const addressOf = (text: unknown): Address => {
  const at = String(text).lastIndexOf(':');
  return { host: String(text).slice(0, at), port: Number(String(text).slice(at + 1)) };
};

const infoOf = (json: unknown): ProxyInfo => {
  const proxy = (json ?? {}) as Readonly<Record<string, unknown>>;
  return {
    name: String(proxy['name']),
    listen: addressOf(proxy['listen']),
    upstream: addressOf(proxy['upstream']),
    enabled: proxy['enabled'] === true,
    toxics: Array.isArray(proxy['toxics']) ? proxy['toxics'].length : 0,
  };
};

/** Is that the first toxic of this proxy? */
const isThe = ({ type, stream, attributes }: Toxic, json: unknown): boolean => {
  const { toxics } = json as { readonly toxics: readonly (Toxic & { readonly toxicity: number })[] };
  const [first] = toxics;
  return (
    first?.type === type &&
    first.stream === stream &&
    first.toxicity === 1 &&
    Object.entries(attributes).every(([name, value]) => first.attributes[name] === value)
  );
};

const nameOf = ({ host, port }: Address): string => `${host}:${port}`;
const pathOf = (name: string): string => `/proxies/${encodeURIComponent(name)}`;
const NOT_FOUND = 404;
const CONFLICT = 409;

/** Where a proxy listens, and where it is reached once it does. */
interface Places {
  /** For a new proxy. */
  take(name: string): Address;
  reach(listen: Address): Address;
  release(name: string): void;
}

/** Any port of Toxiproxy's own host. */
const anyPort = (host: string): Places => ({
  take: () => ({ host, port: 0 }),
  reach: (listen) => listen,
  release: () => undefined,
});

/** One of the ports that lead into a container. */
const publishedPorts = (ports: readonly ProxyPort[]): Places => {
  const taken = new Map<string, ProxyPort>();
  return {
    take: (name) => {
      const port = taken.get(name) ?? ports.find((one) => ![...taken.values()].includes(one));
      if (port === undefined)
        throw new Error(`there is no port left for the proxy ${name}: ${ports.length} lead to Toxiproxy`);
      taken.set(name, port);
      return port.listen;
    },
    reach: ({ port }) => ports.find(({ listen }) => listen.port === port)?.reach ?? { host: '127.0.0.1', port },
    release: (name) => void taken.delete(name),
  };
};

/**
 * Speaks with the server at `server`, whose proxies listen on the same host.
 * @param ports where it runs in a container: the only ports that its proxies may take
 */
export const openToxiproxy = (server: Address, ports?: readonly ProxyPort[]): Toxiproxy => {
  const places = ports === undefined ? anyPort(server.host) : publishedPorts(ports);
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    callToxiproxy(server, method, path, body);

  const must = async (what: string, answer: Promise<Reply>): Promise<Reply> => {
    const reply = await answer;
    if (reply.status >= 300) throw refused(what, reply);
    return reply;
  };

  const post = (name: string, listen: Address, upstream: Address): Promise<Reply> =>
    call('POST', '/proxies', {
      name,
      enabled: true,
      listen: nameOf(listen),
      upstream: nameOf(upstream),
    });

  const deleteProxy = async (name: string): Promise<void> => {
    const reply = await call('DELETE', pathOf(name));
    if (reply.status !== NOT_FOUND && reply.status >= 300) throw refused(`delete proxy ${name}`, reply);
  };

  /** What was made here. Every program of this machine may ask the API to change a proxy: it is no source. */
  const made = new Map<string, { readonly listen: Address; readonly upstream: Address }>();

  const create = (name: string, upstream: Address): Promise<Reply> => post(name, places.take(name), upstream);
  const reachedAt = async (name: string, upstream: Address, reply: Reply): Promise<Address> => {
    const { listen } = infoOf((await must(`create proxy ${name}`, Promise.resolve(reply))).json);
    made.set(name, { listen, upstream });
    return places.reach(listen);
  };

  const setEnabled = async (name: string, enabled: boolean): Promise<void> => {
    await must(`${enabled ? 'enable' : 'disable'} proxy ${name}`, call('POST', pathOf(name), { enabled }));
  };

  const madeHere = (name: string): { readonly listen: Address; readonly upstream: Address } => {
    const found = made.get(name);
    if (found === undefined) throw new Error(`the proxy ${name} was not made here`);
    return found;
  };

  return {
    createProxy: async (name, upstream) => {
      let reply = await create(name, upstream);
      if (reply.status === CONFLICT) {
        await deleteProxy(name);
        reply = await create(name, upstream);
      }
      return reachedAt(name, upstream, reply);
    },
    deleteProxy: async (name) => {
      await deleteProxy(name);
      made.delete(name);
      places.release(name);
    },
    recreate: async (name) => {
      const { listen, upstream } = madeHere(name);
      await deleteProxy(name);
      const again = await post(name, { ...places.take(name), port: listen.port }, upstream);
      // The port was free for a moment, or for as long as the proxy was disabled.
      const reply = again.status < 300 ? again : await create(name, upstream);
      return reachedAt(name, upstream, reply);
    },
    enable: (name) => setEnabled(name, true),
    disable: (name) => setEnabled(name, false),
    addToxic: async (name, toxic) => {
      await must(`add a toxic to ${name}`, call('POST', `${pathOf(name)}/toxics`, { ...toxic, toxicity: 1 }));
    },
    list: async () => {
      const { json } = await must('list its proxies', call('GET', '/proxies'));
      return Object.values((json ?? {}) as Readonly<Record<string, unknown>>).map(infoOf);
    },
    altered: async (name, toxic) => {
      const { upstream } = madeHere(name);
      const reply = await call('GET', pathOf(name));
      if (reply.status === NOT_FOUND) return 'it is gone';
      const { json } = await must(`find proxy ${name}`, Promise.resolve(reply));
      const now = infoOf(json);
      if (nameOf(now.upstream) !== nameOf(upstream)) return `it leads to ${nameOf(now.upstream)}`;
      if (!now.enabled) return 'it is disabled';
      if (now.toxics !== (toxic === undefined ? 0 : 1)) return `it has ${now.toxics} toxics`;
      return toxic === undefined || isThe(toxic, json) ? undefined : 'its toxic is another';
    },
  };
};
