/** One container of the environment, from its image to the moment it runs. */
import type { WaitStrategy } from 'testcontainers';
import { FaultlineError } from '../../base/errors.ts';
import type { Address } from '../../addresses/address.ts';
import type { DockerApi } from './fetching.ts';
import { FREE_DISK, explain } from './failures.ts';
import { hostEntry } from './premises.ts';
import type { Premises } from './premises.ts';
import { isSpaceGone } from './space.ts';

export interface PartOptions {
  /** As an error names it: "Kafka". */
  readonly name: string;
  /** Ends the container's name. */
  readonly role: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ports inside, published on 127.0.0.1: on the given port, or on one that the engine chooses. */
  readonly ports: readonly (number | { readonly container: number; readonly host: number })[];
  /** Folders in memory. */
  readonly memory: readonly string[];
}

export interface Part {
  /** In the run's network. */
  readonly address: string;
  /** Where a port is published. */
  published(inside: number): Address;
  /** Rejects with FaultlineError 'environment' and the last log lines when it ends without having been told to. */
  readonly died: Promise<never>;
}

/** ms until a part must have answered; some thirty times what it takes on an idle machine. */
export const ANSWER_WITHIN_MS = 180_000;

const SHOWN_LINES = 15;

/** What testcontainers waits for: nothing. Each part asks for a real answer in its own protocol. */
const noWaiting: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWaiting,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

/** The engine sends both outputs as frames: a stream number, three zeros, the length, the text. */
const textOf = (frames: Buffer): string => {
  let text = '';
  for (let at = 0; at + 8 <= frames.length;) {
    const length = frames.readUInt32BE(at + 4);
    text += frames.subarray(at + 8, at + 8 + length).toString('utf8');
    at += 8 + length;
  }
  return text.trim();
};

const lastLines = async (api: DockerApi, id: string): Promise<string> => {
  try {
    const logs: unknown = await api.getContainer(id).logs({ stdout: true, stderr: true, tail: SHOWN_LINES });
    return textOf(Buffer.from(logs as Uint8Array));
  } catch {
    return '';
  }
};

const watch = async (premises: Premises, id: string, name: string): Promise<never> => {
  const { api } = premises.engine;
  const never = new Promise<never>(() => undefined);
  const how = await api
    .getContainer(id)
    .wait()
    .then(
      (ended: { readonly StatusCode: number }) => `exit code ${ended.StatusCode}`,
      () => 'its container is gone',
    );
  if (premises.ended()) return never;
  const said = await lastLines(api, id);
  const isFull = await isSpaceGone(api, id);
  // The engine's answer may come before the word of who ended it.
  if (premises.ended()) return never;
  const last = said === '' ? '' : `; it said last:\n${said}`;
  if (isFull)
    throw new FaultlineError(
      'environment',
      `${name} ended by itself (${how}): the disk of the Docker engine is full${last}`,
      FREE_DISK,
    );
  throw new FaultlineError(
    'environment',
    `${name} ended by itself (${how})${last}`,
    'look at the engine with docker ps -a; free memory and space are the usual reasons',
  );
};

/**
 * Starts a container in the run's network; fetches its image when it is not there.
 * @throws FaultlineError 'environment'
 */
export const startPart = async (premises: Premises, options: PartOptions): Promise<Part> => {
  const { GenericContainer } = await import('testcontainers');
  /** testcontainers publishes on all addresses of the machine: here nobody else is to reach a port. */
  class LoopbackContainer extends GenericContainer {
    protected override beforeContainerCreated = (): Promise<void> => {
      const bindings = (this.hostConfig.PortBindings ?? {}) as Record<string, { HostIp?: string }[]>;
      for (const binding of Object.values(bindings).flat()) binding.HostIp = '127.0.0.1';
      return Promise.resolve();
    };
  }
  try {
    // Before testcontainers does it, which keeps to itself why an image could not be fetched.
    await premises.engine.fetchImage(options.image);
    const started = await new LoopbackContainer(options.image)
      .withName(`${premises.name}-${options.role}`)
      .withLabels(premises.labels)
      // The labels are enough to find and remove it: no helper container is needed.
      .withAutoCleanup(false)
      .withNetworkMode(premises.network)
      .withExtraHosts([hostEntry])
      .withEnvironment({ ...options.env })
      .withCommand([...options.command])
      .withExposedPorts(...options.ports)
      .withTmpFs(Object.fromEntries(options.memory.map((folder) => [folder, 'rw'])))
      .withWaitStrategy(noWaiting)
      .start();
    const died = watch(premises, started.getId(), options.name);
    // Whoever waits for it hears of it; nobody needs to.
    died.catch(() => undefined);
    return {
      address: started.getIpAddress(premises.network),
      published: (inside) => ({ host: '127.0.0.1', port: started.getMappedPort(inside) }),
      died,
    };
  } catch (error) {
    throw explain(options, error);
  }
};
