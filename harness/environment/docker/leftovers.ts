/** For `faultline down` and `faultline doctor`: what the engine has, without starting anything. */
import type { DoctorItem } from '../doctor-item.ts';
import type { Variables } from '../setup/parts.ts';
import { connectEngine, engineObstacle } from './engine.ts';
import { IMAGES } from './images.ts';
import { listLeftovers, removeLeftovers } from './removal.ts';

/** Removes what gone runs left in the engine, and what FAULTLINE_KEEP kept; the names of it. Without an engine: nothing. */
export const removeDockerLeftovers = async (env: Variables): Promise<readonly string[]> => {
  if ((await engineObstacle(env)) !== undefined) return [];
  return removeLeftovers((await connectEngine(env)).api, { kept: true });
};

/** What `--env docker` needs. Nothing here has to be there for the embedded environment. */
export const inspectDocker = async (env: Variables): Promise<readonly DoctorItem[]> => {
  const obstacle = await engineObstacle(env);
  if (obstacle !== undefined)
    return [{ name: 'Docker engine', state: 'optional', detail: `${obstacle.why}; ${obstacle.wayOut}` }];
  const { api } = await connectEngine(env);
  const { Version: version } = (await api.version()) as { readonly Version: string };
  const images = Object.values(IMAGES).map(async (image): Promise<DoctorItem> => {
    const found = await api
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false,
      );
    return {
      name: image,
      state: found ? 'there' : 'not-set-up',
      detail: found ? 'on this machine' : 'not fetched yet',
    };
  });
  const leftovers = await listLeftovers(api);
  return [
    { name: 'Docker engine', state: 'there', detail: version },
    ...(await Promise.all(images)),
    ...leftovers.map((name): DoctorItem => ({
      name,
      state: 'optional',
      detail: 'left by a run that is gone; faultline down removes it',
    })),
  ];
};
