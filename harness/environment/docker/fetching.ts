/** Fetching an image, with the engine's own words when it cannot: testcontainers' way of pulling drops them. */
import type { DockerApi } from './engine.ts';

/** Docker Hub, under the name by which its credentials are kept. */
const DEFAULT_REGISTRY = 'https://index.docker.io/v1/';

/** What `docker login` noted for the image's registry. */
const credentials = async (registry = DEFAULT_REGISTRY): Promise<object> => {
  const { getAuthConfig } = await import('testcontainers/build/container-runtime/auth/get-auth-config.js');
  const authconfig = await getAuthConfig(registry);
  return authconfig === undefined ? {} : { authconfig };
};

const isThere = async (api: DockerApi, image: string): Promise<boolean> => {
  try {
    await api.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
};

/** What the engine says while it fetches: JSON, one a line; the last one may be why it gave up. */
const failureIn = (lines: string): string | undefined =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { readonly error?: string }).error)
    .find((error) => error !== undefined);

/** Fetches an image when it is not there. Rejects with what the engine or the registry said. */
export const fetchImage = async (api: DockerApi, image: string): Promise<void> => {
  const { ImageName } = await import('testcontainers');
  // A prefix for Docker Hub's images (TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX) is in it.
  const { string: name, registry } = ImageName.fromString(image);
  if (await isThere(api, name)) return;
  const progress = await api.pull(name, await credentials(registry));
  let lines = '';
  for await (const part of progress.setEncoding('utf8')) lines += part as string;
  const failure = failureIn(lines);
  if (failure !== undefined) throw new Error(`pull of ${name}: ${failure}`);
};
