/** Removing what runs made in the engine: containers with their volumes, networks, volumes. */
import { isGone } from '../embedded/owner.ts';
import type { DockerApi } from './fetching.ts';
import { isKept, labelFilter, ownerIn } from './labels.ts';
import type { Labels } from './labels.ts';

/** Something with labels that can be removed. */
interface Made {
  readonly name: string;
  readonly labels: Labels;
  remove(): Promise<unknown>;
}

/** Gone already, or being removed by somebody else at this moment; 403: a network that one of those is still in. */
const TOLERATED = [403, 404, 409];

const quietly = async (remove: () => Promise<unknown>): Promise<void> => {
  try {
    await remove();
  } catch (error) {
    if (!TOLERATED.includes((error as { readonly statusCode?: number }).statusCode ?? 0)) throw error;
  }
};

const found = async (api: DockerApi, filter: string): Promise<{ containers: Made[]; rest: Made[] }> => {
  const filters = { label: [filter] };
  const [containers, networks, volumes] = await Promise.all([
    api.listContainers({ all: true, filters }),
    api.listNetworks({ filters }),
    api.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map(({ Id, Names, Labels }) => ({
      name: `container ${(Names[0] ?? Id).replace(/^\//, '')}`,
      labels: Labels,
      remove: () => api.getContainer(Id).remove({ force: true, v: true }),
    })),
    rest: [
      ...networks.map(({ Id, Name, Labels }) => ({
        name: `network ${Name}`,
        labels: Labels ?? {},
        remove: () => api.getNetwork(Id).remove(),
      })),
      ...volumes.Volumes.map(({ Name, Labels }) => ({
        name: `volume ${Name}`,
        labels: Labels ?? {},
        remove: () => api.getVolume(Name).remove({ force: true }),
      })),
    ],
  };
};

const removeAll = async (api: DockerApi, filter: string, chosen: (one: Made) => boolean): Promise<string[]> => {
  const { containers, rest } = await found(api, filter);
  const first = containers.filter(chosen);
  const then = rest.filter(chosen);
  // A network goes only when nobody is in it.
  await Promise.all(first.map((one) => quietly(one.remove)));
  await Promise.all(then.map((one) => quietly(one.remove)));
  return [...first, ...then].map(({ name }) => name);
};

/** Removes everything of one environment; the names of what there was. */
export const removeEnvironment = (api: DockerApi, environment: string): Promise<string[]> =>
  removeAll(api, labelFilter(environment), () => true);

const isLeft = ({ labels }: Made): boolean => {
  const owner = ownerIn(labels);
  return owner !== null && isGone(owner);
};

/** Names of what runs left whose process is gone, kept or not. */
export const listLeftovers = async (api: DockerApi): Promise<string[]> => {
  const { containers, rest } = await found(api, labelFilter());
  return [...containers, ...rest].filter(isLeft).map(({ name }) => name);
};

/** Removes what is left of runs whose process is gone; what FAULTLINE_KEEP kept only when `kept` says so. The names of it. */
export const removeLeftovers = (api: DockerApi, { kept }: { readonly kept: boolean }): Promise<string[]> =>
  removeAll(api, labelFilter(), (one) => isLeft(one) && (kept || !isKept(one.labels)));
