/** What the containers of one run share: a network, labels that say whose they are, and their common end. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { FaultlineError } from '../../base/errors.ts';
import { thisProcess } from '../embedded/owner.ts';
import type { Variables } from '../setup/parts.ts';
import type { HarnessPlace } from '../../addresses/containers.ts';
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

/** As the engine tells of a network. */
interface Subnet {
  readonly Subnet?: string;
  readonly Gateway?: string;
}

const canListenOn = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port: 0 }, () => server.close(() => resolve(true)));
  });

/**
 * The network's gateway is an address of this machine for containers and this machine itself; a machine that takes packets for
 * any address of its own is reached there from outside too, but by no address of the network's.
 */
const placeOfHarness = async (config: readonly Subnet[]): Promise<HarnessPlace> => {
  const gateway = config[0]?.Gateway;
  if (gateway === undefined || !(await canListenOn(gateway))) return { listen: '127.0.0.1', reach: HOST_NAME };
  const networks = config.flatMap(({ Subnet: subnet }) => subnet ?? []);
  return { listen: gateway, reach: gateway, ...(networks.length === 0 ? {} : { networks }) };
};

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
  const { IPAM } = (await network.inspect()) as { readonly IPAM?: { readonly Config?: readonly Subnet[] } };

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
    harness: await placeOfHarness(IPAM?.Config ?? []),
    abandoned,
    ended: () => closed,
    abandon,
    end,
  };
};
