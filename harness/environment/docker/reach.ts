/** Whether containers reach programs of this machine: a firewall in between would look like an admin-service that never answers. */
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import { until } from '../embedded/until.ts';
import type { Address } from '../../addresses/address.ts';
import type { Premises } from './premises.ts';
import type { RunningToxiproxy } from './toxiproxy.ts';

const WITHIN_MS = 10_000;
const GREETING = 'faultline';
const PROXY = 'faultline-reach';

/** Resolves when a connection to the address is greeted. */
const greeted = ({ host, port }: Address, patience: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: patience });
    socket.on('timeout', () => socket.destroy(new Error(`no greeting for ${patience} ms`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed without a greeting')));
    socket.on('data', (data) => {
      if (data.toString('utf8') === GREETING) resolve();
      socket.destroy();
    });
  });

const listening = async (host: string): Promise<{ readonly port: number; close(): void }> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(GREETING);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
};

/**
 * Opens a port for containers on this machine and reaches it through Toxiproxy's container.
 * @throws FaultlineError 'environment' when nothing comes through
 */
export const checkReach = async ({ harness, abandoned }: Premises, toxiproxy: RunningToxiproxy): Promise<void> => {
  const [port] = toxiproxy.proxyPorts;
  if (port === undefined) return;
  const server = await listening(harness.listen);
  const api = `http://${hostAndPort(toxiproxy.address)}/proxies`;
  const { listen } = port;
  const proxy = {
    name: PROXY,
    enabled: true,
    listen: hostAndPort(listen),
    upstream: hostAndPort({ host: harness.reach, port: server.port }),
  };
  try {
    const open = async (patience: number): Promise<void> => {
      const { ok, status } = await fetch(api, {
        method: 'POST',
        body: JSON.stringify(proxy),
        signal: AbortSignal.timeout(patience),
      });
      // An answer that came too late had made it all the same.
      if (!ok && status !== 409) throw new Error(`Toxiproxy answered ${status}`);
    };
    await until(open, { what: 'Toxiproxy to take a proxy', within: WITHIN_MS, unless: [abandoned] });
    await until((patience) => greeted(port.reach, patience), {
      what: 'a container to reach this machine',
      within: WITHIN_MS,
      unless: [abandoned],
    });
  } catch (error) {
    throw new FaultlineError(
      'environment',
      `containers cannot reach this machine at ${harness.reach}: ${error instanceof Error ? error.message : String(error)}`,
      'a firewall usually stands in between: allow connections from Docker networks (172.16.0.0/12) to this machine; inside a container use --env embedded',
    );
  } finally {
    server.close();
    await fetch(`${api}/${PROXY}`, { method: 'DELETE', signal: AbortSignal.timeout(WITHIN_MS) }).catch(() => undefined);
  }
};
