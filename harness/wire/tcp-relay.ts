/** A transparent relay in front of one upstream of one worker: its own port is the worker's identity. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Address } from '../addresses/address.ts';
import type { RecordEvent } from '../history/events.ts';
import type { Upstream } from '../pipeline/vocabulary.ts';
import { resetSocket } from '../base/reset-socket.ts';
import { seal } from '../base/sealed-socket.ts';
import { createSealings } from './sealing.ts';
import { createDoor } from './strangers.ts';
import type { Served } from './strangers.ts';

/** What becomes of the bytes that pass: gives what is sent on instead of a chunk. Throwing resets the connection. */
export interface Stages {
  /** From the worker to the upstream. */
  up(chunk: Buffer): readonly Buffer[];
  /** From the upstream to the worker. */
  down(chunk: Buffer): readonly Buffer[];
  /** The worker's side is closed. */
  closed?(): void;
  /** Do these bytes show the worker at something? Left out: all do. */
  isIdling?(): boolean;
}

export interface TcpRelayOptions {
  readonly worker: string;
  readonly upstream: Upstream;
  /** Where the next connection goes; asked for every connection. Null: the upstream is away, and the worker is refused. */
  readonly target: () => Address | null;
  /** Is the harness at the way there right now, so that connections may break off on it? Default: never. */
  readonly isDisturbed?: () => boolean;
  /** Whom it serves. Default: whoever connects. */
  readonly served?: Served;
  /** Where it listens, and the name by which the worker reaches it there. Default: 127.0.0.1, for both. */
  readonly host?: RelayHost;
  readonly record: RecordEvent;
  /** Numbers the connections. Left out: from 1 on; several relays of a worker to one upstream count together. */
  readonly nextConnection?: () => number;
  /** Left out: bytes pass as they are. */
  readonly stages?: (connection: number, relay: Address) => Stages;
}

export interface Traffic {
  readonly bytesUp: number;
  readonly bytesDown: number;
}

export interface TcpRelay {
  readonly address: Address;
  /** Bytes since the relay was opened. */
  traffic(): Traffic;
  /** When the worker last connected or anything but idling passed, on the monotonic clock, ms; undefined: never. */
  lastActivity(): number | undefined;
  /** Waits for connections under way: is there one at whose other end nobody proves to be this run's gateway, for 3 s? */
  isStuck(): Promise<boolean>;
  /** Resets every connection, both sides; resolves when they are closed. New ones are accepted. */
  closeConnections(): Promise<void>;
  close(): Promise<void>;
}

/** Where a relay listens, and by which name it is reached: two only where the worker runs in a container. */
export interface RelayHost {
  readonly listen: string;
  readonly reach: string;
}

const LOOPBACK: RelayHost = { listen: '127.0.0.1', reach: '127.0.0.1' };

const transparent: Stages = { up: (chunk) => [chunk], down: (chunk) => [chunk] };

/** Gives 1, 2, 3 and so on. */
export const countUp = (): (() => number) => {
  let last = 0;
  return () => ++last;
};

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What carries the latter: itself, unless it is sealed. */
  readonly below: Socket;
  /** Ended by the harness: whatever it looks like, nobody refused. */
  ours: boolean;
}

