/** Everything one worker reaches, through addresses of its own: worker → relay → Toxiproxy proxy → upstream. */
import type { Address, KafkaAddress } from '../addresses/address.ts';
import type { RecordEvent } from '../history/events.ts';
import type { Upstream } from '../pipeline/vocabulary.ts';
import { latest, openClusterRelay } from './kafka/cluster-relay.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import type { FetchPosition } from './kafka/fetch-positions.ts';
import { openKafkaRelay } from './kafka/relay.ts';
import type { KafkaRelay } from './kafka/relay.ts';
import { openTcpRelay } from './tcp-relay.ts';
import { backendStages } from './postgres/backend.ts';
import { alteredOn } from './altered.ts';
import type { Served } from './strangers.ts';
import type { RelayHost, Stages, TcpRelay, Traffic } from './tcp-relay.ts';
import type { Toxic, Toxiproxy } from './toxiproxy.ts';

export interface WorkerWiresOptions {
  readonly worker: string;
  /** Where the upstreams really are, as Toxiproxy sees them; of a service: a port of its stub's for this worker alone. */
  readonly upstreams: {
    readonly kafka: KafkaAddress;
    readonly postgres: Address;
    readonly services: Readonly<Record<string, Address>>;
  };
  readonly toxiproxy: Toxiproxy;
  /** Where the relays listen for a worker in a container. Default: 127.0.0.1. */
  readonly host?: RelayHost;
  /** Whom the relays serve. What leads to a gateway serves no others' programs, whatever this says. */
  readonly served?: Omit<Served, 'ownOnly'>;
  readonly record: RecordEvent;
  /** May the worker use the topic or group of that name? Default: every one. */
  readonly may?: (name: string) => boolean;
}

export interface WorkerWires {
  /** For KAFKA_BROKERS: 'host:port', several with commas between them. */
  readonly kafkaBrokers: string;
  /** For DATABASE_URL and POSTGRES_URL. */
  readonly postgresAddress: Address;
  /** 'http://host:port' of each service. */
  readonly serviceUrls: Readonly<Record<string, string>>;
  /** From now on connections reach the upstream, no byte of what the worker sends does. */
  withhold(upstream: Upstream): Promise<void>;
  /** From now on the upstream refuses the worker; its connections are closed. */
  away(upstream: Upstream): Promise<void>;
  /** Ends withhold or away. Connections from before are reset. Nothing happens when there is nothing to end. */
  restore(upstream: Upstream): Promise<void>;
  /** When the worker last did anything but idle towards any upstream, on the monotonic clock, ms; undefined: never. */
  lastActivity(): number | undefined;
  /** PostgreSQL's processes that serve the worker's open connections. One that is encrypted does not say. */
  backends(): readonly number[];
  /** Member ids by group of the worker's Kafka clients, the latest last; also after it was killed. */
  members(): ReadonlyMap<string, readonly string[]>;
  /** Those that nobody will speak for again, though the worker lives. */
  supersededMembers(): ReadonlyMap<string, readonly string[]>;
  /** A member of its own has not left its group, and its connection is open. */
  hasConnectedMember(): boolean;
  /** From where the worker has read a partition of the topic of that name; undefined: it has not, or nobody can tell. */
  readFrom(topic: string, partition: number): FetchPosition | undefined;
  /** After they were removed from their groups. */
  forgetMembers(): void;
  /** The first thing that a worker did since `forgetMembers` and may not: `wrote to the topic orders`. */
  heldBack(): string | undefined;
  /** Records one 'wire.traffic' event an upstream, with the bytes since the last call; gives the same. */
  traffic(): Readonly<Record<Upstream, Traffic>>;
  /**
   * What is not as the harness left it on a way to a gateway, in words: anybody on this machine may change proxies. Ways
   * within an environment that takes every program of this machine are not looked at, nor those that a fault keeps away.
   */
  altered(): Promise<readonly string[]>;
  /** Resets the worker's connections, to one upstream or to all; resolves when they are closed. */
  closeConnections(upstream?: Upstream): Promise<void>;
  /** Ends relays and proxies. */
  close(): Promise<void>;
}

/** A proxy of Toxiproxy's. */
interface Proxy {
  readonly name: string;
  /** Where it is reached; null while the upstream is away. */
  target: Address | null;
  /** Of the gateway behind it. */
  readonly key: Pick<Address, 'key'>;
}

