/** Toxiproxy's proxies and toxics, as far as the faults need them. */
import type { Proxy as Handle, Toxiproxy as Library } from 'toxiproxy-node-client';
import { FaultlineError } from '../base/errors.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import type { Address, ProxyPort } from '../addresses/address.ts';
import { openToxiproxyClient } from './toxiproxy-client.ts';
import type { Answer } from './toxiproxy-client.ts';

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

/** Every call takes 15 s at most. Errors: FaultlineError 'environment'. */
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

const refused = (what: string, status: number): FaultlineError =>
  new FaultlineError(
    'environment',
    `Toxiproxy refused to ${what}: ${status}`,
    'Look at its proxies with GET /proxies; start the environment again if they are not as expected.',
  );

/** A proxy as the API shows it; the library's own `Proxy` leaves its toxics out. */
interface ProxyJson {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly (Toxic & { readonly toxicity: number })[];
}

const addressOf = (text: string): Address => {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) };
};

const infoOf = ({ name, listen, upstream, enabled, toxics }: ProxyJson): ProxyInfo => ({
  name,
  listen: addressOf(listen),
  upstream: addressOf(upstream),
  enabled,
  toxics: toxics.length,
});

/** Is that the first toxic of this proxy? */
const isThe = ({ type, stream, attributes }: Toxic, { toxics: [first] }: ProxyJson): boolean =>
  first?.type === type &&
  first.stream === stream &&
  first.toxicity === 1 &&
  Object.entries(attributes).every(([name, value]) => first.attributes[name] === value);

const NOT_FOUND = 404;
const CONFLICT = 409;

const allOf = async (library: Library): Promise<Readonly<Record<string, ProxyJson>>> => {
  const { data } = await library.getApi().get<Readonly<Record<string, ProxyJson>>>(`${library.host}/proxies`);
  return data;
};

const showOf =
  (name: string) =>
  async (library: Library): Promise<ProxyJson> => {
    const { data } = await library.getApi().get<ProxyJson>(`${library.host}/proxies/${name}`);
    return data;
  };

interface Made {
  readonly handle: Handle;
  readonly listen: Address;
  readonly upstream: Address;
}

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
  const client = openToxiproxyClient(server);

  const valueOf = <T>(what: string, answer: Answer<T>): T => {
    if (answer.status === 'ok') return answer.value;
    throw refused(what, answer.status);
  };

  const must = async <T>(what: string, call: (library: Library) => Promise<T>): Promise<T> =>
    valueOf(what, await client.ask(what, call));

  /** What was made here. Every program of this machine may ask the API to change a proxy: it is no source. */
  const made = new Map<string, Made>();

  const handleOf = async (library: Library, name: string): Promise<Handle> =>
    made.get(name)?.handle ?? library.get(name);

  const post = (name: string, listen: Address, upstream: Address): Promise<Answer<Handle>> =>
    client.ask(`create proxy ${name}`, (library) =>
      library.createProxy({ name, enabled: true, listen: hostAndPort(listen), upstream: hostAndPort(upstream) }),
    );

  const deleteProxy = async (name: string): Promise<void> => {
    const what = `delete proxy ${name}`;
    const answer = await client.ask(what, async (library) => (await handleOf(library, name)).remove());
    if (answer.status !== NOT_FOUND) valueOf(what, answer);
  };

  const create = (name: string, upstream: Address): Promise<Answer<Handle>> => post(name, places.take(name), upstream);
  const createAnew = async (name: string, upstream: Address): Promise<Answer<Handle>> => {
    await deleteProxy(name);
    return create(name, upstream);
  };
  const reachedAt = (name: string, upstream: Address, answer: Answer<Handle>): Address => {
    const handle = valueOf(`create proxy ${name}`, answer);
    const listen = addressOf(handle.listen);
    made.set(name, { handle, listen, upstream });
    return places.reach(listen);
  };

  const madeHere = (name: string): Made => {
    const found = made.get(name);
    if (found === undefined) throw new Error(`the proxy ${name} was not made here`);
    return found;
  };

  return {
    createProxy: async (name, upstream) => {
      const answer = await create(name, upstream);
      return reachedAt(name, upstream, answer.status === CONFLICT ? await createAnew(name, upstream) : answer);
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
      return reachedAt(name, upstream, again.status === 'ok' ? again : await createAnew(name, upstream));
    },
    disable: async (name) => {
      await must(`disable proxy ${name}`, async (library) => {
        const handle = await handleOf(library, name);
        await handle.update({ enabled: false, listen: handle.listen, upstream: handle.upstream });
      });
    },
    addToxic: async (name, toxic) => {
      const what = `add a toxic to ${name}`;
      const answer = await client.ask(what, async (library) =>
        (await handleOf(library, name)).addToxic({ ...toxic, name: `${toxic.type}_${toxic.stream}`, toxicity: 1 }),
      );
      // The first request, whose answer was lost, had added it.
      if (answer.status === CONFLICT && answer.repeated) return;
      valueOf(what, answer);
    },
    list: async () => Object.values(await must('list its proxies', allOf)).map(infoOf),
    altered: async (name, toxic) => {
      const { upstream } = madeHere(name);
      const what = `show proxy ${name}`;
      const answer = await client.ask(what, showOf(name));
      if (answer.status === NOT_FOUND) return 'it is gone';
      const shown = valueOf(what, answer);
      const now = infoOf(shown);
      if (hostAndPort(now.upstream) !== hostAndPort(upstream)) return `it leads to ${hostAndPort(now.upstream)}`;
      if (!now.enabled) return 'it is disabled';
      if (now.toxics !== (toxic === undefined ? 0 : 1)) return `it has ${now.toxics} toxics`;
      return toxic === undefined || isThe(toxic, shown) ? undefined : 'its toxic is another';
    },
  };
};
