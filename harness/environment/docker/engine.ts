/** The Docker engine: finding it, and saying plainly why there is none. */
import { request } from 'node:http';
import { release } from 'node:os';
import type { ContainerRuntimeClient } from 'testcontainers';
import { FaultlineError } from '../../base/errors.ts';
import type { Variables } from '../setup/parts.ts';
import { fetchImage } from './fetching.ts';
import type { DockerApi } from './fetching.ts';

export interface Engine {
  readonly api: DockerApi;
  /** Its kernel is this machine's: one clock, and its networks' gateways are addresses of this machine. */
  readonly sharesKernel: boolean;
  /** Fetches an image when it is not there. Rejects with the engine's own words. */
  fetchImage(image: string): Promise<void>;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';
const ANSWER_WITHIN_MS = 5000;

const WAYS_OUT = {
  start: 'start Docker (systemctl start docker, or Docker Desktop), or name the engine in DOCKER_HOST',
  permission: 'add this user to the group docker (sudo usermod -aG docker "$USER") and log in again',
} as const;

/** What keeps an engine from being used. */
export interface EngineObstacle {
  readonly why: string;
  readonly wayOut: string;
}

type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const textOf = (place: EngineAddress): string =>
  'socketPath' in place ? place.socketPath : `${place.host}:${place.port}`;

/** Null: an address that only testcontainers understands (TLS, ssh, a named pipe). */
const addressIn = (env: Variables): EngineAddress | null => {
  const given = env['DOCKER_HOST'];
  if (given === undefined || given === '') return { socketPath: DEFAULT_SOCKET };
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol === 'unix:') return { socketPath: url.pathname };
  const secured = env['DOCKER_TLS_VERIFY'] !== undefined && env['DOCKER_TLS_VERIFY'] !== '';
  return url?.protocol === 'tcp:' && !secured ? { host: url.hostname, port: Number(url.port || 2375) } : null;
};

const ping = (place: EngineAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = request({ ...place, path: '/_ping', timeout: ANSWER_WITHIN_MS, agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`it answered ${response.statusCode}`));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)));
    call.on('error', reject);
    call.end();
  });

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

const obstacleAt = async (place: EngineAddress): Promise<EngineObstacle | undefined> => {
  if ('host' in place && !LOCAL_HOSTS.includes(place.host))
    return {
      why: `DOCKER_HOST names an engine on another machine (${textOf(place)}), whose containers cannot reach the workers here`,
      wayOut: 'run Faultline on that machine, or name a local engine in DOCKER_HOST',
    };
  try {
    await ping(place);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      return { why: `no permission to use the Docker socket ${textOf(place)}`, wayOut: WAYS_OUT.permission };
    const reason = { ENOENT: 'there is no such socket', ECONNREFUSED: 'nobody listens there' }[code ?? ''] ?? message;
    return { why: `no Docker engine answers at ${textOf(place)} (${reason})`, wayOut: WAYS_OUT.start };
  }
};

/** Why no engine can be used, with the way out; undefined when one answers. Takes milliseconds, 5 s at most. */
export const engineObstacle = async (env: Variables): Promise<EngineObstacle | undefined> => {
  const place = addressIn(env);
  if (place === null) return undefined;
  const obstacle = await obstacleAt(place);
  // Without DOCKER_HOST testcontainers looks in further places: a rootless engine's, Docker Desktop's.
  if (obstacle === undefined || env['DOCKER_HOST']) return obstacle;
  return openClient().then(
    () => undefined,
    () => obstacle,
  );
};

/** The library is half a second of loading: only who needs an engine pays for it. */
const openClient = async (): Promise<ContainerRuntimeClient> =>
  (await import('testcontainers')).getContainerRuntimeClient();

/** Connects to the engine. @throws FaultlineError 'environment' when there is none, or it may not be used */
export const connectEngine = async (env: Variables): Promise<Engine> => {
  const obstacle = await engineObstacle(env);
  if (obstacle !== undefined) throw new FaultlineError('environment', obstacle.why, obstacle.wayOut);
  const client = await openClient().catch((error: unknown) => {
    throw new FaultlineError(
      'environment',
      `no Docker engine can be used: ${error instanceof Error ? error.message : String(error)}`,
      WAYS_OUT.start,
    );
  });
  const api = client.container.dockerode;
  const { KernelVersion: kernel } = (await api.info()) as { readonly KernelVersion?: string };
  return {
    api,
    sharesKernel: process.platform === 'linux' && kernel === release(),
    fetchImage: (image) => fetchImage(client, image),
  };
};