/** What the wires need of a relay, or of several that are one to the worker. */
type Relay = Pick<TcpRelay, 'traffic' | 'lastActivity' | 'isStuck' | 'closeConnections' | 'close'> & {
  readonly addresses: readonly Address[];
};
type Members = Pick<KafkaRelay, 'members' | 'supersededMembers' | 'hasConnectedMember' | 'readFrom' | 'forgetMembers'>;

/** One upstream's way. */
interface Wire {
  readonly upstream: Upstream;
  /** One, or one a broker. */
  readonly proxies: readonly Proxy[];
  readonly relay: Relay;
  counted: Traffic;
}

const makeWire = (upstream: Upstream, proxies: readonly Proxy[], relay: Relay): Wire => ({
  upstream,
  proxies,
  relay,
  counted: { bytesUp: 0, bytesDown: 0 },
});

/** Time-out 0: the connection stays open and what the worker sends is dropped until the proxy is made anew. */
const DROPPED: Toxic = { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } };

/** Opens the ways of one worker. Errors: FaultlineError 'environment' when Toxiproxy refuses. */
export const openWorkerWires = async (options: WorkerWiresOptions): Promise<WorkerWires> => {
  const { worker, upstreams, toxiproxy, record } = options;
  const services = Object.keys(upstreams.services);
  const reached = new Map<Upstream, Address>([
    ['kafka', upstreams.kafka],
    ['postgres', upstreams.postgres],
    ...Object.entries(upstreams.services),
  ]);
  const listening = options.host === undefined ? {} : { host: options.host };
  let held: string | undefined;
  const { may } = options;
  const guarding = may === undefined ? {} : { guard: { may, heldBack: (what: string) => void (held ??= what) } };
  let kafka: Members | undefined;
  const backends = new Map<number, number>();
  const watchBackend = (connection: number): Stages => ({
    ...backendStages((pid) => void backends.set(connection, pid)),
    closed: () => void backends.delete(connection),
  });

  const makeProxy = async (name: string, upstream: Address): Promise<Proxy> => ({
    name,
    target: await toxiproxy.createProxy(name, upstream),
    key: upstream.key === undefined ? {} : { key: upstream.key },
  });
  const targetOf = (proxy: Proxy) => (): Address | null =>
    proxy.target === null ? null : { ...proxy.target, ...proxy.key };

  /** Those that a fault holds or that are being made whole. */
  const broken = new Set<Upstream>();
  /** Those of them that are open, and whose bytes are dropped. */
  const withheld = new Set<Upstream>();
  /** The fault is not what it was meant to be, where somebody has ended it. */
  const alteredWhileHeld = (upstream: Upstream): Promise<readonly string[]> =>
    withheld.has(upstream) ? alteredOn(wireOf(upstream), worker, toxiproxy, DROPPED) : Promise.resolve([]);
  const sealing = (upstream: Upstream, gateways: readonly Address[]) => ({
    isDisturbed: () => broken.has(upstream),
    // Whoever gets to a sealed gateway has the run's login there.
    served: { ...options.served, ownOnly: gateways.some(({ key }) => key !== undefined) },
  });

  const openToBrokers = async (nodes: ReadonlyMap<number, Address>): Promise<Wire> => {
    const made: Proxy[] = [];
    const targets = new Map<number, () => Address | null>();
    for (const [nodeId, broker] of nodes) {
      const proxy = await makeProxy(`${worker}-kafka-${nodeId}`, broker);
      made.push(proxy);
      targets.set(nodeId, targetOf(proxy));
    }
    const relay = await openClusterRelay({
      worker,
      targets,
      ...sealing('kafka', [...nodes.values()]),
      ...listening,
      ...guarding,
      record,
    });
    kafka = relay;
    return makeWire('kafka', made, relay);
  };

  const open = async ([upstream, address]: readonly [Upstream, Address]): Promise<Wire> => {
    const { nodes } = upstreams.kafka;
    if (upstream === 'kafka' && nodes !== undefined) return openToBrokers(nodes);
    const proxy = await makeProxy(`${worker}-${upstream}`, address);
    const way = { worker, target: targetOf(proxy), ...sealing(upstream, [address]), ...listening, record };
    if (upstream !== 'kafka') {
      const watch = upstream === 'postgres' ? { stages: watchBackend } : {};
      const relay = await openTcpRelay({ ...way, ...watch, upstream });
      return makeWire(upstream, [proxy], { ...relay, addresses: [relay.address] });
    }
    const relay = await openKafkaRelay({ ...way, ...guarding });
    kafka = relay;
    return makeWire(upstream, [proxy], { ...relay, addresses: [relay.address] });
  };

  const end = async ({ relay, proxies }: Wire): Promise<void> => {
    await relay.close();
    await Promise.all(proxies.map(({ name }) => toxiproxy.deleteProxy(name)));
  };

  const opened = await Promise.allSettled([...reached].map(open));
  const wires = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = opened.find((one) => one.status === 'rejected');
  if (failure !== undefined || kafka === undefined) {
    await Promise.allSettled(wires.map(end));
    throw failure?.reason;
  }
  const { members, supersededMembers, hasConnectedMember, readFrom, forgetMembers } = kafka;
  const wireOf = (upstream: Upstream): Wire => wires.find((wire) => wire.upstream === upstream)!;

  const count = (wire: Wire): Traffic => {
    const now = wire.relay.traffic();
    const { bytesUp, bytesDown } = wire.counted;
    wire.counted = now;
    return { bytesUp: now.bytesUp - bytesUp, bytesDown: now.bytesDown - bytesDown };
  };

  const addressOf = (upstream: Upstream): Address => wireOf(upstream).relay.addresses[0]!;
  return {
    kafkaBrokers: wireOf('kafka').relay.addresses.map(hostAndPort).join(','),
    postgresAddress: addressOf('postgres'),
    serviceUrls: Object.fromEntries(services.map((service) => [service, `http://${hostAndPort(addressOf(service))}`])),
    withhold: async (upstream) => {
      broken.add(upstream);
      await Promise.all(wireOf(upstream).proxies.map(({ name }) => toxiproxy.addToxic(name, DROPPED)));
      withheld.add(upstream);
    },
    away: async (upstream) => {
      broken.add(upstream);
      withheld.delete(upstream);
      const { proxies } = wireOf(upstream);
      // A published port of a container takes connections that its proxy then refuses: the relay refuses them itself.
      for (const proxy of proxies) proxy.target = null;
      await Promise.all(proxies.map(({ name }) => toxiproxy.disable(name)));
    },
    restore: async (upstream) => {
      if (!broken.has(upstream)) return;
      const { relay, proxies } = wireOf(upstream);
      for (const message of await alteredWhileHeld(upstream))
        record({ kind: 'trial.harness-error', source: 'trial', message });
      withheld.delete(upstream);
      // In this order: what connects in between dies with the old proxy, and nothing that is whole is reset.
      await relay.closeConnections();
      for (const proxy of proxies) proxy.target = await toxiproxy.recreate(proxy.name);
      broken.delete(upstream);
    },
    lastActivity: () => latest(wires.map(({ relay }) => relay.lastActivity())),
    backends: () => [...backends.values()],
    members,
    supersededMembers,
    hasConnectedMember,
    readFrom,
    forgetMembers: () => {
      held = undefined;
      forgetMembers();
    },
    heldBack: () => held,
    traffic: () => {
      const counted = {} as Record<Upstream, Traffic>;
      for (const wire of wires) {
        const bytes = (counted[wire.upstream] = count(wire));
        record({ kind: 'wire.traffic', source: 'wire', worker, upstream: wire.upstream, ...bytes });
      }
      return counted;
    },
    altered: async () => {
      const looked = wires.filter(({ upstream }) => !broken.has(upstream));
      const ended = await Promise.all([...withheld].map(alteredWhileHeld));
      const found = await Promise.all(looked.map((wire) => alteredOn(wire, worker, toxiproxy)));
      // Made anew with everything else that a trial has left.
      looked.forEach(({ upstream }, i) => void (found[i]!.length > 0 && broken.add(upstream)));
      return [...found, ...ended].flat();
    },
    closeConnections: async (upstream) => {
      const which = upstream === undefined ? wires : [wireOf(upstream)];
      await Promise.all(which.map((wire) => wire.relay.closeConnections()));
    },
    close: async () => {
      await Promise.all(wires.map(end));
    },
  };
};
