/** What the containers of one run share: a network, labels that say whose they are, and their common end. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { FaultlineError } from '../../base/errors.ts';
import { thisProcess } from '../embedded/owner.ts';
import type { Variables } from '../setup/parts.ts';
import type { HarnessPlace } from '../types.ts';
import { connectEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { explain } from './failures.ts';
import { labelsOf } from './labels.ts';
import { removeEnvironment, removeLeftovers } from './removal.ts';

export interface Premises {
  readonly engine: Engine;
  /** Begins the name of everything made here. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly network: string;
  readonly harness: HarnessPlace;
  /** Rejects when the start is given up because another part failed. */
  readonly abandoned: Promise<never>;
  readonly ended: () => boolean;
  /** Gives the start up: nobody waits any longer for an answer. */
  abandon(): void;
  /** Removes everything that carries the labels, unless it is to be kept; safe to call twice. */
  end(): Promise<void>;
}

/** By this name containers reach the machine where the engine runs in a virtual machine (Docker Desktop). */
const HOST_NAME = 'host.docker.internal';

/** For containers that have to reach this machine by name. */
export const hostEntry = { host: HOST_NAME, ipAddress: 'host-gateway' } as const;

const canListenOn = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port: 0 }, () => server.close(() => resolve(true)));
  });

/** The network's gateway is an address of this machine that only containers and this machine itself can reach. */
const placeOfHarness = async (gateway: string | undefined): Promise<HarnessPlace> =>
  gateway !== undefined && (await canListenOn(gateway))
    ? { listen: gateway, reach: gateway }
    : { listen: '127.0.0.1', reach: HOST_NAME };

/** What FAULTLINE_KEEP means: anything but nothing, 0 and false. */
const isKeep = (env: Variables): boolean => !['', '0', 'false'].includes(env['FAULTLINE_KEEP'] ?? '');

/**
 * Connects to the engine, removes what gone runs left there, and makes the run's network.
 * @throws FaultlineError 'environment'
 */
export const openPremises = async (env: Variables, progress: (line: string) => void): Promise<Premises> => {
  const engine = await connectEngine(env);
  const { api } = engine;
  await removeLeftovers(api, { kept: false }).catch((error: unknown) => {
    // Somebody else's remains are no reason not to start.
    progress(`what a killed run left could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  });
  const keep = isKeep(env);
  const owner = thisProcess();
  const id = `${owner.pid}-${randomBytes(3).toString('hex')}`;
  const name = `faultline-${id}`;
  const labels = labelsOf(id, owner, keep);
  const network = await api
    .createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels })
    .catch((error: unknown) => {
      throw explain({ name: 'the network of the containers', image: 'a bridge' }, error);
    });
  const { IPAM } = (await network.inspect()) as {
    readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string }[] };
  };

  let closed = false;
  let giveUp: (reason: Error) => void = () => undefined;
  const abandoned = new Promise<never>((_, reject) => (giveUp = reject));
  abandoned.catch(() => undefined);
  const abandon = (): void => {
    closed = true;
    giveUp(new FaultlineError('environment', 'the environment was stopped while it started'));
  };
  const end = async (): Promise<void> => {
    abandon();
    if (keep) progress(`FAULTLINE_KEEP: kept ${name}-*; \`faultline down\` removes them\n`);
    else
      await removeEnvironment(api, id).catch((error: unknown) => {
        throw explain({ name: 'the end of the containers', image: name }, error);
      });
  };
  return {
    engine,
    name,
    labels,
    network: name,
    harness: await placeOfHarness(IPAM?.Config?.[0]?.Gateway),
    abandoned,
    ended: () => closed,
    abandon,
    end,
  };
};
