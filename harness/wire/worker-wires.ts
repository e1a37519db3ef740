/** Everything one worker reaches, through addresses of its own: worker → relay → Toxiproxy proxy → upstream. */
import type { Address } from '../environment/types.ts';
import type { RecordEvent } from '../history/events.ts';
import { UPSTREAMS } from '../pipeline/pipeline.ts';
import type { Upstream } from '../pipeline/pipeline.ts';
import { openKafkaRelay } from './kafka/relay.ts';
import type { KafkaRelay } from './kafka/relay.ts';
import { openTcpRelay } from './tcp-relay.ts';
import type { Place, TcpRelay, Traffic } from './tcp-relay.ts';
import type { Toxiproxy } from './toxiproxy.ts';

export interface WorkerWiresOptions {
  readonly worker: string;
  /** Where the upstreams really are, as Toxiproxy sees them; a port of the stub's for this worker alone. */
  readonly upstreams: Readonly<Record<Upstream, Address>>;
  readonly toxiproxy: Toxiproxy;
  /** Where the relays listen for a worker in a container. Default: 127.0.0.1. */
  readonly place?: Place;
  readonly record: RecordEvent;
}

export interface WorkerWires {
  /** For KAFKA_BROKERS: 'host:port'. */
  readonly kafkaBrokers: string;
  /** For DATABASE_URL and POSTGRES_URL. */
  readonly postgresAddress: Address;
  /** For ADMIN_SERVICE_URL: 'http://host:port'. */
  readonly adminServiceUrl: string;
  /** From now on connections reach the upstream, no byte of what the worker sends does. */
  withhold(upstream: Upstream): Promise<void>;
  /** From now on the upstream refuses the worker; its connections are closed. */
  away(upstream: Upstream): Promise<void>;
  /** Ends withhold or away. Connections from before are reset. Nothing happens when there is nothing to end. */
  restore(upstream: Upstream): Promise<void>;
  /** Member ids by group of the worker's Kafka clients, the latest last; also after it was killed. */
  members(): ReadonlyMap<string, readonly string[]>;
  /** After they were removed from their groups. */
  forgetMembers(): void;
  /** Records one 'wire.traffic' event an upstream, with the bytes since the last call; gives the same. */
  traffic(): Readonly<Record<Upstream, Traffic>>;
  /** Resets the worker's connections, to one upstream or to all; resolves when they are closed. */
  closeConnections(upstream?: Upstream): Promise<void>;
  /** Ends relays and proxies. */
  close(): Promise<void>;
}

/** One upstream's way. */
interface Wire {
  readonly upstream: Upstream;
  /** Name of the proxy. */
  readonly proxy: string;
  readonly relay: TcpRelay;
  /** Where the proxy is reached; null while the upstream is away. */
  readonly way: { target: Address | null };
  broken: boolean;
  counted: Traffic;
}

/** Opens the ways of one worker. Errors: FaultlineError 'environment' when Toxiproxy refuses. */
export const openWorkerWires = async (options: WorkerWiresOptions): Promise<WorkerWires> => {
  const { worker, upstreams, toxiproxy, record } = options;
  const listening = options.place === undefined ? {} : { place: options.place };
  let kafka: KafkaRelay | undefined;

  const open = async (upstream: Upstream): Promise<Wire> => {
    const proxy = `${worker}-${upstream}`;
    const way: Wire['way'] = { target: await toxiproxy.createProxy(proxy, upstreams[upstream]) };
    const target = (): Address | null => way.target;
    const relay =
      upstream === 'kafka'
        ? (kafka = await openKafkaRelay({ worker, target, ...listening, record }))
        : await openTcpRelay({ worker, upstream, target, ...listening, record });
    return { upstream, proxy, relay, way, broken: false, counted: { bytesUp: 0, bytesDown: 0 } };
  };

  const end = async (wire: Wire): Promise<void> => {
    await wire.relay.close();
    await toxiproxy.deleteProxy(wire.proxy);
  };

  const opened = await Promise.allSettled(UPSTREAMS.map(open));
  const wires = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = opened.find((one) => one.status === 'rejected');
  if (failure !== undefined || kafka === undefined) {
    await Promise.allSettled(wires.map(end));
    throw failure?.reason;
  }
  const { members, forgetMembers } = kafka;
  const wireOf = (upstream: Upstream): Wire => wires.find((wire) => wire.upstream === upstream)!;

  const count = (wire: Wire): Traffic => {
    const now = wire.relay.traffic();
    const { bytesUp, bytesDown } = wire.counted;
    wire.counted = now;
    return { bytesUp: now.bytesUp - bytesUp, bytesDown: now.bytesDown - bytesDown };
  };

  const postgresAddress = wireOf('postgres').relay.address;
  const adminService = wireOf('admin-service').relay.address;
  return {
    kafkaBrokers: `${kafka.address.host}:${kafka.address.port}`,
    postgresAddress,
    adminServiceUrl: `http://${adminService.host}:${adminService.port}`,
    withhold: async (upstream) => {
      const wire = wireOf(upstream);
      wire.broken = true;
      // Time-out 0: the connection stays open and what the worker sends is dropped until the proxy is made anew.
      await toxiproxy.addToxic(wire.proxy, { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } });
    },
    away: async (upstream) => {
      const wire = wireOf(upstream);
      wire.broken = true;
      // A published port of a container takes connections that its proxy then refuses: the relay refuses them itself.
      wire.way.target = null;
      await toxiproxy.disable(wire.proxy);
    },
    restore: async (upstream) => {
      const wire = wireOf(upstream);
      if (!wire.broken) return;
      // In this order: what connects in between dies with the old proxy, and nothing that is whole is reset.
      await wire.relay.closeConnections();
      wire.way.target = await toxiproxy.recreate(wire.proxy);
      wire.broken = false;
    },
    members,
    forgetMembers,
    traffic: () => {
      const counted = {} as Record<Upstream, Traffic>;
      for (const wire of wires) {
        const bytes = (counted[wire.upstream] = count(wire));
        record({ kind: 'wire.traffic', source: 'wire', worker, upstream: wire.upstream, ...bytes });
      }
      return counted;
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