/** Sends on what arrives, no faster than it is taken, and passes the end on. */
const pipe = (from: Socket, to: Socket, onData: (chunk: Buffer) => readonly Buffer[]): void => {
  from.on('data', (chunk: Buffer) => {
    for (const out of onData(chunk)) if (!to.destroyed && !to.write(out)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
};

/** Opens a relay on a free port. */
export const openTcpRelay = async (options: TcpRelayOptions): Promise<TcpRelay> => {
  const {
    worker,
    upstream,
    record,
    host = LOOPBACK,
    nextConnection = countUp(),
    isDisturbed = () => false,
    served = {},
  } = options;
  const pairs = new Set<Pair>();
  let bytesUp = 0;
  let bytesDown = 0;

  let lastActivity: number | undefined;

  const report = (message: string): void => void record({ kind: 'trial.harness-error', source: 'trial', message });
  const sealings = createSealings(isDisturbed, () =>
    report(
      `the way of ${worker} to ${upstream} broke off before this run's gateway had proven to be at its end: Toxiproxy is gone, somebody has changed its proxies, or this machine has too much to do`,
    ),
  );
  const door = createDoor(served, (why) => report(`the relay of ${worker} to ${upstream}: ${why}`));

  const accept = (client: Socket): void => {
    const admission = door(client);
    if (admission !== 'admitted') client.on('error', () => undefined);
    if (admission === 'refused') return resetSocket(client);
    if (admission === 'gone' && served.ownOnly === true) {
      record({ kind: 'wire.unattributed', source: 'wire', worker, upstream });
      return resetSocket(client);
    }
    lastActivity = performance.now();
    const connection = nextConnection();
    const about = { source: 'wire', worker, upstream, connection } as const;
    record({ kind: 'wire.connected', ...about });
    if (admission === 'gone') return resetSocket(client);
    const target = options.target();
    if (target === null) {
      record({ kind: 'wire.refused', ...about });
      client.on('error', () => undefined);
      resetSocket(client);
      return;
    }
    const stages = options.stages?.(connection, address) ?? transparent;
    const below = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true });
    const server = target.key === undefined ? below : seal(below, target.key);
    const resetServer = (): void => resetSocket(server, below);
    const pair: Pair = { client, server, below, ours: false };
    pairs.add(pair);
    let passed = false;
    let clientEnded = false;
    let refused = false;

    /** The upstream went away before a single byte passed, and not because the worker did. */
    const refuseIfUnused = (): void => {
      if (passed || clientEnded || refused || pair.ours) return;
      refused = true;
      record({ kind: 'wire.refused', ...about });
      resetSocket(client);
    };
    const staged = (stage: (chunk: Buffer) => readonly Buffer[], chunk: Buffer): readonly Buffer[] => {
      passed = true;
      try {
        const out = stage(chunk);
        if (stages.isIdling?.() !== true) lastActivity = performance.now();
        return out;
      } catch (error) {
        report(`relay of ${worker} to ${upstream}: ${error instanceof Error ? error.message : String(error)}`);
        pair.ours = true;
        resetSocket(client);
        resetServer();
        return [];
      }
    };

    client.on('end', () => (clientEnded = true));
    server.on('end', refuseIfUnused);
    pipe(client, server, (chunk) => {
      bytesUp += chunk.length;
      return staged(stages.up, chunk);
    });
    pipe(server, client, (chunk) => {
      bytesDown += chunk.length;
      return staged(stages.down, chunk);
    });
    // The worker is read only once there is somebody to give it to.
    below.on('connect', () => client.resume());
    // An error always comes with 'close', which does the work.
    client.on('error', () => undefined);
    server.on('error', () => undefined);
    if (target.key !== undefined) sealings.watch(server, client, () => pair.ours);
    client.on('close', (broken) => {
      stages.closed?.();
      clientEnded = true;
      if (server.closed) pairs.delete(pair);
      else if (broken) resetServer();
      else server.destroy();
    });
    server.on('close', (broken) => {
      refuseIfUnused();
      if (client.closed) pairs.delete(pair);
      else if (broken || refused) resetSocket(client);
      else client.destroySoon();
    });
  };

  const listener = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, accept);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, host.listen, resolve);
  });
  const address: Address = { host: host.reach, port: (listener.address() as AddressInfo).port };

  const closed = (socket: Socket): Promise<void> =>
    socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));

  const closeConnections = async (): Promise<void> => {
    const ending = [...pairs].map((pair) => {
      pair.ours = true;
      const both = Promise.all([closed(pair.client), closed(pair.server)]);
      resetSocket(pair.client);
      resetSocket(pair.server, pair.below);
      return both;
    });
    await Promise.all(ending);
  };

  return {
    address,
    traffic: () => ({ bytesUp, bytesDown }),
    lastActivity: () => lastActivity,
    isStuck: sealings.isStuck,
    closeConnections,
    close: async () => {
      const stopped = new Promise<void>((resolve) => listener.close(() => resolve()));
      await closeConnections();
      await stopped;
    },
  };
};
