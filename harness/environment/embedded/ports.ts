import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReservedPort {
  readonly port: number;
  /** Frees it for the program it was chosen for, which shall take it at once. */
  release(): Promise<void>;
}

/** The range that is looked in, and how often before the system is left to choose. */
const BELOW = 12_000;
const ATTEMPTS = 20;

/** The ports that the system gives to connections begin here; undefined: nobody says, or there is no room below. */
const firstOfConnections = (): number | undefined => {
  try {
    const first = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
    return first > 2 * BELOW ? first : undefined;
  } catch {
    return undefined;
  }
};

const hold = (port: number): Promise<ReservedPort> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        release: () => new Promise((released) => server.close(() => released())),
      }),
    );
  });

/**
 * A port of 127.0.0.1 that nobody listens on, held until released. It is none of those that the system gives to connections: a JVM
 * needs seconds until it takes its port, and each connection of a busy machine could take it meanwhile. Somebody else may all the
 * same: be ready to try again.
 */
export const reservePort = async (): Promise<ReservedPort> => {
  const first = firstOfConnections();
  for (let attempt = 0; first !== undefined && attempt < ATTEMPTS; attempt += 1)
    try {
      return await hold(randomInt(first - BELOW, first));
    } catch {
      // Taken: another one.
    }
  return hold(0);
};
